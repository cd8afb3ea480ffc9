"""Rows of a list as students: Dutch names, numbers and days in every usual form, and all that can be wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.intake import Broken, Cell, Checked, check_row
from survey.intake.rows import (
    DAY_ZERO,
    read_crebo,
    read_date,
    read_level,
    read_name,
    read_number_to_call,
    read_track,
    split_full_name,
    split_last_name,
)
from survey.kinds.date import say_day
from survey.kinds.question import Refused

TODAY = date(2026, 11, 23)


def check(**cells: Cell) -> Checked:
    """Return a row with these cells, each in a column of its own, and what every row needs."""
    filled = {"number": "12345", "first_name": "Noor", "last_name": "Bakker", "group": "V2B", **cells}
    columns = {name: place for place, name in enumerate(filled)}
    return check_row(7, list(filled.values()), columns, TODAY)


def test_good_row_gives_its_facts() -> None:
    row = check(
        birth_date="12 juni 2007", phone="0612345678", email="Noor@Voorbeeld.NL", postcode="1145pl", level="niveau 2",
        track="BBL", crebo="25167", place="Ilpendam", municipality="Waterland", last_day="10-7-2027",
    )  # fmt: skip
    assert row.mistakes == ()
    assert row.facts == {
        "number": "12345", "first_name": "Noor", "last_name": "Bakker", "group": "V2B", "birth_date": date(2007, 6, 12),
        "phone": "06 1234 5678", "email": "Noor@voorbeeld.nl", "postcode": "1145 PL", "level": "2", "track": "bbl",
        "crebo": "25167", "place": "Ilpendam", "municipality": "Waterland", "last_day": date(2027, 7, 10),
    }  # fmt: skip


def test_row_tells_everything_that_is_wrong_at_once() -> None:
    row = check(number="", first_name="12", birth_date="31-2-2007", phone="06-12", email="noor@", postcode="0000 AB")
    assert [(mistake.field, mistake.code, mistake.written) for mistake in row.mistakes] == [
        ("first_name", "name_invalid", "12"),
        ("birth_date", "date_unknown", "31-2-2007"),
        ("email", "email_invalid", "noor@"),
        ("phone", "phone_invalid", "06-12"),
        ("postcode", "postcode_invalid", "0000 AB"),
        ("number", "empty", ""),
    ]
    assert row.row == 7 and row.name == "Bakker"


def test_cells_without_a_value_are_said_and_not_called_empty_too() -> None:
    row = check(number=Broken.FORMULA, group=Broken.ERROR, programme=Broken.LONG)
    assert {(mistake.field, mistake.code) for mistake in row.mistakes} == {
        ("number", "cell_formula"), ("group", "cell_error"), ("programme", "cell_long"),
    }  # fmt: skip


def test_short_row_lacks_its_last_cells() -> None:
    row = check_row(3, ["12345"], {"number": 0, "first_name": 1, "last_name": 2, "group": 3}, TODAY)
    assert [mistake.field for mistake in row.mistakes] == ["first_name", "last_name", "group"]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("van den Berg", ("van den", "Berg")),
        ("Berg, van den", ("van den", "Berg")),
        ("de Jong", ("de", "Jong")),
        ("'t Hart", ("'t", "Hart")),
        ("van 't Hof", ("van 't", "Hof")),
        ("El Idrissi", ("", "El Idrissi")),
        ("Van Dam", ("", "Van Dam")),
        ("de", ("", "de")),
        ("Jansen-de Wit", ("", "Jansen-de Wit")),
        ("da Silva Santos", ("da", "Silva Santos")),
    ],
)
def test_infix_comes_off_the_last_name(written: str, parts: tuple[str, str]) -> None:
    assert split_last_name(written) == parts


def test_infix_with_a_column_of_its_own_is_left_where_it_stands() -> None:
    row = check(infix="van", last_name="de Berg")
    assert (row.fact("infix"), row.fact("last_name")) == ("van", "de Berg")
    assert check(last_name="de Berg").fact("infix") == "de"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Noor Bakker", ("Noor", "", "Bakker")),
        ("Noor van den Berg", ("Noor", "van den", "Berg")),
        ("Berg, Noor van den", ("Noor", "van den", "Berg")),
        ("Berg, van den, Noor", ("Noor", "van den", "Berg")),
        ("van den Berg, Noor", ("Noor", "van den", "Berg")),
        ("Anne Fleur de Wit", ("Anne Fleur", "de", "Wit")),
        ("Amira El Idrissi", ("Amira", "", "El Idrissi")),
        ("Noor", ("Noor", "", "")),
    ],
)
def test_full_name_is_cut(written: str, parts: tuple[str, str, str]) -> None:
    assert split_full_name(written) == parts


def test_full_name_in_one_column_fills_the_parts() -> None:
    columns = {"number": 0, "full_name": 1, "group": 2}
    row = check_row(2, ["1", "Wit, Sem de", "V2B"], columns, TODAY)
    assert row.mistakes == () and row.name == "Sem de Wit"
    assert [mistake.field for mistake in check_row(2, ["1", "Sem", "V2B"], columns, TODAY).mistakes] == ["last_name"]


@pytest.mark.parametrize("name", ["Zoë", "Łukasz", "D'Hondt", "Anne-Fleur", "Đức", "محمد", "Jan P.", "Ö"])
def test_names_of_the_world_are_names(name: str) -> None:
    assert read_name(name) == name


@pytest.mark.parametrize("name", ["123", "a@b.nl", "<b>", "-", "x" * 101, "Noor\x07"])
def test_what_nobody_is_called_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="name_invalid"):
        read_name(name)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0612345678", "06 1234 5678"),
        ("06-12 34 56 78", "06 1234 5678"),
        ("612345678", "06 1234 5678"),
        ("31612345678", "06 1234 5678"),
        ("+31 (0)6 1234 5678", "06 1234 5678"),
        ("0031612345678", "06 1234 5678"),
        ("299123456", "0299 123 456"),
        ("+49 151 23456789", "+4915123456789"),
    ],
)
def test_numbers_to_call_are_read_as_spreadsheets_leave_them(written: str, read: str) -> None:
    assert read_number_to_call(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "12-6-2007", "12/06/2007", "12.6.2007", "12 juni 2007", "12 jun. 2007", "12 June 2007", "2007-06-12", "20070612",
        "2007-06-12 00:00:00", "2007-06-12T00:00:00", "12-6-2007 0:00", "39245", "12-06-07",
    ],
)  # fmt: skip
def test_day_is_read_in_every_usual_form(written: str) -> None:
    assert read_date(written, 2016) == date(2007, 6, 12)


@pytest.mark.parametrize("written", ["31-6-2007", "13-13-2007", "juni 2007", "2007", "12-6-207", "gisteren", "39", "6/31/2007"])
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        read_date(written, 2016)


@given(st.dates(date(1935, 1, 1), date(2015, 12, 31)), st.sampled_from(["d-M-y", "dd/MM/y", "d MMMM y", "y-MM-dd", "serial"]))
def test_any_day_comes_back_from_any_form(day: date, form: str) -> None:
    written = str((day - DAY_ZERO).days) if form == "serial" else say_day(form, day, "nl")
    assert read_date(written, 2016) == day


@given(st.dates(date(1917, 1, 1), date(2016, 12, 31)))
def test_two_digits_of_a_year_mean_the_last_hundred_years(day: date) -> None:
    assert read_date(f"{day:%d-%m-%y}", 2016) == day


def test_day_of_birth_that_no_student_has_is_refused() -> None:
    for written in ("12-6-2022", "12-6-1901"):
        assert [mistake.code for mistake in check(birth_date=written).mistakes] == ["birth_unlikely"]


@pytest.mark.parametrize(
    ("written", "level"), [("2", "2"), ("Niveau 3", "3"), ("MBO-4", "4"), ("Entree", "1"), ("mbo niveau 2", "2"), ("N2", "2")]
)
def test_level_is_read(written: str, level: str) -> None:
    assert read_level(written) == level


@pytest.mark.parametrize(
    ("written", "track"), [("BOL", "bol"), ("bbl", "bbl"), ("Beroepsbegeleidende leerweg", "bbl"), ("derde leerweg", "ovo"), ("BOL voltijd", "bol")]
)
def test_track_is_read(written: str, track: str) -> None:
    assert read_track(written) == track


@pytest.mark.parametrize(("read", "written"), [(read_level, "5"), (read_track, "avond"), (read_crebo, "2516")])
def test_other_words_for_level_track_and_programme_are_refused(read: object, written: str) -> None:
    with pytest.raises(Refused):
        read(written)  # type: ignore[operator]


def test_excel_serials_count_from_their_day_zero() -> None:
    assert DAY_ZERO + timedelta(days=39245) == date(2007, 6, 12)
