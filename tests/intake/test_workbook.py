"""XLSX as spreadsheets write it, and as an attacker would."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from survey.intake import Broken, Unreadable, read_file
from survey.intake.reading import FORMULA_SIGNS, MOST_COLUMNS, Sheet
from survey.intake.workbook import MEGABYTE, MOST_BYTES

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(
    lambda text: unicodedata.normalize("NFC", " ".join(text.split()))
)


def write(rows: list[list[Any]], **more: list[list[Any]]) -> bytes:
    """Return a workbook with one sheet, and others by name."""
    book = openpyxl.Workbook()
    for name, lines in {"Leerlingen": rows, **more}.items():
        sheet = book.active if name == "Leerlingen" else book.create_sheet(name)
        sheet.title = name
        for line in lines:
            sheet.append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes) -> Sheet:
    """Return a workbook's first filled sheet."""
    return read_file(content)[0]


def parts_of(content: bytes, **changed: bytes) -> bytes:
    """Return a workbook with parts replaced or added; a double underscore is a slash, a single one a dot."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = {name.replace("__", "/").replace("_", "."): name for name in changed}
        for name in old.namelist():
            if name not in names:
                new.writestr(name, old.read(name))
        for name, key in names.items():
            new.writestr(name, changed[key])
    return out.getvalue()


def test_dates_numbers_and_texts_read_as_people_see_them() -> None:
    rows: list[list[Any]] = [
        ["nummer", "geboren", "gezien", "cijfer", "waar"],
        [12345.0, date(2007, 6, 12), datetime(2026, 11, 23, 9, 30), 7.5, True],
    ]
    assert read(write(rows)).rows[1] == (2, ("12345", "2007-06-12", "2026-11-23 09:30:00", "7.5", "1"))


@settings(max_examples=25)
@given(st.lists(st.lists(TEXT, min_size=2, max_size=3), min_size=1, max_size=4))
def test_any_text_is_read_back(rows: list[list[str]]) -> None:
    plain = [[ILLEGAL_CHARACTERS_RE.sub("x", cell) for cell in row] for row in rows]
    plain = [[cell if cell and not cell.startswith(("=", "'")) else "leeg" for cell in row] for row in plain]
    found = read(write(plain))
    assert [list(row) for _, row in found.rows if any(row)] == [row for row in plain if any(row)]


def test_formula_counts_by_its_outcome_and_is_refused_without_one() -> None:
    without = write([["nummer", "naam"], ["=1+1", "Noor"]])
    assert read(without).rows[1][1] == (Broken.FORMULA, "Noor")
    with zipfile.ZipFile(BytesIO(without)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    cached = re.sub(rb"<f>1\+1</f>(<v ?/>|<v></v>)", b"<f>1+1</f><v>2</v>", sheet)
    assert cached != sheet
    assert read(parts_of(without, xl__worksheets__sheet1_xml=cached)).rows[1][1] == ("2", "Noor")


def test_error_in_a_cell_is_no_value() -> None:
    assert read(write([["nummer", "naam"], ["#N/A", "Noor"]])).rows[1][1] == (Broken.ERROR, "Noor")


def test_apostrophe_of_our_own_exports_is_taken_off() -> None:
    row = [f"'{sign}1" for sign in FORMULA_SIGNS if sign.isprintable()]
    assert read(write([["a", "b", "c", "d"], row])).rows[1][1] == ("=1", "+1", "-1", "@1")


def test_empty_rows_and_columns_are_left_out_and_rows_keep_their_number() -> None:
    assert read(write([["a", "b", None, None], [], ["1", None, "2"]])).rows == ((1, ("a", "b")), (3, ("1", "", "2")))


def test_other_sheets_are_named_and_hidden_ones_are_not() -> None:
    content = write([["a", "b"]], Codeboek=[["x"]], Leeg=[])
    book = openpyxl.load_workbook(BytesIO(content))
    book.create_sheet("Geheim").append(["weg"])
    book["Geheim"].sheet_state = "hidden"
    out = BytesIO()
    book.save(out)
    sheets = read_file(out.getvalue())
    assert [(sheet.name, sheet.others) for sheet in sheets] == [("Leerlingen", ("Codeboek",)), ("Codeboek", ("Leerlingen",))]


def refusal(content: bytes) -> str:
    """Return why a file is refused."""
    with pytest.raises(Unreadable) as refused:
        read_file(content)
    return refused.value.code


def test_zip_bombs_are_refused_before_they_unpack() -> None:
    book = write([["a"]])
    assert refusal(parts_of(book, xl__sharedStrings_xml=b"<sst>" + bytes(MEGABYTE * 2))) == "bomb"  # by its ratio
    many = {f"xl__part{number}_bin": bytes(range(256)) * 1024 for number in range(MOST_BYTES // (256 * 1024) + 1)}
    assert refusal(parts_of(book, **many)) == "bomb"  # by its size
    assert refusal(parts_of(book, **{f"xl__p{number}_bin": b"" for number in range(600)})) == "bomb"  # by its parts


@pytest.mark.parametrize("before", [b"", b"<!--" + bytes(range(97, 123)) * 400 + b"-->"], ids=["at once", "later"])
@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("xl__sharedStrings_xml", b'<sst xmlns="%s"><si><t>&a;</t></si></sst>'),
        (
            "xl__worksheets__sheet1_xml",
            b'<worksheet xmlns="%s"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
            b"</sheetData></worksheet>",
        ),
    ],
    ids=["texts", "sheet"],
)
def test_entities_that_could_grow_are_refused(part: str, text: bytes, before: bytes) -> None:
    text %= b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    laughs = b'<?xml version="1.0"?>' + before + b'<!DOCTYPE any [<!ENTITY a "haha">]>' + text
    book = BytesIO()
    with xlsxwriter.Workbook(book) as writer:  # which keeps texts in a part of their own, as Excel does
        writer.add_worksheet().write("A1", "a")
    assert refusal(parts_of(book.getvalue(), **{part: laughs})) == "not_workbook"


def test_other_kinds_of_zip_are_told_apart() -> None:
    assert refusal(parts_of(write([["a"]]), mimetype=b"x", xl__workbook_xml=b"")) == "not_workbook"
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(out.getvalue()) == "open_document"


@pytest.mark.parametrize("part", ["xl__workbook_xml", "xl__worksheets__sheet1_xml"])
def test_broken_parts_are_a_refusal(part: str) -> None:
    assert refusal(parts_of(write([["a", "b"]]), **{part: b"<broken"})) == "not_workbook"


def test_cut_off_file_is_a_refusal() -> None:
    assert refusal(write([["a", "b"]])[:-40]) == "not_workbook"


def test_sheet_that_claims_a_million_columns_is_read_by_what_it_holds() -> None:
    content = write([["a", "b"], ["1", "2"]])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert b"XFD1048576" in sheet
    assert len(read(parts_of(content, xl__worksheets__sheet1_xml=sheet)).rows) == 2


def test_row_far_below_is_reached_and_too_many_columns_are_refused() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.cell(30_000, 1, "ver")
    out = BytesIO()
    book.save(out)
    assert read(out.getvalue()).rows[-1] == (30_000, ("ver",))
    assert refusal(write([["x"] * (MOST_COLUMNS + 1)])) == "too_wide"
