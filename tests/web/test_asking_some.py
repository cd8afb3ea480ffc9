"""Students of whatever classes are asked in a round: from the list of answers, and from all that the school knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from sqlalchemy import select
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, SOURCE, Course, make_course

from survey.store.people import Student
from survey.store.surveying import Invitation, Round
from survey.store.traces import Event
from survey.vault import Vault

PATH = "/staff/roster"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round, with one student who sent and two who were never asked."""
    made = make_course(school)
    made.send(FINE)
    for name in ("Daan Visser", "Sem de Jong"):
        school.student(made.group, name)
    return made


@pytest.fixture
def later(course: Course) -> Round:
    """Give a second round, of which the first message leaves when it opens."""
    made = course.campus.round(SOURCE, name="Najaar", now=LATER)
    made.opens_at, made.closes_at = LATER + timedelta(days=3), LATER + timedelta(days=30)
    course.session.flush()
    return made


@pytest.fixture
def desk(course: Course, later: Round, client: FlaskClient) -> Desk:
    """Seat the coordinator."""
    return signed_in(client, course.campus, course.coordinator)


def asked(course: Course, round_: Round) -> list[Invitation]:
    """Return who is asked in a round."""
    course.session.expire_all()
    return list(course.session.scalars(select(Invitation).where(Invitation.round_id == round_.id)))


def box_of(page: str, name: str) -> str:
    """Return what the box before a name chooses."""
    found = re.search(rf'value="(\w+)"><span class="vh">{name}', page)
    assert found
    return found[1]


def test_ticked_students_are_asked_once_in_the_round_that_is_chosen(course: Course, later: Round, desk: Desk) -> None:
    page = desk.get(PATH)
    ids = f"{box_of(page, 'Daan Visser')},{box_of(page, 'Noor Bakker')}"
    page = desk.post(f"{PATH}/ask", id=ids).text
    assert "Vragen in een ronde: 2 studenten" in plain(page) and "Najaar" in page and "Sem de Jong" not in page
    answer = desk.post(f"{PATH}/asked", id=ids, round=later.id, many="2")
    assert answer.status_code == 303 and answer.location.endswith(f"/staff/rounds/{later.id}")
    found = asked(course, later)
    assert len(found) == 2 and {one.remind_at for one in found} == {later.opens_at}
    subjects = course.session.scalars(select(Event.subject).where(Event.action == "student.invite")).all()
    assert {f"invitation:{one.id}" for one in found} <= set(subjects)
    desk.post(f"{PATH}/asked", id=ids, round=later.id, many="2")
    assert len(asked(course, later)) == 2


def test_all_that_match_are_asked_and_not_when_the_list_changed(course: Course, later: Round, desk: Desk) -> None:
    page = plain(desk.post(f"{PATH}/ask", all="1").text)
    assert "3 studenten" in page
    course.campus.student(course.group, "Lot Bos")
    course.session.commit()
    answer = desk.post(f"{PATH}/asked", all="1", round=later.id, many="3")
    assert answer.status_code == 422 and "De lijst is intussen veranderd" in plain(answer.text)
    assert asked(course, later) == []
    desk.post(f"{PATH}/asked", all="1", search="visser", round=later.id, many="1")
    assert len(asked(course, later)) == 1


def test_each_round_says_whom_it_reaches_by_which_way_and_when(course: Course, later: Round, desk: Desk) -> None:
    fay = course.campus.student(course.group, "Fay Smit")
    known = {"first_name": "Fay", "last_name": "Smit", "email": "fay@voorbeeld.nl"}
    for one in asked(course, course.round):
        one.invited_at = LATER
    fay.profile = Vault.seal_json(course.campus.key, f"student:{fay.id}:profile", known)
    course.session.commit()
    page = plain(desk.post(f"{PATH}/ask", all="1").text)
    now, then = page[page.index("Voorjaar") : page.index("Najaar")], page[page.index("Najaar") :]
    if page.index("Najaar") < page.index("Voorjaar"):
        then, now = page[page.index("Najaar") : page.index("Voorjaar")], page[page.index("Voorjaar") :]
    assert "Per e-mail: 1. Zonder adres: 3." in then and "Al eerder" not in then
    assert "Gaat weg: donderdag 26 november 10:35." in then
    assert "Per e-mail: 1. Zonder adres: 2." in now and "Al eerder gevraagd: 1." in now and "Gaat weg: meteen." in now
    ids = course.session.scalars(select(Student.id)).all()
    desk.post(f"{PATH}/asked", all="1", round=later.id, many=str(len(ids)))
    for one in asked(course, later):
        one.invited_at = LATER
    course.session.commit()
    assert "Iedereen is in deze ronde al eerder gevraagd." in plain(desk.post(f"{PATH}/ask", all="1").text)


@pytest.mark.parametrize("chosen", ["", "closed", "another"])
def test_no_round_that_is_over_or_of_another_school(
    course: Course, later: Round, desk: Desk, other_school: Campus, chosen: str
) -> None:
    if chosen == "closed":
        later.opens_at, later.closes_at = LATER - timedelta(days=9), LATER - timedelta(hours=1)
    course.session.commit()
    there = other_school.round(SOURCE, now=LATER).id if chosen == "another" else later.id if chosen else ""
    other_school.session.commit()
    answer = desk.post(f"{PATH}/asked", all="1", round=there, many="3")
    assert answer.status_code == 422 and "Kies een ronde" in plain(answer.text)


def test_nobody_chosen_says_so(desk: Desk) -> None:
    answer = desk.post(f"{PATH}/ask")
    assert answer.status_code == 422 and "kies studenten in de lijst" in plain(answer.text)


def test_students_of_a_list_of_answers_are_asked_in_another_round(course: Course, later: Round, desk: Desk) -> None:
    page = desk.post("/staff/students/confirm", act="ask", all="1", query="").text
    assert "In welke ronde?" in page and "Najaar" in page
    answer = desk.post("/staff/students/act", act="ask", all="1", query="", many="1", round="x")
    assert answer.status_code == 422 and "Kies een ronde" in plain(answer.text)
    answer = desk.post("/staff/students/act", act="ask", all="1", query="", many="1", round=later.id)
    assert "Gedaan voor 1 student." in plain(answer.text) and len(asked(course, later)) == 1
