"""The Dutch municipalities by CBS code, with their regions where an operator imported the table of a year.

survey/data/README.md says of which year the shipped list is and from where. Imported tables lie in a folder as
regions-<year>.csv and postcodes-<year>.csv (docs/operating.md); `use` names the folder.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from survey.profile import fold

SHIPPED_YEAR = 2024
FOLDER = "regions"  # below SURVEY_VAR
REGIONS, POSTCODES = "regions", "postcodes"  # how imported files begin
COLUMNS = ("code", "name", "doorstroompunt", "labour_market")
#: Names that people use beside the official ones.
_ALSO = {"den haag": "GM0518", "the hague": "GM0518", "den bosch": "GM0796", "'s hertogenbosch": "GM0796"}
_CODE = re.compile(r"GM\d{4}")
_FILE = re.compile(rf"({REGIONS}|{POSTCODES})-(\d{{4}})\.csv")


@dataclass(frozen=True, slots=True)
class Region:
    """In which regions a municipality lies, of which year; empty where the table does not say."""

    doorstroompunt: str
    labour_market: str
    year: int


@dataclass(slots=True)
class _Tables:
    """What was imported: the newest table of each kind, read when it is first asked for."""

    names: dict[str, str] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    regions_year: int | None = None
    postcodes: dict[str, str] = field(default_factory=dict)
    postcodes_year: int | None = None


_imported = _Tables()


def use(folder: Path) -> None:
    """Read the tables that an operator imported into a folder; a folder that is not there holds none."""
    global _imported
    newest: dict[str, tuple[int, Path]] = {}
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else ():
        if found := _FILE.fullmatch(path.name):
            newest[found[1]] = max(newest.get(found[1], (0, path)), (int(found[2]), path))
    tables = _Tables()
    if REGIONS in newest:
        tables.regions_year, path = newest[REGIONS]
        for row in _read(path):
            tables.names[row["code"]] = row["name"]
            tables.regions[row["code"]] = Region(row["doorstroompunt"], row["labour_market"], tables.regions_year)
    if POSTCODES in newest:
        tables.postcodes_year, path = newest[POSTCODES]
        tables.postcodes = {row["postcode"]: row["code"] for row in _read(path)}
    _imported = tables
    for cached in (names, by_name, _codes):
        cached.cache_clear()


@cache
def names() -> dict[str, str]:
    """Return the names by code, "GM0439" -> "Purmerend"; a code that ceased to exist keeps its name."""
    with files("survey").joinpath("data/municipalities.csv").open(encoding="utf-8") as lines:
        shipped = {row["code"]: row["name"] for row in csv.DictReader(lines, delimiter=";")}
    return {**shipped, **_imported.names}


def current() -> Mapping[str, str]:
    """Return the names by code of the municipalities that exist, as far as the newest table knows."""
    return _imported.names or names()


@cache
def by_name() -> tuple[tuple[str, str], ...]:
    """Return code and name of the municipalities that exist, `'s-Hertogenbosch` at the h as in any Dutch register."""
    return tuple(sorted(current().items(), key=lambda entry: entry[1].removeprefix("'s-").casefold()))


def name_of(code: str) -> str:
    """Return a municipality's name, or the code itself where the table does not know it."""
    return names().get(code, code)


def find_code(text: str) -> str | None:
    """Return the code of a municipality as a list writes it: a name or a code, in any case; None for another text.

    A name that two municipalities share, such as Bergen, is neither.
    """
    plain = fold(text).removeprefix("gemeente ")
    return _codes().get(plain) or _codes().get(_digits(plain))


def region_of(code: str | None, today: int) -> Region | None:
    """Return the regions of a municipality in the year `today`.

    None is "onbekend": no table was imported, it lacks this code, or it is too old to be relied on.
    """
    is_fresh = not is_stale(_imported.regions_year, today)
    return _imported.regions.get(code) if code and is_fresh else None


def regions_year() -> int | None:
    """Return the year of the table of regions that is in use; None when none was imported."""
    return _imported.regions_year


def postcodes_year() -> int | None:
    """Return the year of the table of postcodes that is in use; None when none was imported."""
    return _imported.postcodes_year


def code_of_postcode(postcode: str) -> str | None:
    """Return the municipality of a postcode such as 1145 PL; None without a table, or where it does not decide."""
    plain = postcode.replace(" ", "").upper()
    return _imported.postcodes.get(plain) or _imported.postcodes.get(plain[:4])


def is_stale(year: int | None, today: int) -> bool:
    """Return whether a table of a year may no longer be relied on: municipalities and regions change each January."""
    return year is None or year < today - 1


@cache
def _codes() -> Mapping[str, str]:
    """Return the code of every code and of every name that is one municipality's."""
    codes: dict[str, str] = {}
    shared: set[str] = set()
    for code, name in current().items():
        # "Bergen (L.)" is said as "Bergen" too, as the other Bergen is.
        for said in {fold(name), fold(re.sub(r"\s*\(.*\)", "", name))}:
            if said in codes:
                shared.add(said)
            codes[said] = code
    own = {said: code for said, code in codes.items() if said not in shared}
    return {**own, **_ALSO, **{code.lower(): code for code in names()}}


def _digits(text: str) -> str:
    """Return "439" and "0439", which some lists write, as the code gm0439."""
    return f"gm{int(text):04}" if text.isascii() and text.isdecimal() and len(text) <= 4 else ""


def _read(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter=";")
