"""The first page of staff: each number of work opens a list of exactly so many students, for every role."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from queries import recorded
from sqlalchemy import select
from sqlalchemy.engine import Connection
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, WORRIED, Course, make_course

from survey import casework, choosing, flags
from survey.access import Role
from survey.casework import Content, Kind
from survey.handover.state import Stage
from survey.sitting import Status
from survey.store.inviting import Deputy
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, Sitting

COUNT = re.compile(r'<a href="([^"]+)"[^>]*><b>(\d+)</b> ([^<]+)</a>')
IN_CLASS = re.compile(r'<a(?: class="band help")? href="(/staff/classes/[^"]+)">(\d+)<span')


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school, just after the students sent."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give three classes with students in every state: of a mentor, of whom the mentor stands in for, of another."""
    course = make_course(school)
    joke = school.staff(name="Joke Prins")
    second, third = school.group(joke, "H1A"), school.group(joke, "H1B")
    course.session.add(Deputy(school_id=school.school.id, group_id=second.id, staff_id=course.mentor.id))
    own = course.group
    for group, mark in ((own, "V"), (second, "H"), (third, "J")):
        course.group = group
        fill(course, mark)
    course.group = own
    passed = course.invite("Ömer Overgedragen")[0]
    passed.mentor_id = joke.id
    course.session.flush()
    return course


def fill(course: Course, mark: str) -> None:
    """Bring students of a class to every state; the mark keeps their names apart."""
    taken = course.send(WORRIED, f"Teun {mark}")
    flags.take(course.session, course.vault, taken.id, course.mentor.id, LATER)
    course.send(WORRIED, f"Cem {mark}")
    spoken = course.send(FINE, f"Anna {mark}")
    talk(course, spoken, course.mentor)
    course.answer(course.begin(f"Bram {mark}"), "doel", doel="leren")
    course.invite(f"Dirk {mark}", municipality=None)
    for stage in (Stage.CONCEPT, Stage.AGREED, Stage.REFUSED, Stage.FINAL, Stage.FINAL, Stage.WITHDRAWN):
        sitting = course.send(FINE, f"Stap {stage} {mark}")
        sitting.status, sitting.stage = Status.FINAL, stage
    over = course.campus.round(now=LATER - timedelta(days=90))
    course.campus.invitation(over, course.invite(f"Rik {mark}")[0])
    course.session.flush()


def talk(course: Course, sitting: Sitting, staff: Staff) -> None:
    """Write a talk down."""
    invitation = course.session.get_one(Invitation, sitting.invitation_id)
    student = course.session.get_one(Student, invitation.student_id)
    content = Content("", "talk", "Sanne de Wit")
    casework.add(course.session, course.vault, student, staff, Kind.TALK, LATER.date(), content, LATER)


def rows(desk: Desk, url: str) -> int:
    """Return how many students the list at an address shows."""
    return desk.get(html.unescape(url)).count('<th scope="row">')


@pytest.mark.parametrize(("role", "numbers"), [("mentor", (2, 6, 4, 2, 2, 4)), ("coordinator", (3, 10, 6, 3, 3, 6))])
def test_each_number_opens_a_list_of_that_length(
    course: Course, client: FlaskClient, role: str, numbers: tuple[int, ...]
) -> None:
    desk = signed_in(client, course.campus, getattr(course, role))
    page = desk.get("/staff/")
    counts = COUNT.findall(page)[: len(choosing.WORK)]
    assert [text for _, _, text in counts] == [
        "vandaag praten", "nog niet klaar", "bespreken", "vast te stellen", "definitief maken", "overdragen"
    ]  # fmt: skip
    assert tuple(int(n) for _, n, _ in counts) == numbers
    assert [rows(desk, url) for url, _, _ in counts] == list(numbers)
    of_classes = IN_CLASS.findall(page)
    assert len(of_classes) >= 12 and [rows(desk, url) for url, _ in of_classes] == [int(n) for _, n in of_classes]
    assert sum(int(n) for url, n in of_classes if "state=hand_over" in url) == numbers[-1]


def test_talks_of_today_are_as_many_as_their_cards(course: Course, client: FlaskClient) -> None:
    page = plain(signed_in(client, course.campus, course.coordinator).get("/staff/"))
    assert "3 vandaag praten" in page and "Vandaag praten: 3 studenten" in page


@pytest.mark.parametrize("role", [Role.coordinator, Role.administrator, Role.mentor])
def test_municipalities_to_confirm_are_counted_for_who_may(course: Course, client: FlaskClient, role: Role) -> None:
    for student in course.session.scalars(select(Student)):
        student.municipality_by = "person" if student.mentor_id else "list"
    course.session.flush()
    desk = signed_in(client, course.campus, course.campus.staff(role, "Iemand Anders"))
    found = [(url, int(n)) for url, n, text in COUNT.findall(desk.get("/staff/")) if text == "gemeente bevestigen"]
    students = len(course.session.scalars(select(Student)).all())
    if role is Role.mentor:
        assert found == []
    else:
        assert found == [("/staff/residence", students - 1)]
        assert f"{students - 1} studenten" in plain(desk.get("/staff/residence"))


def test_administrator_sees_how_many_are_not_finished_and_opens_no_class(course: Course, client: FlaskClient) -> None:
    page = signed_in(client, course.campus, course.campus.staff(Role.administrator, "Ad Min")).get("/staff/")
    assert "/staff/classes/" not in page and "state=" not in page
    words = plain(page)
    assert "Nog niet klaar" in words and "Overdragen" not in words and "Bespreken" not in words


def test_first_page_asks_the_database_as_often_for_many_classes(
    course: Course, client: FlaskClient, connection: Connection
) -> None:
    desk = signed_in(client, course.campus, course.coordinator)

    def count() -> int:
        with recorded(connection) as asked:
            desk.get("/staff/")
        return len(asked)

    desk.get("/staff/")
    few = count()
    for number in range(3):
        course.group = course.campus.group(course.mentor, f"K{number}")
        course.campus.invitation(course.campus.round(now=LATER), course.invite(f"Nieuw {number}")[0])
    course.session.flush()
    assert len(course.session.scalars(select(Group)).all()) == 6
    assert count() == few
