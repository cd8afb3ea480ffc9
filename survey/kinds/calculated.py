"""A number that follows from earlier answers; nobody is asked it."""

from __future__ import annotations

from typing import ClassVar

from survey.answers import Value
from survey.kinds.number import NumberQuestion
from survey.kinds.question import Condition, Refused


class Calculated(NumberQuestion):
    """A number reckoned from answers: it is said in texts and read by conditions, checks and scores, never asked."""

    takes_answer: ClassVar[bool] = False

    value: Condition  # a calculation over answers and other calculated values
    required: bool = False

    def parse(self, raw: list[str]) -> Value | None:
        """Give nothing: no form has a field for it."""
        return None

    def accept(self, raw: object) -> Value | None:
        """Refuse any answer."""
        if raw is None:
            return None
        raise Refused("takes_no_answer")
