"""Which column holds what: Dutch and English headings, what a school chose before, and what nobody may give."""

from __future__ import annotations

import pytest

from survey.intake import Sheet, guess, is_never, same_heading
from survey.intake.mapping import FIELDS, headings
from survey.profile import Profile


def sheet(*rows: tuple[str, ...], name: str = "") -> Sheet:
    """Return a sheet of rows."""
    return Sheet(tuple(enumerate(rows, 1)), name)


EXPORT = ("Studentnummer", "Roepnaam", "Tussenvoegsel", "Achternaam", "Klas", "E-mail school", "E-mail privé", "Mobiel")


def test_usual_headings_are_known() -> None:
    found = guess([sheet(EXPORT, ("1", "Noor", "", "Bakker", "V2B", "a@school.nl", "b@thuis.nl", "06"))], {})
    assert found.columns == {
        "number": 0, "first_name": 1, "infix": 2, "last_name": 3, "group": 4, "email": 6, "phone": 7,
    }  # fmt: skip
    assert found.missing() == [] and len(found.rows) == 1


def test_english_headings_are_known() -> None:
    found = guess([sheet(("Student ID", "First name", "Surname", "Class", "Date of birth", "Tutor"))], {})
    assert list(found.columns) == ["number", "first_name", "last_name", "group", "mentor", "birth_date"]


def test_every_field_has_headings_and_every_heading_one_field() -> None:
    known = headings()
    assert set(known) == {*FIELDS, "never"}
    for field, names in known.items():
        for name in names:
            fields = [other for other, others in known.items() if same_heading(name) in map(same_heading, others)]
            assert fields == [field], name


def test_every_fact_of_a_profile_can_come_from_a_column() -> None:
    own = {name for name in Profile.__dataclass_fields__} - {"municipality_text"}
    assert own <= set(FIELDS)


def test_one_column_of_whole_names_does_for_its_parts() -> None:
    found = guess([sheet(("Leerlingnummer", "Naam", "Stamklas"))], {})
    assert found.columns == {"number": 0, "full_name": 1, "group": 2} and found.missing() == []
    both = guess([sheet(("Nummer", "Naam", "Voornaam", "Achternaam", "Klas"))], {})
    assert "full_name" not in both.columns


def test_headings_are_found_below_a_title() -> None:
    found = guess([sheet(("Lijst van 12 juni",), ("ROC Waterland",), EXPORT, ("1",))], {})
    assert found.heading == 2 and found.headings == list(EXPORT)


def test_sheet_with_the_headings_is_chosen() -> None:
    found = guess([sheet(("uitleg", "bij", "deze", "lijst", "van", "de", "school", "en", "meer"), name="Uitleg"), sheet(EXPORT, name="Data")], {})
    assert found.sheet.name == "Data"


def test_what_the_school_chose_before_wins() -> None:
    remembered = {same_heading("Code X"): "number", same_heading("E-mail privé"): "", same_heading("Mobiel"): "second_contact"}
    found = guess([sheet(("Code X", *EXPORT[1:]))], remembered)
    assert found.columns["number"] == 0 and found.columns["email"] == 5 and found.columns["second_contact"] == 7
    assert "phone" not in found.columns


def test_file_without_headings_has_its_first_wide_row() -> None:
    found = guess([sheet(("titel",), ("123", "Noor", "Bakker"), ("124", "Daan", "Visser"))], {})
    assert found.heading == 1 and not found.columns
    assert found.missing() == ["number", "first_name", "last_name", "group"]


@pytest.mark.parametrize("heading", ["BSN", "bsn ", "Burgerservicenummer", "Nationaliteit", "Geboorte-plaats"])
def test_what_may_never_come_in_is_known(heading: str) -> None:
    assert is_never(heading)
    assert not guess([sheet((heading, "Klas"))], {}).columns.keys() - {"group"}


def test_headings_are_the_same_whatever_their_signs() -> None:
    assert same_heading("E-mail (Privé)") == same_heading("e mail prive") == "emailprive"
    assert not is_never("Studentnummer")
