"""Tables of municipalities, regions and postcodes as Statistics Netherlands (CBS) publishes them, made ours."""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey.intake.mapping import same_heading
from survey.intake.reading import Unreadable, decode, find_delimiter
from survey.municipalities import COLUMNS, POSTCODES, REGIONS

LEAST = 300  # municipalities in a table of the whole country; there are 342 in 2025
LEAST_POSTCODES = 3000  # of four digits; there are some 4,070
FIRST_YEAR, LAST_YEAR = 2020, 2100
#: What a heading must hold, without its signs, to be a column; the first that fits counts.
CODE = (("gemeente", "code"), ("code",), ("gm",))
NAME = (("gemeente", "naam"), ("gemeente", "name"), ("naam",), ("name",))
LABOUR = (("arbeidsmarkt", "naam"), ("arbeidsmarkt",), ("labour", "market"))
DOORSTROOMPUNT = (("doorstroompunt", "naam"), ("rmc", "naam"), ("doorstroompunt",), ("rmc",))
POSTCODE = (("pc6",), ("postcode",), ("pc4",))
OF_POSTCODE = (("gemeentecode",), ("gemeente",), ("gm",), ("code",))
#: The code of a region is no name of it.
_CODE_ONLY = re.compile(r"code(code)?$")
_GM = re.compile(r"(?:GM)?0*(\d{1,4})", re.IGNORECASE | re.ASCII)
_POSTCODE = re.compile(r"[1-9]\d{3}(?:[A-Z]{2})?", re.ASCII)


class BadTable(ValueError):
    """A file that is not the table that was asked for; says what to do."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote."""

    path: Path
    rows: int
    lacks: tuple[str, ...]  # columns that the table does not have: they stay "onbekend"


def import_regions(content: bytes, year: int, folder: Path, least: int = LEAST) -> Imported:
    """Write the table "Gebieden in Nederland" of a year into a folder. Raises BadTable."""
    headings, rows = _read(content)
    code, name = _find(headings, CODE), _find(headings, NAME)
    if code is None or name is None:
        raise BadTable("no columns with the code and the name of a municipality; export the table as CSV with both")
    labour, point = _find(headings, LABOUR), _find(headings, DOORSTROOMPUNT)
    found = {}
    for row in rows:
        if key := _code(_cell(row, code)):
            found[key] = (key, _cell(row, name), _cell(row, point), _cell(row, labour))
    if len(found) < least:
        raise BadTable(f"{len(found)} municipalities in this table, fewer than {least}; export the whole table")
    lacks = [title for title, column in (("doorstroompunt", point), ("labour_market", labour)) if column is None]
    path = _write(folder, f"{REGIONS}-{_checked(year)}.csv", COLUMNS, sorted(found.values()))
    return Imported(path, len(found), tuple(lacks))


def import_postcodes(content: bytes, year: int, folder: Path, least: int = LEAST_POSTCODES) -> Imported:
    """Write which municipality each postcode is in into a folder, in as few rows as can be. Raises BadTable.

    Four digits that lie in one municipality are one row. Where they lie in two, each whole postcode that lies in one
    is a row; what is not decided then is left out, and stays "onbekend".
    """
    headings, rows = _read(content)
    postcode, municipality = _find(headings, POSTCODE), _find(headings, OF_POSTCODE)
    if postcode is None or municipality is None:
        raise BadTable("no columns with a postcode and the code of its municipality")
    short: dict[str, set[str]] = defaultdict(set)
    whole: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        written, code = _cell(row, postcode).replace(" ", "").upper(), _code(_cell(row, municipality))
        if code and _POSTCODE.fullmatch(written):
            short[written[:4]].add(code)
            whole[written].add(code)
    if len(short) < least:
        raise BadTable(f"{len(short)} postcodes of four digits in this table, fewer than {least}; use the whole one")
    lines = [(four, *codes) for four, codes in short.items() if len(codes) == 1]
    lines += [
        (six, *codes) for six, codes in whole.items() if len(six) == 6 and len(codes) == 1 and len(short[six[:4]]) > 1
    ]
    path = _write(folder, f"{POSTCODES}-{_checked(year)}.csv", ("postcode", "code"), sorted(lines))
    return Imported(path, len(lines), ())


def _read(content: bytes) -> tuple[Sequence[str], Iterator[list[str]]]:
    """Return the headings of a CSV and its rows; lines above the headings are skipped."""
    try:
        text = decode(content)
    except Unreadable:
        raise BadTable("this is no CSV") from None
    reader = csv.reader(text.splitlines(), delimiter=find_delimiter(text))
    for row in reader:
        if sum(bool(cell.strip()) for cell in row) > 1:
            return [same_heading(cell) for cell in row], reader
    raise BadTable("this table is empty")


def _find(headings: Sequence[str], wanted: Iterable[tuple[str, ...]]) -> int | None:
    """Return the column whose heading holds all words of the first of these that any does; None without one."""
    for words in wanted:
        for column, heading in enumerate(headings):
            is_code = bool(_CODE_ONLY.search(heading)) and not any("code" in word for word in words)
            if all(word in heading for word in words) and not is_code:
                return column
    return None


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _code(written: str) -> str:
    """Return "GM0439" for GM0439, 0439 and 439; "" for a footer or a code of something else."""
    found = _GM.fullmatch(written)
    return f"GM{int(found[1]):04}" if found else ""


def _checked(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadTable(f"{year} is no year of a table; give the year that its title says")
    return year


def _write(folder: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a file at once: a reader sees the old one or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    path, half = folder / name, folder / f".{name}.half"
    with half.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        out.flush()
        os.fsync(out.fileno())
    os.replace(half, path)
    return path
