"""A municipality out of the list of all, kept by its code of Statistics Netherlands (GM0439)."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from survey.answers import State, Value
from survey.kinds.question import Exact, Question, Refused, Text, in_language
from survey.municipalities import by_name, name_of, names

#: What is kept when somebody does not know.
UNKNOWN = "unknown"


class Municipality(Question):
    """A question with a municipality for an answer; it has no points."""

    widget: ClassVar[str] = "municipality"

    unknown: Text = {"nl": "Weet ik niet", "en": "I don't know"}

    def parse(self, raw: list[str]) -> Value | None:
        """Read what was chosen: a code, or `unknown`."""
        code = (raw[0] if raw else "").strip()
        return self.accept(code) if code else None

    def accept(self, raw: object) -> Value | None:
        """Read a code, or a name as the list has it."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise Refused("municipality_unknown")
        code = self._codes.get(raw.strip().casefold())
        if code is None:
            raise Refused("municipality_unknown")
        return code

    def reading(self, value: Value) -> tuple[State, Exact | None]:
        """Give `unknown` for who does not know."""
        return (State.UNKNOWN if value == UNKNOWN else State.ANSWERED), None

    def say(self, value: Value, language: str) -> str:
        """Give the name of the municipality."""
        return in_language(self.unknown, language) if value == UNKNOWN else name_of(str(value))

    def menu(self, language: str) -> list[tuple[str, str]]:
        """Give what can be chosen, code and name: not knowing first, then the names in the order of the alphabet."""
        return [(UNKNOWN, in_language(self.unknown, language)), *by_name()]

    @cached_property
    def _codes(self) -> dict[str, str]:
        """Give the code of every code and name."""
        codes = {word.casefold(): code for code, name in names().items() for word in (code, name)}
        return {**codes, UNKNOWN: UNKNOWN}
