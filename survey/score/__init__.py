"""Scales, counts, rules and flags of a definition over one student's answers, with their trace."""

from survey.score.outcome import CountScore, Item, Outcome, RuleResult, ScaleScore
from survey.score.scorer import ENGINE, ENGINES, Scorer, compile_definition, score
from survey.score.steps import Unscorable

__all__ = [
    "ENGINE",
    "ENGINES",
    "CountScore",
    "Item",
    "Outcome",
    "RuleResult",
    "ScaleScore",
    "Scorer",
    "Unscorable",
    "compile_definition",
    "score",
]
