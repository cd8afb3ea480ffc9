"""The sheets of an XLSX workbook, once its ZIP has proved harmless."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from survey.intake.reading import LONGEST_CELL, MOST_COLUMNS, Broken, Cell, Sheet, Unreadable, strip_apostrophe, take

MEGABYTE = 1024 * 1024
MOST_BYTES = 64 * MEGABYTE  # of all parts together, unpacked
MOST_RATIO = 200  # unpacked to packed, of a part over a megabyte; the widest sheets of one value reach some 100
MOST_PARTS = 500
MOST_SHEETS = 20
MOST_BLANK = 50_000  # rows that a sheet may claim without filling them

#: What openpyxl raises for parts that are not what their names say, and the ZIP for what is cut or altered.
_MALFORMED = (
    InvalidFileException,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    SyntaxError,  # of which a malformed XML document is one
)
_FORMULA = re.compile(rb"<(\w+:)?f[\s>/]")


def read_workbook(content: bytes, at_most: int) -> list[Sheet]:
    """Return the visible sheets that hold something; raise Unreadable.

    XML that declares entities is refused by defusedxml, which openpyxl reads with where it is installed.
    """
    check_zip(content)
    try:
        values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        formulas = values
        if _has_formulas(content):  # a second reading, of what was written instead of what came out of it
            formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, keep_links=False)
        visible = [sheet.title for sheet in values.worksheets if sheet.sheet_state == "visible"][:MOST_SHEETS]
        found = {name: tuple(take(_rows(values[name], formulas[name]), at_most)) for name in visible}
    except Unreadable:
        raise
    except _MALFORMED:
        raise Unreadable("not_workbook") from None
    filled = [name for name, rows in found.items() if rows]
    if not filled:
        raise Unreadable("empty")
    return [Sheet(found[name], name, tuple(other for other in filled if other != name)) for name in filled]


def check_zip(content: bytes) -> None:
    """Raise Unreadable for a ZIP that unpacks to too much or is no workbook."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Unreadable("open_document" if "mimetype" in names else "not_workbook")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                raise Unreadable("bomb")
            if sum(part.compress_size for part in parts) > len(content):  # parts that overlap
                raise Unreadable("bomb")
            if any(_grows(part) for part in parts):
                raise Unreadable("bomb")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable("not_workbook") from None


def _grows(part: zipfile.ZipInfo) -> bool:
    return part.file_size > MEGABYTE and part.file_size > MOST_RATIO * max(1, part.compress_size)


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheets = (name for name in archive.namelist() if name.startswith("xl/worksheets/"))
        return any(_FORMULA.search(archive.read(name)) for name in sheets)


def _rows(values: Any, formulas: Any) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet, the blank ones too; a formula counts by the outcome that the file holds."""
    values.reset_dimensions()  # a sheet may claim a million columns
    formulas.reset_dimensions()
    blank = 0
    same = formulas is values
    own_rows = values.iter_rows(max_col=MOST_COLUMNS + 1)
    pairs = ((row, row) for row in own_rows) if same else _pairs(own_rows, formulas.iter_rows(max_col=MOST_COLUMNS + 1))
    for own, written in pairs:
        cells = [_cell(value, formula) for value, formula in zip(own, written, strict=True)]
        blank = 0 if any(cells) else blank + 1
        if blank > MOST_BLANK:
            return
        yield cells


def _pairs(values: Iterator[Any], formulas: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(values, formulas, strict=True)


def _cell(own: Any, written: Any) -> Cell:
    """Return what one cell says; dates as YYYY-MM-DD, whole numbers without a point."""
    value, kind = own.value, written.data_type
    if kind == "f" and value is None:
        return Broken.FORMULA
    if own.data_type == "e" or kind == "e":
        return Broken.ERROR
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    text = str(value).strip(" \t\r\n\N{NO-BREAK SPACE}")
    return Broken.LONG if len(text) > LONGEST_CELL else strip_apostrophe(text)
