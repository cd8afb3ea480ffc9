"""A month of a year: two fields, kept as 2026-06."""

from __future__ import annotations

import re
from datetime import date as Day
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from survey.answers import Value
from survey.kinds.date import read_month, read_year, say_day, split
from survey.kinds.question import Question, Refused

_ISO = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


def _read_bound(raw: object) -> object:
    """Read a month as a file writes it."""
    if not _ISO.fullmatch(str(raw)):
        raise ValueError("write a month as 2026-06")
    return str(raw)


Bound = Annotated[str, BeforeValidator(_read_bound), WithJsonSchema({"type": "string"})]


class Month(Question):
    """A question with a month for an answer; it has no points."""

    widget: ClassVar[str] = "month"

    min: Bound | None = None
    max: Bound | None = None

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is above `max`")
        return self

    def parse(self, raw: list[str]) -> Value | None:
        """Read month and year from their fields, or both out of one."""
        parts = split(raw)
        if not parts:
            return None
        if len(parts) != 2:
            raise Refused("month_incomplete")
        if len(parts[0]) == 4 and parts[0].isdecimal():  # 2026-06
            parts.reverse()
        month, year = read_month(parts[0]), read_year(parts[1])
        if month is None or year is None:
            raise Refused("month_incomplete")
        return self._bounded(f"{year}-{month:02}")

    def accept(self, raw: object) -> Value | None:
        """Read a JSON text such as 2026-06."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not raw.strip():
            raise Refused("month_incomplete")
        return self.parse([raw])

    def _bounded(self, month: str) -> str:
        """Refuse a month out of bounds."""
        if self.min is not None and month < self.min:
            raise Refused("month_early", min=month_in_digits(self.min))
        if self.max is not None and month > self.max:
            raise Refused("month_late", max=month_in_digits(self.max))
        return month

    def written(self, value: Value) -> list[str]:
        """Give month and year as their fields hold them."""
        return [str(int(part)) for part in reversed(str(value).split("-"))]

    def say(self, value: Value, language: str) -> str:
        """Give "juni 2026"."""
        return say_day("MMMM y", Day.fromisoformat(f"{value}-01"), language)


def month_in_digits(month: str) -> str:
    """Give "6-2026"."""
    year, number = month.split("-")
    return f"{int(number)}-{year}"
