"""The shipped questionnaires, one file per version."""
