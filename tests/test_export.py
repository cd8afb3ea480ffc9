"""Files that leave: no cell becomes a formula, every text comes back, and each column is explained."""

from __future__ import annotations

import csv
import json
import unicodedata
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from survey.export import FORMULA_SIGNS, Column, Table, harmless, write_csv, write_json, write_refused, write_xlsx
from survey.intake import read_file
from survey.intake.reading import FORMULA_SIGNS as READ_SIGNS
from survey.intake.reading import strip_apostrophe

COLUMNS = (Column("number", "Nummer", "het nummer", "cijfers"), Column("=name", "Naam"))
CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=15),
    st.sampled_from([f"{sign}cmd|' /C calc'!A0" for sign in FORMULA_SIGNS]),
)
ROWS = st.lists(st.tuples(CELL, CELL), max_size=4).map(tuple)
#: What a person reads is the same: spaces around a cell and how an accent is composed are not kept by readers.
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=15).map(
    lambda text: unicodedata.normalize("NFC", " ".join(text.split()))
)


def is_read_back(text: str) -> bool:
    """Return whether our reader takes a text for itself: not for one that we put the apostrophe before."""
    return strip_apostrophe(text) == text and not text.startswith("=")


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_what_a_spreadsheet_would_reckon_gets_an_apostrophe(sign: str) -> None:
    assert harmless(f"{sign}1+1") == f"'{sign}1+1"
    assert harmless(f"a{sign}") == f"a{sign}" and harmless("") == ""


def test_writer_and_reader_know_the_same_signs() -> None:
    assert FORMULA_SIGNS == READ_SIGNS


@given(ROWS)
def test_csv_holds_no_formula_and_every_text(rows: tuple[tuple[str, str], ...]) -> None:
    content = write_csv(Table("Studenten", COLUMNS, rows))
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read[0] == ["number", "'=name"]
    assert not any(cell.startswith(FORMULA_SIGNS) for row in read for cell in row)
    assert [tuple(cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_SIGNS) else cell for cell in row) for row in read[1:]] == [
        tuple(cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_SIGNS) else cell for cell in row) for row in rows
    ]


@settings(max_examples=30)
@given(ROWS)
def test_every_cell_of_a_workbook_is_text(rows: tuple[tuple[str, str], ...]) -> None:
    rows = tuple((ILLEGAL_CHARACTERS_RE.sub("", one), ILLEGAL_CHARACTERS_RE.sub("", other)) for one, other in rows)
    content = write_xlsx(Table("Studenten", COLUMNS, rows), "Codeboek", ("Kolom", "Titel", "Betekenis", "Waarden"))
    book = openpyxl.load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n") and (cell.data_type == "s" or cell.value is None)
                assert not str(cell.value or "").startswith(FORMULA_SIGNS)


def test_workbook_explains_its_columns() -> None:
    table = Table("Studenten: [1/2]", COLUMNS, (("1", "Noor"),))
    book = openpyxl.load_workbook(BytesIO(write_xlsx(table, "Codeboek", ("Kolom", "Titel", "Betekenis", "Waarden"))))
    assert book.sheetnames == ["Studenten- -1-2-", "Codeboek"]
    assert [cell.value for cell in book["Codeboek"][2]] == ["number", "Nummer", "het nummer", "cijfers"]


@given(ROWS)
def test_json_gives_back_every_text_as_it_is(rows: tuple[tuple[str, str], ...]) -> None:
    read = json.loads(write_json(Table("Studenten", COLUMNS, rows)))
    assert [(row["number"], row["=name"]) for row in read["rows"]] == list(rows)
    assert read["columns"][0] == {"id": "number", "title": "Nummer", "meaning": "het nummer", "values": "cijfers"}


@settings(max_examples=30)
@given(st.lists(st.tuples(PLAIN, PLAIN).filter(any), min_size=1, max_size=4))
def test_refused_rows_are_read_again_as_they_were_sent(rows: list[tuple[str, str]]) -> None:
    rows = [tuple(ILLEGAL_CHARACTERS_RE.sub("", cell) if is_read_back(cell) else "x" for cell in row) for row in rows]  # type: ignore[misc]
    lines = [(index + 2, row, "fout") for index, row in enumerate(rows)]
    (sheet,) = read_file(write_refused(["a", "b"], lines, ("Rij", "Wat er mis is"), "Fouten"))
    assert [row[:2] for _, row in sheet.rows[1:]] == rows
    assert sheet.rows[0][1] == ("a", "b", "Wat er mis is", "Rij")
