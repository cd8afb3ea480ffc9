"""Tables as files that people open in a spreadsheet: CSV, XLSX and JSON, in which no cell becomes a formula; pure."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

import xlsxwriter

#: What a spreadsheet takes for the start of a formula (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_SHEET_NAME = 31
LONGEST_CELL = 32_767
FORBIDDEN_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "-------")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, as the codebook explains it."""

    id: str
    title: str
    meaning: str = ""  # what stands in it
    values: str = ""  # codes with their words, or how it is written


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text; `name` is of the sheet."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def harmless(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would reckon out."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def write_csv(table: Table) -> bytes:
    """Return a table as CSV that Dutch spreadsheets open: UTF-8 with its mark, semicolons, all cells quoted."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(column.id) for column in table.columns])
    writer.writerows([harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def write_json(table: Table) -> bytes:
    """Return a table as JSON: what each column means, and the rows by column id. Nothing in it can be reckoned out."""
    about = [
        {"id": column.id, "title": column.title, "meaning": column.meaning, "values": column.values}
        for column in table.columns
    ]
    ids = [column.id for column in table.columns]
    rows = [dict(zip(ids, row, strict=True)) for row in table.rows]
    return json.dumps({"columns": about, "rows": rows}, ensure_ascii=False, indent=1).encode()


def write_xlsx(table: Table, codebook: str, headings: Sequence[str]) -> bytes:
    """Return a table as a workbook with a codebook sheet; `headings` are of the codebook's four columns."""
    lines = [(column.id, column.title, column.meaning, column.values) for column in table.columns]
    return _write_book(
        [
            (table.name, [column.id for column in table.columns], table.rows),
            (codebook, list(headings), lines),
        ]
    )


def write_refused(
    headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str], str]], titles: tuple[str, str], name: str
) -> bytes:
    """Return refused rows as they were sent with the reason beside them, to put right and send again.

    The reason and the row's number stand behind the school's own columns, so that those stay where they were.
    """
    width = len(headings)
    lines = [(*(str(cell) for cell in cells), *[""] * (width - len(cells)), why, str(row)) for row, cells, why in rows]
    return _write_book([(name, [*headings, titles[1], titles[0]], lines)])


def _write_book(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """Return a workbook in which every cell is text."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
    for name, headings, rows in sheets:
        sheet = book.add_worksheet(name.translate(FORBIDDEN_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(headings) - 1), 18, text)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, harmless(heading), bold)
        for index, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(index, column, harmless(cell)[:LONGEST_CELL], text)
    book.close()
    return out.getvalue()
