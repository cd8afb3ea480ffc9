"""Which column of a school's file holds what: told by its heading, as last time, or as somebody says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from survey.intake.reading import Cell, Sheet
from survey.profile import fold

#: What a column may hold, in the order in which people look for it. `full_name` is cut into the three parts of a name.
FIELDS = (
    "number",
    "first_name",
    "infix",
    "last_name",
    "full_name",
    "group",
    "mentor",
    "birth_date",
    "email",
    "phone",
    "second_contact",
    "preferred_time",
    "postcode",
    "place",
    "municipality",
    "programme",
    "crebo",
    "level",
    "track",
    "location",
    "diploma_date",
    "last_day",
)
NEVER = "never"  # columns that nobody may give us
TOP = 10  # rows among which the headings stand


@dataclass(frozen=True, slots=True)
class Mapped:
    """A sheet with its headings and the column (from 0) of each field that it has."""

    sheet: Sheet
    heading: int  # index in sheet.rows
    columns: Mapping[str, int]

    @property
    def headings(self) -> list[str]:
        """Return the headings, one for each column that any row has."""
        row = self.sheet.rows[self.heading][1]
        width = max(len(cells) for _, cells in self.sheet.rows[self.heading :])
        return [str(row[column]) if column < len(row) else "" for column in range(width)]

    @property
    def rows(self) -> Sequence[tuple[int, tuple[Cell, ...]]]:
        """Return the rows below the headings."""
        return self.sheet.rows[self.heading + 1 :]

    def missing(self) -> list[str]:
        """Return the fields without which no student can be known: a number, a name and a class."""
        needed = ["number"] if "number" not in self.columns else []
        if "full_name" not in self.columns:
            needed += [field for field in ("first_name", "last_name") if field not in self.columns]
        return needed + (["group"] if "group" not in self.columns else [])


def choose(sheets: Sequence[Sheet], name: str, heading: int, columns: Mapping[str, int]) -> Mapped:
    """Return the sheet of a name, else the first, with the row of its headings and its columns."""
    sheet = next((one for one in sheets if one.name == name), sheets[0])
    return Mapped(sheet, heading, columns)


def guess(sheets: Sequence[Sheet], remembered: Mapping[str, str]) -> Mapped:
    """Return the sheet and the row of which most headings are known, with what each column then holds.

    `remembered` is what the school chose before, by `same_heading`; "" for a column that it left out.
    """
    found = [
        Mapped(sheet, index, _columns(cells, remembered))
        for sheet in sheets
        for index, (_, cells) in enumerate(sheet.rows[:TOP])
    ]
    # Of rows that are as good the first one; that with the most cells when no heading is known at all.
    return max(found, key=lambda one: (len(one.columns), len(one.sheet.rows[one.heading][1]) if not one.columns else 0))


def same_heading(heading: str) -> str:
    """Return a heading without case, accents and signs: "E-mail (privé)" is "emailprive"."""
    return re.sub(r"[^a-z0-9]", "", fold(heading))


def is_never(heading: str) -> bool:
    """Return whether a heading names what a school may not give us, such as a BSN."""
    return any(field == NEVER for field, _ in _known().get(same_heading(heading), ()))


@cache
def headings() -> Mapping[str, tuple[str, ...]]:
    """Return the headings that are recognised by field, the best of each first."""
    text = files("survey").joinpath("data/headings.json").read_text(encoding="utf-8")
    return {field: tuple(names) for field, names in json.loads(text).items()}


@cache
def _known() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return the fields of each heading with its rank among that field's headings."""
    known: dict[str, tuple[tuple[str, int], ...]] = {}
    for field, names in headings().items():
        for rank, name in enumerate(names):
            key = same_heading(name)
            known[key] = (*known.get(key, ()), (field, rank))
    return known


def _columns(cells: Sequence[Cell], remembered: Mapping[str, str]) -> dict[str, int]:
    """Return the best column for each field: as it was remembered, else by the rank of its heading."""
    best: dict[str, tuple[int, int]] = {}
    for column, cell in enumerate(cells):
        key = same_heading(str(cell))
        if key in remembered:
            options = [(remembered[key], -1)] if remembered[key] else []
        else:
            options = [(field, rank) for field, rank in _known().get(key, ()) if field != NEVER]
        for field, rank in options:
            if field in FIELDS and (rank, column) < best.get(field, (len(FIELDS) * 99, 0)):
                best[field] = rank, column
    columns = {field: best[field][1] for field in FIELDS if field in best}
    if "last_name" in columns and "first_name" in columns:
        columns.pop("full_name", None)
    return columns
