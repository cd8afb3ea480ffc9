"""Files as schools' systems write them: delimiters, encodings, quoting, and what is no list at all."""

from __future__ import annotations

import csv
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.intake import Broken, Unreadable, read_file
from survey.intake.reading import DELIMITERS, FORMULA_SIGNS, MOST_COLUMNS, MOST_ROWS, find_delimiter

LIST = "Studentnummer;Roepnaam;Achternaam\n0012;Zoë;D'Hondt\n13;Noor;Bakker\n"
CELL = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", " ".join(text.split()))
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")


def cells(content: bytes) -> list[list[str]]:
    """Return the cells of a file's only sheet as text."""
    (sheet,) = read_file(content)
    return [[str(cell) for cell in row] for _, row in sheet.rows]


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_list_reads_the_same_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    written = LIST.replace(";", delimiter).encode(encoding)
    assert cells(written) == [["Studentnummer", "Roepnaam", "Achternaam"], ["0012", "Zoë", "D'Hondt"], ["13", "Noor", "Bakker"]]


def is_plain(row: list[str]) -> bool:
    """Return whether no cell of a row means something else to a spreadsheet."""
    return not any(cell.startswith(("=", "'")) for cell in row) and row[-1] != "" and not row[0].lower().startswith("sep=")


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3).filter(is_plain), min_size=2, max_size=6),
    delimiter=st.sampled_from(DELIMITERS),
    encoding=st.sampled_from(ENCODINGS[1:3]),  # those that say what they are
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_was_written_quoted_is_read_back(rows: list[list[str]], delimiter: str, encoding: str, end: str) -> None:
    written = StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    # What stands inside quotes can look like a more regular list; the line that spreadsheets write says what it is.
    content = f"sep={delimiter}\r\n{written.getvalue()}".encode(encoding)
    assert cells(content) == rows


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_are_refused_in_words(content: bytes) -> None:
    try:
        sheets = read_file(content)
    except Unreadable as refusal:
        assert refusal.code
    else:
        assert all(any(row) for sheet in sheets for _, row in sheet.rows)


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    (sheet,) = read_file(b'a;b\r\n\r\n1;"two\nlines"\r\n;;\r\n3;4\r\n')
    assert [number for number, _ in sheet.rows] == [1, 3, 5]
    assert sheet.rows[1][1] == ("1", "two\nlines")


def test_line_that_names_the_delimiter_is_no_row() -> None:
    (sheet,) = read_file(b"sep=|\r\na|b;c\r\n1|2;3\r\n")
    assert [row for _, row in sheet.rows] == [("a", "b;c"), ("1", "2;3")]
    assert sheet.rows[0][0] == 2


def test_commas_within_cells_do_not_mislead() -> None:
    text = "Naam;Telefoon\nJansen, Piet;06, privé\nde Wit, Sanne;06, werk\n"
    assert find_delimiter(text) == ";"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('="0012"', "0012"),
        ("'+31612345678", "+31612345678"),
        ("'=1+1", "=1+1"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("'t Hart", "'t Hart"),
        ("=A1&B1", Broken.FORMULA),
        ("  spaties\N{NO-BREAK SPACE}", "spaties"),
        ("x" * 2001, Broken.LONG),
        ("Zoe\N{COMBINING DIAERESIS}", "Zoë"),
    ],
)
def test_cell_is_what_a_person_reads(written: str, read: str) -> None:
    quoted = written.replace('"', '""')
    (sheet,) = read_file(f'a;b\n"{quoted}";x\n'.encode())
    assert sheet.rows[1][1][0] == read


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b";;\n;;\n", "empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500), "old_excel"),
        (b"<html><table><tr><td>Studentnummer</td></tr></table>", "web_page"),
        (b"%PDF-1.7\0\0binary", "not_text"),
        (b"PK\x03\x04 no zip", "not_workbook"),
        (b"a;b\n" * (MOST_ROWS + 1), "too_long"),
        (b";".join([b"x"] * (MOST_COLUMNS + 1)), "too_wide"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_file(content)
    assert refusal.value.code == code


def test_first_rows_are_read_without_the_others() -> None:
    (sheet,) = read_file(b"a;b\n" * (MOST_ROWS + 1), at_most=5)
    assert len(sheet.rows) == 5


def test_signs_of_formulas_are_those_of_the_threat() -> None:
    assert FORMULA_SIGNS == ("=", "+", "-", "@", "\t", "\r")
