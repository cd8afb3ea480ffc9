"""Scales, counts, rules and flags of a definition over one student's answers, with their trace."""
