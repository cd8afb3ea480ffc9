"""The tables, their types and their migrations."""
