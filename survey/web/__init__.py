"""The pages, one blueprint an audience."""
