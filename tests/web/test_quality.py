"""The page on a questionnaire's quality: what it says, and what it keeps to itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, WORRIED, Course, make_course

from survey import feedback, sitting
from survey.access import Role
from survey.answers import Answers
from survey.feedback import Opinion
from survey.records import seal_answers, sitting_key
from survey.sitting import Status

PATH = "/staff/quality"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be two days after the students answered."""
    with time_machine.travel(LATER + timedelta(days=2)):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def desk(course: Course, client: FlaskClient) -> Desk:
    """Seat the coordinator."""
    course.session.flush()
    return signed_in(client, course.campus, course.coordinator)


def send(course: Course, fine: int, worried: int) -> None:
    """Let students have sent: some with everything arranged, some with nothing."""
    for number in range(fine + worried):
        _, invitation, _ = course.invite(f"Student {number}")
        begun = sitting.start(course.session, course.vault, invitation, "nl", LATER)
        answers = Answers()
        for question, value in (FINE if number < fine else WORRIED).items():
            answers = answers.with_value(question, value)
        begun.answers = seal_answers(sitting_key(course.session, course.vault, begun), begun.id, answers)
        begun.status, begun.sent_at = Status.SENT, LATER + timedelta(seconds=number)
    course.session.flush()


def test_page_before_anyone_began(course: Course, client: FlaskClient) -> None:
    page = plain(desk(course, client).get(PATH))
    assert "Nog geen student is begonnen." in page and "niet gevalideerd" in page


def test_few_students_have_no_figures(course: Course, client: FlaskClient) -> None:
    send(course, 5, 3)
    page = desk(course, client).get(PATH)
    assert "Minder dan 30 studenten hebben hun antwoorden verstuurd." in plain(page)
    assert "<svg" not in page and "<table" not in page


def test_figures_in_words_pictures_and_tables(course: Course, client: FlaskClient) -> None:
    send(course, 23, 12)
    page = desk(course, client).get(PATH)
    words = plain(page)
    assert "hulpmiddel voor een gesprek" in words and "niet gevalideerd" in words and "lage alpha is geen gebrek" in words
    assert "30 verstuurd, geteld in tientallen" in words
    assert "thuis Goed 23 (77%)" not in words  # seven of thirty would be worried
    assert "thuis Goed verborgen thuis Hulp" in words and "<td>Hulp</td><td><10</td>" in page
    for title in ("Uitkomsten", "Beantwoord en niet beantwoord", "Hoe de vragen van een onderwerp samenhangen"):
        assert title in words
    assert page.count('<svg class="picture" role="img" aria-label="') >= 3
    assert "Student 3" not in page and "Koken" not in page


def test_page_needs_no_style_or_script_of_its_own(course: Course, client: FlaskClient) -> None:
    send(course, 30, 10)
    page = desk(course, client).get(PATH)
    own = page.partition("<main")[2].partition("</main>")[0]
    assert own and not re.search(r"\sstyle=|<script|\son\w+=", own)
    assert "thuis Goed 30 (75%)" in plain(page)


def test_version_is_chosen_by_its_address(course: Course, client: FlaskClient) -> None:
    course.begin()
    seat = desk(course, client)
    assert "proef 1" in plain(seat.get(f"{PATH}?version={course.round.digest[:12]}"))
    seat.get(f"{PATH}?version=0000nothing", status=404)


def test_answers_of_another_school_are_not_counted(course: Course, client: FlaskClient, other_school: Campus) -> None:
    send(make_course(other_school), 1, 1)
    assert "Nog geen student is begonnen." in plain(desk(course, client).get(PATH))


@pytest.mark.parametrize(("role", "linked"), [(Role.coordinator, True), (Role.administrator, True), (Role.mentor, False)])
def test_home_leads_to_it_who_may_see_it(course: Course, client: FlaskClient, role: Role, linked: bool) -> None:
    person = course.campus.staff(role, "Iemand Anders")
    course.session.flush()
    assert (PATH in signed_in(client, course.campus, person).get("/staff/")) is linked


def test_what_students_say_of_the_questions_is_shown_from_five_on(course: Course, client: FlaskClient) -> None:
    send(course, 1, 0)
    seat = desk(course, client)
    for number in range(feedback.FEWEST):
        assert "Wat studenten van de vragen vinden" not in plain(seat.get(PATH))
        said = Opinion("hard" if number else "", f"Zin <b>{number}</b>.")
        feedback.give(course.session, course.vault, course.round.id, said, LATER)
        course.session.commit()
    page = seat.get(PATH)
    assert "5 studenten zeiden iets, zonder naam." in plain(page)
    assert "Nee, ze waren moeilijk 4" in plain(page) and "Zin <b>4</b>." in page
