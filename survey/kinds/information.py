"""Words to read, without an answer."""

from __future__ import annotations

from typing import ClassVar

from survey.answers import State, Value
from survey.kinds.question import Exact, Question, Refused


class Information(Question):
    """A text between the questions; it takes no answer."""

    widget: ClassVar[str] = "information"
    takes_answer: ClassVar[bool] = False

    required: bool = False

    def parse(self, raw: list[str]) -> Value | None:
        """Give nothing: there is nothing to read."""
        return None

    def accept(self, raw: object) -> Value | None:
        """Refuse any answer."""
        if raw is None:
            return None
        raise Refused("takes_no_answer")

    def reading(self, value: Value) -> tuple[State, Exact | None]:
        """Give `not_shown`: it never counts."""
        return State.NOT_SHOWN, None

    def say(self, value: Value, language: str) -> str:
        """Give no words."""
        return ""
