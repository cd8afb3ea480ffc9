"""The Dutch municipalities by CBS code (survey/data/README.md says of which year and from where)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def names() -> dict[str, str]:
    """Return the names by code, "GM0439" -> "Purmerend"."""
    with files("survey").joinpath("data/municipalities.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines, delimiter=";")}


def name_of(code: str) -> str:
    """Return a municipality's name, or the code itself where the table does not know it."""
    return names().get(code, code)
