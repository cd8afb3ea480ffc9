"""A number, with bounds and a unit."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import ClassVar

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

from survey.answers import State, Value
from survey.expression.numbers import round_half_up
from survey.kinds.question import Exact, Exported
from survey.kinds.question import Number as ExactNumber
from survey.kinds.question import Question, Refused, Text, exact, in_language, read_number

#: As many decimals as are taken, and shown.
DECIMALS = 12
_WRITTEN = re.compile(rf"[+-]?\d{{1,16}}(?:[.,]\d{{1,{DECIMALS}}})?")
#: 1.250, 1,250.50, 12 500: the same sign between all groups of three; nought does not begin one.
_THOUSANDS = re.compile(
    r"(?P<whole>[+-]?[1-9]\d{0,2}(?P<sign>[., \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}])\d{3}(?:(?P=sign)\d{3})*)"
    r"(?:(?P<decimal>[.,])\d+)?"
)


class NumberQuestion(Question):
    """A question with a number for an answer; the number is its points."""

    widget: ClassVar[str] = "number"

    min: ExactNumber | None = None
    max: ExactNumber | None = None
    unit: Text = {}  # "uur per week"
    integer: bool = False

    def parse(self, raw: list[str]) -> Value | None:
        """Read a written number, with a decimal point or comma."""
        return self._read(_written(raw))

    def parse_in(self, raw: list[str], language: str) -> Value | None:
        """Read a typed number: 1.250 is thousands where people write so, and wherever whole ones are asked."""
        return self._read(_without_thousands(_written(raw), decimal_sign(language), self.integer), language)

    def _read(self, written: str, language: str = "en") -> Value | None:
        if not written:
            return None
        if not _WRITTEN.fullmatch(written):
            raise Refused("number_invalid")
        return self._bounded(Fraction(written.replace(",", ".")), language)

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

    def written(self, value: Value) -> list[str]:
        """Give the number with a decimal point."""
        return self.written_in(value, "en")

    def written_in(self, value: Value, language: str) -> list[str]:
        """Give the number as the language writes it, without signs between thousands."""
        return [write(value, language) if isinstance(value, Fraction) else str(value)]

    def _bounded(self, number: Fraction, language: str = "en") -> Fraction:
        """Refuse a number out of bounds, or a broken one where whole ones are asked."""
        if self.integer and number.denominator != 1:
            raise Refused("number_whole")
        if self.min is not None and number < self.min:
            raise Refused("number_low", min=write(self.min, language))
        if self.max is not None and number > self.max:
            raise Refused("number_high", max=write(self.max, language))
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
        """Give the number with its unit."""
        return f"{self.written_in(value, language)[0]} {in_language(self.unit, language)}".strip()

    def export(self, value: Value) -> Exported:
        """Give a JSON number, whole where it is whole."""
        if not isinstance(value, Fraction):
            return str(value)
        return value.numerator if value.denominator == 1 else float(value)


def write(number: Fraction, language: str) -> str:
    """Write a number plainly with the decimal sign of a language: 3, 0,5; one without an end to twelve decimals."""
    units = round_half_up(number * 10**DECIMALS, 0)
    whole, parts = divmod(abs(units), 10**DECIMALS)
    decimals = f"{parts:0{DECIMALS}}".rstrip("0")
    return f"{'-' if units < 0 else ''}{whole}{decimal_sign(language) if decimals else ''}{decimals}"


@cache
def decimal_sign(language: str) -> str:
    """Give what stands before the decimals in a language (Unicode CLDR), a point in one that is not known."""
    try:
        return str(get_decimal_symbol(Locale.parse(language, sep="-")))
    except (UnknownLocaleError, ValueError):
        return "."


def _written(raw: list[str]) -> str:
    return (raw[0] if raw else "").strip().replace("\N{MINUS SIGN}", "-")


def _without_thousands(written: str, decimal: str, is_whole: bool) -> str:
    """Take out the signs between thousands: not the decimal sign, unless there can be no decimals."""
    found = _THOUSANDS.fullmatch(written)
    if found is None or (found["sign"] == decimal and not is_whole) or found["sign"] == found["decimal"]:
        return written
    return f"{found['whole'].replace(found['sign'], '')}{written[found.end('whole'):]}"
