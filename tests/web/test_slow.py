"""All remaining questions on one page, as a browser without JavaScript sends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from factories import NOW, Campus
from flask import Flask
from trip import Pupil, Trip, launch

CLUB = Path(__file__).parent / "club.yaml"
ADDRESS = "/alles"


@pytest.fixture(autouse=True)
def school_day() -> Iterator[None]:
    """Let it be a Monday morning on which the round is open."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trip(app: Flask, school: Campus) -> Trip:
    """Return a round with the small questionnaire."""
    return launch(app, school, CLUB)


@pytest.fixture
def yara(trip: Trip) -> Pupil:
    """Return a student who chose the one page on the start page."""
    pupil = trip.invite("Yara Smit")
    page = pupil.phone.open(pupil.path)
    pupil.phone.send(page.form, {"to": "alles"})
    return pupil


def test_start_page_offers_it(yara: Pupil) -> None:
    assert yara.page.path == ADDRESS
    assert yara.page.reader.heading == "Nog 4 vragen"
    assert set(yara.page.form.choices) == {"lid", "bang"}
    assert yara.page.form.texts == ["goed", "wens"]
    assert "Bijna klaar." in yara.page.words, "what only informs is read too"


def test_what_an_answer_opens_is_asked_next(yara: Pupil, trip: Trip) -> None:
    page = yara.phone.answer(lid="ja", bang="no", goed="zingen")
    assert (page.status, page.path) == (200, ADDRESS)
    assert set(page.form.choices) == {"team"} and page.form.texts == ["keer"]
    assert yara.phone.answer(team=["spelen"], keer="2").path == "/controle"
    assert trip.values(yara) == {"lid": "ja", "bang": "no", "goed": "zingen", "team": ("spelen",), "keer": 2}


def test_all_answers_at_once_lead_to_the_check_page(yara: Pupil) -> None:
    assert yara.phone.answer(lid="nee", bang="no").path == "/controle"


def test_what_is_missing_is_asked_again_and_the_rest_is_kept(yara: Pupil, trip: Trip) -> None:
    page = yara.phone.answer(bang="no", wens="een huis")
    assert page.status == 422
    assert set(page.form.choices) == {"lid"}
    assert "Ben je lid van een club? Kies een antwoord." in page.words
    assert trip.values(yara) == {"bang": "no", "wens": "een huis"}
    assert yara.phone.answer(lid="nee").path == "/controle"


def test_many_open_questions_are_one_line_below_the_heading(app: Flask, school: Campus) -> None:
    shipped = Path(__file__).parents[2] / "questionnaires" / "overstap" / "1.yaml"
    pupil = launch(app, school, shipped).invite("Daan Visser")
    pupil.phone.send(pupil.phone.open(pupil.path).form, {"to": "alles"})
    page = pupil.phone.send(pupil.page.form)
    box = page.html.partition('class="errors"')[2].partition("</div>")[0]
    assert page.status == 422 and page.html.index("<h1>") < page.html.index('class="errors"')
    assert box.count("<li>") == 1 and 'href="#' in box and "vragen zijn open." in box


def test_refused_text_is_kept_in_its_field(yara: Pupil, trip: Trip) -> None:
    page = yara.phone.answer(lid="nee", bang="no", goed="x" * 41)
    assert page.status == 422 and "x" * 41 in page.html
    assert trip.values(yara) == {"lid": "nee", "bang": "no"}
    assert yara.phone.answer(goed="zingen").path == "/controle"


def test_help_lines_come_with_an_acute_answer(yara: Pupil) -> None:
    assert "De Proeflijn" not in yara.page.words
    assert "De Proeflijn" in yara.phone.answer(lid="ja", bang="yes").words


def test_answers_given_before_are_not_asked_again(trip: Trip) -> None:
    pupil = trip.invite("Daan Visser")
    pupil.starts()
    pupil.answers(lid="nee")
    page = pupil.phone.open(ADDRESS)
    assert set(page.form.choices) == {"bang"}


def test_answer_that_another_phone_changed_is_asked_about_and_the_others_are_kept(yara: Pupil, trip: Trip) -> None:
    other = trip.new_phone()
    other.start(yara.link)
    other.answer(lid="nee")
    page = yara.phone.answer(lid="ja", bang="no")
    assert page.status == 409
    assert "Wat je hier invulde Ben je lid van een club? Ja" in page.words
    assert [form.action for form in page.reader.forms].count("/v/lid") == 2
    assert trip.values(yara) == {"lid": "nee", "bang": "no"}


def test_same_form_sent_twice_changes_nothing(yara: Pupil, trip: Trip) -> None:
    form = yara.page.form
    first = yara.phone.send(form, {"lid": "nee", "bang": "no"})
    second = yara.phone.send(form, {"lid": "nee", "bang": "no"})
    assert first.path == second.path == "/controle"


def test_everything_answered_leads_to_the_check_page(yara: Pupil) -> None:
    yara.phone.answer(lid="nee", bang="no")
    assert yara.phone.open(ADDRESS).path == "/controle"


def test_sent_leads_to_what_happens_now(yara: Pupil) -> None:
    yara.phone.answer(lid="nee", bang="no")
    yara.sends()
    assert yara.phone.open(ADDRESS).path == "/klaar"


def test_one_by_one_leads_back(yara: Pupil) -> None:
    assert yara.phone.open("/een-voor-een").path == "/v/lid"
