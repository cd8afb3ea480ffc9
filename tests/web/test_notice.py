"""The privacy notice in layers, who reads each answer, and a school's colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from factories import NOW, Campus
from flask import Flask
from trip import Pupil, Trip, launch

from survey.i18n import catalogue
from survey.school import SchoolSettings
from survey.web.readers import ROLES, join
from survey.web.theme import mix, say_theme

OVERSTAP = Path(__file__).parents[2] / "questionnaires" / "overstap" / "1.yaml"


@pytest.fixture(autouse=True)
def school_day() -> Iterator[None]:
    """Let it be a Monday morning on which the round is open."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trip(app: Flask, school: Campus) -> Trip:
    """Return a round with the shipped questionnaire, of a school with a data protection officer."""
    school.school.settings = replace(SchoolSettings(), retention_months=18, objection_to="fg@voorbeeld.nl").to_json()
    return launch(app, school, OVERSTAP)


@pytest.fixture
def yara(trip: Trip) -> Pupil:
    """Return a student with an unused link."""
    return trip.invite("Yara Smit")


def test_start_page_has_the_short_notice_and_leads_to_the_whole_one(yara: Pupil) -> None:
    page = yara.phone.open(yara.path)
    assert "Sanne de Wit van ROC Waterland vraagt dit." in page.words
    assert "Wie ziet wat? Sanne en de coördinator lezen je antwoorden." in page.words
    assert f"{yara.path}/privacy" in page.reader.links


def test_whole_notice_says_of_each_question_what_it_is_for_and_who_reads_it(yara: Pupil, trip: Trip) -> None:
    words = yara.phone.open(f"{yara.path}/privacy").words
    assert "Niet langer dan 18 maanden." in words and "fg@voorbeeld.nl" in words
    assert "Heb je al werk? Waarvoor? Weten of er al werk is na school." in words
    assert "Waarom mag het? Toestemming (AVG artikel 9, lid 2, onder a)." in words
    yara.starts()
    own = yara.phone.open("/privacy")
    assert own.words.count("Waarvoor?") == words.count("Waarvoor?") > 25
    assert "/v/bestemming" in own.reader.links, "leads back to the question"


def test_unknown_link_has_no_notice(yara: Pupil) -> None:
    assert yara.phone.open("/u/" + "Z" * 26 + "/privacy").words == yara.phone.open("/u/" + "Z" * 26).words


def test_each_question_says_who_reads_it(yara: Pupil) -> None:
    page = yara.starts()
    readers = "Op school lezen Sanne en de coördinator dit. Alleen na jouw ja ziet de gemeente dit."
    assert f"Wie ziet dit? {readers}" in page.words
    assert "Waarom vragen we dit? Stoppen is niet erg." in yara.answers(bestemming="leren").words


def test_names_are_listed_as_people_do() -> None:
    dutch = catalogue("nl")
    assert join(["Sanne"], dutch) == "Sanne"
    assert join(["Sanne", "de coördinator", "de gemeente"], dutch) == "Sanne, de coördinator en de gemeente"


def test_every_reader_has_a_dutch_name() -> None:
    from survey.definition.check.publishing import READERS, RECEIVERS

    assert set(ROLES) == {*READERS, *RECEIVERS} - {"mentor"}
    assert set(ROLES.values()) <= set(catalogue("nl").messages)


# Colours


def test_page_wears_the_colours_of_its_school(yara: Pupil, trip: Trip) -> None:
    plain = yara.phone.open(yara.path)
    trip.campus.school.settings = replace(SchoolSettings(), brand="#7a1f5c", brand_dark="#f0a8d4").to_json()
    trip.campus.session.commit()
    page = yara.phone.open(yara.path)
    assert "--brand:#7a1f5c" not in plain.html
    assert re.search(r"prefers-color-scheme:dark\)\{:root\{--brand:#f0a8d4", page.html)
    assert page.headers["content-security-policy"] != plain.headers["content-security-policy"]


def test_start_page_shows_the_logo_and_the_questions_are_spared_its_weight(yara: Pupil, trip: Trip) -> None:
    assert "<img" not in yara.phone.open(yara.path).html
    trip.campus.school.logo = b"PNG"
    trip.campus.session.commit()
    page = yara.phone.open(yara.path)
    assert '<img class="logo" src="data:image/png;base64,UE5H" alt="ROC Waterland">' in page.html
    assert "<img" not in yara.starts().html


@pytest.mark.parametrize("brand", ["", "red", "#fff", "#0b5d5e", "#7a1f5c;}", "#0B5D5E", "</style><script>"])
def test_house_colours_stay_without_others(brand: str) -> None:
    assert say_theme(brand, "#74cfc6") == ""


def test_tint_lies_between_card_and_brand() -> None:
    assert mix("#000000", "#ffffff") == "#e0e0e0"
    assert mix("#ffffff", "#ffffff") == "#ffffff"
