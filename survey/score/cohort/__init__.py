"""Many responses at once: a definition's rules over columns of answers, as exact as one by one.

Not imported by `survey.score`, so that scoring one response starts without numpy.
"""

from survey.score.cohort.columns import CohortOutcome, CountColumn, RuleColumn, ScaleColumn
from survey.score.cohort.matrix import Cohort, gather
from survey.score.cohort.numbers import NotVectorised
from survey.score.cohort.run import score_cohort

__all__ = [
    "Cohort",
    "CohortOutcome",
    "CountColumn",
    "NotVectorised",
    "RuleColumn",
    "ScaleColumn",
    "gather",
    "score_cohort",
]
