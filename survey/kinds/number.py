"""A number, with bounds and a unit."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import ClassVar

from survey.answers import State, Value
from survey.kinds.question import Exact, Exported
from survey.kinds.question import Number as ExactNumber
from survey.kinds.question import Question, Refused, Text, exact, in_language, read_number

_WRITTEN = re.compile(r"[+-]?\d{1,16}(?:[.,]\d{1,12})?")


class NumberQuestion(Question):
    """A question with a number for an answer; the number is its points."""

    widget: ClassVar[str] = "number"

    min: ExactNumber | None = None
    max: ExactNumber | None = None
    unit: Text = {}  # "uur per week"
    integer: bool = False

    def parse(self, raw: list[str]) -> Value | None:
        """Read a typed number, with a decimal point or comma."""
        written = (raw[0] if raw else "").strip().replace("\N{MINUS SIGN}", "-")
        if not written:
            return None
        if not _WRITTEN.fullmatch(written):
            raise Refused("number_invalid")
        return self._bounded(Fraction(written.replace(",", ".")))

    def accept(self, raw: object) -> Value | None:
        """Read a JSON number, or a text that is written as one."""
        if raw is None:
            return None
        if isinstance(raw, str):
            if (value := self.parse([raw])) is None:
                raise Refused("number_invalid")
            return value
        try:
            number = read_number(raw)
        except ValueError:
            raise Refused("number_invalid") from None
        return self._bounded(number)

    def _bounded(self, number: Fraction) -> Fraction:
        """Refuse a number out of bounds, or a broken one where whole ones are asked."""
        if self.integer and number.denominator != 1:
            raise Refused("number_whole")
        if self.min is not None and number < self.min:
            raise Refused("number_low", min=show(self.min))
        if self.max is not None and number > self.max:
            raise Refused("number_high", max=show(self.max))
        return number

    def reading(self, value: Value) -> tuple[State, Exact | None]:
        """Give the number itself as points."""
        if not isinstance(value, Fraction):
            return State.NOT_REACHED, None
        return State.ANSWERED, exact(value)

    def range(self) -> tuple[Exact, Exact] | None:
        """Give the declared bounds when both are declared."""
        return None if self.min is None or self.max is None else (exact(self.min), exact(self.max))

    def say(self, value: Value, language: str) -> str:
        """Give the number with its unit, with a decimal comma in Dutch."""
        number = show(value) if isinstance(value, Fraction) else str(value)
        if language == "nl":
            number = number.replace(".", ",")
        return f"{number} {in_language(self.unit, language)}".strip()

    def export(self, value: Value) -> Exported:
        """Give a JSON number, whole where it is whole."""
        if not isinstance(value, Fraction):
            return str(value)
        return value.numerator if value.denominator == 1 else float(value)


def show(number: Fraction) -> str:
    """Write a number plainly: 3, 0.5."""
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.12g}"
