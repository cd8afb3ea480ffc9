"""The bytes of a file as rows of cells, whatever its delimiter, its encoding or its kind."""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000
DELIMITERS = ";,\t|"
#: What a spreadsheet would take for the start of a formula; our own exports put an apostrophe before these.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

_EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ZIP = b"PK\x03\x04"
_LOOKED_AT = 20  # rows from which the delimiter is told


class Broken(StrEnum):
    """A cell without a value of its own."""

    FORMULA = "formula"  # a formula whose outcome is not in the file
    ERROR = "error"  # #N/A and its kind
    LONG = "long"


Cell = str | Broken


class Unreadable(Exception):
    """A file out of which no rows can be read; `code` says why, `values` what belongs to it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows; `rows` are numbered as a spreadsheet numbers them, empty ones left out."""

    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    name: str = ""  # of the sheet in a workbook
    others: tuple[str, ...] = ()  # sheets that were not read


def read_file(content: bytes, at_most: int = MOST_ROWS) -> list[Sheet]:
    """Return the sheets of a file that hold something, a CSV's one; raise Unreadable.

    `at_most` rows are read of each: more of them is refused at MOST_ROWS, and left unread below it.
    """
    if not content.strip():
        raise Unreadable("empty")
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("old_excel")
    if content.startswith(_ZIP):
        from survey.intake.workbook import read_workbook  # a CSV needs no openpyxl

        return read_workbook(content, at_most)
    rows = tuple(take(_csv_rows(decode(content)), at_most))
    if not rows:
        raise Unreadable("empty")
    return [Sheet(rows)]


def take(rows: Iterator[list[Cell]], at_most: int) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the rows that hold something with their numbers; raise Unreadable for too many rows or columns."""
    kept = 0
    for number, cells in enumerate(rows, 1):
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("too_wide", most=MOST_COLUMNS)
        kept += 1
        if kept > at_most:
            if at_most < MOST_ROWS:
                return
            raise Unreadable("too_long", most=MOST_ROWS)
        yield number, tuple(_composed(cell) for cell in cells)


def _composed(cell: Cell) -> Cell:
    """Return a cell with its accents on their letters, so that names from a Mac are those from elsewhere."""
    return cell if isinstance(cell, Broken) else unicodedata.normalize("NFC", cell)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or the Windows code page of western Europe; raise Unreadable."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode(content, encoding)
    # Without a mark UTF-16 is told by the zero bytes of its plain letters.
    head = content[:400]
    if head[1::2].count(0) > len(head) // 4:
        return _decode(content, "utf-16-le")
    if head[::2].count(0) > len(head) // 4:
        return _decode(content, "utf-16-be")
    if b"\0" in content:
        raise Unreadable("not_text")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _decode(content, "cp1252")
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text, re.IGNORECASE):
        raise Unreadable("web_page")
    return text


def _decode(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("not_text") from None
    if "\0" in text:
        raise Unreadable("not_text")
    return text


def _csv_rows(text: str) -> Iterator[list[Cell]]:
    """Yield the rows of a CSV, the blank ones too."""
    said = _SEPARATOR_LINE.match(text)
    delimiter = said[1] if said else find_delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader):
            yield [] if said and number == 0 else [plain_cell(cell) for cell in row]
    except csv.Error:
        raise Unreadable("not_text") from None


def find_delimiter(text: str) -> str:
    """Return the sign that cuts the first rows into the same number of cells most often, at least two."""

    def score(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    widths[len(row)] += 1
                if widths.total() == _LOOKED_AT:
                    break
        except csv.Error:
            return 0, 0
        width, rows = max(widths.items(), key=lambda entry: (entry[0] > 1, entry[1], entry[0]), default=(1, 0))
        return (rows, width) if width > 1 else (0, 0)

    return max(DELIMITERS, key=score)


def plain_cell(written: str) -> Cell:
    """Return what a cell of a CSV says; `="0012"`, which keeps a spreadsheet from dropping zeros, says 0012."""
    text = written.strip(" \t\r\n\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}")
    if found := _EXCEL_TEXT.fullmatch(text):
        text = found[1].replace('""', '"').strip()
    elif text.startswith("=") and len(text) > 1:
        return Broken.FORMULA
    return _bounded(strip_apostrophe(text))


def strip_apostrophe(text: str) -> str:
    """Return a text without the apostrophe that an export puts before a formula's sign; 's-Gravenhage keeps its own."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_SIGNS else text


def _bounded(text: str) -> Cell:
    return Broken.LONG if len(text) > LONGEST_CELL else text
