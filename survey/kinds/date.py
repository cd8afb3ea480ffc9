"""A day: three fields in the order in which people say a date, kept as 2026-06-12."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date as Day
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_month_names
from pydantic import BeforeValidator, WithJsonSchema, model_validator

from survey.answers import Value
from survey.kinds.question import Question, Refused

#: The years that a person means, where a definition gives no bounds.
FIRST_YEAR, LAST_YEAR = 1900, 2100
#: Months may be typed by name in these languages, whatever the page speaks.
TYPED_IN = ("nl", "en")
SHORTEST_NAME = 3
_PARTS = re.compile(r"[\s./,-]+")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def _read_bound(raw: object) -> object:
    """Read a day as a file writes it."""
    if isinstance(raw, Day):
        return raw
    try:
        return Day.fromisoformat(str(raw)) if _ISO.fullmatch(str(raw)) else Day.min.replace(day=0)
    except ValueError:
        raise ValueError("write a day as 2026-06-12") from None


Bound = Annotated[Day, BeforeValidator(_read_bound), WithJsonSchema({"type": "string"})]


class Dated(Question):
    """A question with a moment of the calendar for an answer, kept as a text with the year first.

    A kind names its bounds, says how its parts are read and how a bound is written in digits.
    """

    min: Any = None
    max: Any = None

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is above `max`")
        return self

    def parse(self, raw: list[str]) -> Value | None:
        """Read the parts from their fields, or all of them out of one."""
        parts = split(raw)
        if not parts:
            return None
        given = self.read_parts(parts)
        if self.min is not None and given < self.min:
            raise Refused(f"{self.widget}_early", min=self.in_digits(self.min))
        if self.max is not None and given > self.max:
            raise Refused(f"{self.widget}_late", max=self.in_digits(self.max))
        return str(given)

    def accept(self, raw: object) -> Value | None:
        """Read a JSON text as it is kept."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not raw.strip():
            raise Refused(f"{self.widget}_incomplete")
        return self.parse([raw])

    def written(self, value: Value) -> list[str]:
        """Give the parts as their fields hold them, the year last."""
        return [str(int(part)) for part in reversed(str(value).split("-"))]

    def read_parts(self, parts: list[str]) -> Any:
        """Read what was typed, at least one part; what is given is compared with the bounds. Raises Refused."""
        raise NotImplementedError

    def in_digits(self, bound: Any) -> str:
        """Give a bound as people write it in digits."""
        raise NotImplementedError


class Date(Dated):
    """A question with a day for an answer; it has no points."""

    widget: ClassVar[str] = "date"

    min: Bound | None = None
    max: Bound | None = None

    def read_parts(self, parts: list[str]) -> Day:
        """Read day, month and year."""
        return read_day(parts)

    def in_digits(self, bound: Day) -> str:
        """Give "12-6-2026"."""
        return f"{bound.day}-{bound.month}-{bound.year}"

    def say(self, value: Value, language: str) -> str:
        """Give "12 juni 2026"."""
        return say_day("d MMMM y", Day.fromisoformat(str(value)), language)


def read_day(parts: list[str]) -> Day:
    """Give the day of three parts: day, month (digits or a name) and year, or the other way round; raises Refused."""
    if len(parts) != 3:
        raise Refused("date_incomplete")
    if len(parts[0]) == 4:  # 2026-06-12
        parts = parts[::-1]
    month, year = read_month(parts[1]), read_year(parts[2])
    if month is None or year is None or not re.fullmatch(r"\d{1,2}", parts[0], re.ASCII):
        raise Refused("date_incomplete")
    if not 1 <= int(parts[0]) <= monthrange(year, month)[1]:
        raise Refused("date_unknown")
    return Day(year, month, int(parts[0]))


def split(raw: list[str]) -> list[str]:
    """Give what was typed in all fields as its parts."""
    return [part for part in _PARTS.split(" ".join(raw)[:100].strip().lower()) if part]


def read_month(written: str) -> int | None:
    """Read a month's number from digits, its name or how that begins; None when it is none."""
    if re.fullmatch(r"\d{1,2}", written, re.ASCII):
        return int(written) if 1 <= int(written) <= 12 else None
    if len(written) < SHORTEST_NAME:
        return None
    return next((month for name, month in _names() if name.startswith(written)), None)


def read_year(written: str) -> int | None:
    """Read a year of four digits that a person can mean; None when it is none."""
    if not re.fullmatch(r"\d{4}", written, re.ASCII):
        return None
    return int(written) if FIRST_YEAR <= int(written) <= LAST_YEAR else None


def say_day(pattern: str, day: Day, language: str) -> str:
    """Give a day in the parts that a pattern names, with the month in words of a language."""
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale.parse(TYPED_IN[0])
    return format_date(day, pattern, locale=locale)


@cache
def _names() -> tuple[tuple[str, int], ...]:
    """Give every name of a month with its number, the Dutch short form `mrt` among them."""
    return tuple(
        (name.lower().rstrip("."), month)
        for language in TYPED_IN
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, locale=language).items()
    )
