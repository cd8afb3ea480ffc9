"""Facts are read with errors that name the field, and written as they were read."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.report.facts import FREE, MOST_PARTS, Contact, Facts, FactsError, Offer, Part, Review, School, Student

YARA = {
    "nummer": "V2B-0112",
    "versie": 1,
    "datum": "2026-06-04",
    "gemeente": {"naam": "Purmerend", "code": "0439"},
    "contactpersoon": {"naam": "Sanne de Wit", "telefoon": "06 0000 0000"},
    "student": {"naam": "Yara El Amrani", "geboortedatum": "2008-03-14"},
    "school": {"naam": "ROC Waterland", "soort": "mbo"},
    "opleiding": {"naam": "Verkoper", "crebo": "25000", "niveau": 2},
    "blik_van_school": {"opmerking": "Werkt hard."},
    "aanbod": [{"wat": "gesprek", "datum": "2026-05-12"}],
}


def test_facts_come_back_as_they_went() -> None:
    facts = Facts.from_json(json.dumps(YARA))
    assert facts.to_json() == YARA
    assert Facts.from_json(facts.to_json()) == facts
    assert facts.student == Student(name="Yara El Amrani", birth_date=date(2008, 3, 14))
    assert facts.offers == (Offer(what="gesprek", on=date(2026, 5, 12)),)


def test_nothing_is_needed() -> None:
    assert Facts.from_json("{}") == Facts() == Facts.from_json({"student": {}, "aanbod": [], "versie": None})
    assert Facts().to_json() == {}


def test_english_names_and_numbers_for_text_are_read_too() -> None:
    facts = Facts.from_json({"contact": {"name": "Sanne", "phone": 600000000}, "programme": {"level": "2"}})
    assert facts.contact == Contact(name="Sanne", phone="600000000")
    assert facts.programme.level == 2


@pytest.mark.parametrize(
    ("raw", "field", "words"),
    [
        ("[]", "", "object"),
        ("{", "", "JSON"),
        ("[" * 100_000, "", "JSON"),
        ({"bsn": "123"}, "bsn", "not known"),
        ({"student": {"bsn": "123"}}, "student.bsn", "known are naam"),
        ({"student": "Yara"}, "student", "object"),
        ({"student": {"naam": ["Yara"]}}, "student.naam", "text"),
        ({"student": {"naam": True}}, "student.naam", "text"),
        ({"student": {"geboortedatum": "14-03-2008"}}, "student.geboortedatum", "YYYY-MM-DD"),
        ({"datum": 20260604}, "datum", "YYYY-MM-DD"),
        ({"versie": 1.5}, "versie", "whole number"),
        ({"school": {"soort": "hbo"}}, "school.soort", "mbo, pro, vso"),
        ({"aanbod": {"wat": "gesprek"}}, "aanbod", "list"),
        ({"aanbod": [{"wat": "gesprek"}, {"wie": "Sanne"}]}, "aanbod[1].wie", "not known"),
    ],
)
def test_refusal_names_the_field(raw: Any, field: str, words: str) -> None:
    with pytest.raises(FactsError, match=words) as refusal:
        Facts.from_json(raw)
    assert refusal.value.field == field
    assert str(refusal.value).startswith(field)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_any_value_is_read_or_refused(value: Any) -> None:
    for each in fields(Facts):
        try:
            facts = Facts.from_json({each.metadata["name"]: value})
        except FactsError as refusal:
            assert refusal.field.startswith(each.metadata["name"])
        else:
            assert Facts.from_json(facts.to_json()) == facts


def test_bounded_facts_keep_caps_in_every_part() -> None:
    long = "woord " * 2_000
    facts = Facts(
        number=long,
        student=Student(name=long),
        review=Review(remark=long),
        offers=(Offer(what=long),) * 50,
    ).bounded()
    assert len(facts.number) <= 40
    assert len(facts.student.name) <= 120
    assert len(facts.review.remark) <= FREE
    assert len(facts.offers) == MOST_PARTS
    assert facts.bounded() == facts


def test_every_field_has_a_name_and_is_read_back() -> None:
    for part in Part.__subclasses__():
        names = [each.metadata["name"] for each in fields(part)]
        assert len(set(names)) == len(names)
    assert School(name="x").to_json() == {"naam": "x"}
