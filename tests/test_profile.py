"""A student's profile: its name as people say it, the order of lists, and student numbers known again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.profile import Profile, fold, number_key


def test_name_has_its_infix_and_no_empty_parts() -> None:
    assert Profile("Noor", "Berg", infix="van den").name == "Noor van den Berg"
    assert Profile("Noor", "Bakker").name == "Noor Bakker"
    assert Profile("Noor").name == "Noor"


def test_lists_are_in_order_of_the_last_name_whatever_its_infix_and_accents() -> None:
    people = [
        Profile("Zoë", "Visser"),
        Profile("Bo", "Vries", infix="de"),
        Profile("Anna", "Énders"),
        Profile("Max", "Berg", infix="van den"),
        Profile("Ali", "Berg", infix="van den"),
    ]
    assert [one.name for one in sorted(people, key=lambda one: one.sort_key)] == [
        "Ali van den Berg",
        "Max van den Berg",
        "Anna Énders",
        "Zoë Visser",
        "Bo de Vries",
    ]


def test_profile_without_last_name_stands_under_its_first() -> None:
    assert Profile("Noor").sort_key[0] == "noor"


def test_profile_is_read_as_it_was_written() -> None:
    profile = Profile("Noor", "Berg", date(2007, 6, 12), infix="van den", number="0012", place="Ilpendam")
    assert profile.to_json() == {
        "first_name": "Noor",
        "last_name": "Berg",
        "birth_date": "2007-06-12",
        "infix": "van den",
        "number": "0012",
        "place": "Ilpendam",
    }
    assert Profile.from_json(profile.to_json()) == profile


@pytest.mark.parametrize(
    ("one", "other"), [("0012345", "12345"), (" 12 345", "12345"), ("S-001a", "s-001A"), ("000", "0")]
)
def test_number_is_known_again_however_a_spreadsheet_wrote_it(one: str, other: str) -> None:
    assert number_key(one) == number_key(other)


@pytest.mark.parametrize(("one", "other"), [("12345", "12354"), ("s001", "s01"), ("10", "1")])
def test_other_number_is_another_student(one: str, other: str) -> None:
    assert number_key(one) != number_key(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
