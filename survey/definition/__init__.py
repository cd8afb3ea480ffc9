"""The questionnaire as a value: its frozen model, its file, its checks."""
