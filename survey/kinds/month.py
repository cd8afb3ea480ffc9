"""A month of a year: two fields, kept as 2026-06."""

from __future__ import annotations

import re
from datetime import date as Day
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, WithJsonSchema

from survey.answers import Value
from survey.kinds.date import Dated, read_month, read_year, say_day
from survey.kinds.question import Refused

_ISO = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


def _read_bound(raw: object) -> object:
    """Read a month as a file writes it."""
    if not _ISO.fullmatch(str(raw)):
        raise ValueError("write a month as 2026-06")
    return str(raw)


Bound = Annotated[str, BeforeValidator(_read_bound), WithJsonSchema({"type": "string"})]


class Month(Dated):
    """A question with a month for an answer; it has no points."""

    widget: ClassVar[str] = "month"

    min: Bound | None = None
    max: Bound | None = None

    def read_parts(self, parts: list[str]) -> str:
        """Read month and year."""
        if len(parts) != 2:
            raise Refused("month_incomplete")
        if len(parts[0]) == 4 and parts[0].isdecimal():  # 2026-06
            parts = parts[::-1]
        month, year = read_month(parts[0]), read_year(parts[1])
        if month is None or year is None:
            raise Refused("month_incomplete")
        return f"{year}-{month:02}"

    def in_digits(self, bound: str) -> str:
        """Give "6-2026"."""
        year, month = bound.split("-")
        return f"{int(month)}-{year}"

    def say(self, value: Value, language: str) -> str:
        """Give "juni 2026"."""
        return say_day("MMMM y", Day.fromisoformat(f"{value}-01"), language)
