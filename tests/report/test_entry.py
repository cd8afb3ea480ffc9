"""What the school types for the document: where it goes, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper import FACTS

from survey.report.entry import CAPS, ENTRIES, fill, find_faults, has_bsn, read_day, typed_of
from survey.report.facts import Arrangement, Facts

FREE = {"question", "done", "consulted"}


def test_every_free_text_has_300_to_500_characters() -> None:
    assert all(300 <= CAPS[name] <= 500 for name in FREE)
    assert set(CAPS) > FREE


def test_what_was_typed_fills_the_facts_and_an_empty_field_leaves_them() -> None:
    typed = {"question": "Help met wonen.", "by": "1-9-2026", "contact_phone": "", "what_2": "Inkomen", "who_2": "UWV"}
    filled = fill(FACTS, typed)
    assert filled.request == replace(FACTS.request, question="Help met wonen.", by=date(2026, 9, 1))
    assert filled.contact == FACTS.contact
    assert filled.arranged == (Arrangement("Inkomen", "UWV"),)


def test_facts_come_back_as_they_were_typed() -> None:
    assert fill(Facts(), typed_of(FACTS)) == Facts(
        request=FACTS.request,
        contact=FACTS.contact,
        student=replace(Facts().student, preferred_channel="appen"),
        programme=replace(Facts().programme, diploma="verwacht"),
        review=replace(Facts().review, done="Gebeld.", consulted="M. Bos"),
        arranged=FACTS.arranged,
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"question": "x" * 301}, "long"),
        ({"done": "x" * 501}, "long"),
        ({"by": "31-2-2026"}, "day"),
        ({"by": "morgen"}, "day"),
        ({"who_1": "UWV"}, "who"),
        ({"consulted": "Nummer 111222333 staat hier."}, "bsn"),
    ],
)
def test_what_cannot_be_kept_is_named(typed: dict[str, str], code: str) -> None:
    assert list(find_faults(typed).values()) == [code]


def test_texts_at_their_limit_are_taken() -> None:
    assert find_faults({each.name: "x" * each.cap for each in ENTRIES if not each.is_day}) == {}


@pytest.mark.parametrize("text", ["1-8-2026", "01/08/2026", "1.8.2026", " 2026-08-01 "])
def test_days_are_read_as_people_type_them(text: str) -> None:
    assert read_day(text) == date(2026, 8, 1)


@pytest.mark.parametrize("text", ["111222333", "bsn:111222333.", "a 123456782 b"])
def test_citizen_service_number_is_found(text: str) -> None:
    assert has_bsn(text)


@pytest.mark.parametrize("text", ["0612345678", "000000000", "123456789", "1112223334", "06 0000 0000", "25167"])
def test_other_numbers_are_no_citizen_service_number(text: str) -> None:
    assert not has_bsn(text)


@given(st.dictionaries(st.sampled_from(sorted(CAPS)), st.text(max_size=600)))
def test_any_text_is_judged_and_what_is_judged_good_is_filled_in(typed: dict[str, str]) -> None:
    if not find_faults(typed):
        filled = fill(Facts(), typed)
        assert Facts.from_json(filled.to_json()) == filled
