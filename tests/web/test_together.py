"""Filling in together: recorded with who and how, known to the student, and no way to what was sent alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from factories import Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, WORRIED, Course, make_course

from survey import passing
from survey import sitting as stage
from survey.store.casework import Together
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting
from survey.store.traces import Event


@dataclass(slots=True)
class Table:
    """A mentor and a student at one table, with the student's own link for later."""

    course: Course
    desk: Desk
    student: Student
    token: str

    @property
    def path(self) -> str:
        """Return the address where it begins."""
        return f"/staff/students/{self.student.id}/together"

    def sitting(self) -> Sitting:
        """Return the student's sitting."""
        return self.course.session.scalars(select(Sitting)).one()

    def page(self, path: str, status: int = 200) -> str:
        """Open a student's page in the mentor's browser."""
        answer = self.desk.client.get(path, follow_redirects=True)
        assert answer.status_code == status, (path, answer.status_code)
        return html.unescape(answer.text)

    def send(self, path: str, status: int = 303, **fields: str) -> str:
        """Send a student's form from the mentor's browser; return where it leads."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.desk.client.get("/v/doel", follow_redirects=True).text)
        assert token
        answer = self.desk.client.post(path, data={"csrf_token": token[1], **fields})
        assert answer.status_code == status, (path, answer.status_code, answer.text[-500:])
        return answer.location or ""

    def fill(self) -> None:
        """Answer every page."""
        for page, given in (
            ("doel", {"doel": "werken"}),
            ("baan", {"baan": "nee"}),
            ("thuis", {"slapen": "nee", "eten": "ja"}),
            ("eigen", {"eigen": "Koken."}),
        ):
            self.send(f"/v/{page}", **given)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def table(school: Campus, client: FlaskClient) -> Table:
    """Seat a mentor with a student who has not begun."""
    course = make_course(school)
    student, _, token = course.invite("Daan Visser")
    course.session.flush()
    return Table(course, signed_in(client, course.campus, course.mentor), student, token)


def actions(course: Course) -> list[tuple[str, str]]:
    """Return who did what, without ids of sittings."""
    events = course.session.scalars(select(Event).order_by(Event.number))
    return [(event.actor.split(":")[0], event.action) for event in events if event.action.startswith("sitting.")]


@pytest.mark.parametrize("how", ["in_room", "phone"])
def test_answers_given_together_are_recorded_as_such(table: Table, how: str) -> None:
    assert "Lees elke vraag met de antwoorden voor" in table.desk.get(table.path)
    location = table.desk.post(table.path, how=how).location
    assert location.startswith("/v/doel")
    page = table.page(location)
    assert "Je vult dit samen met Daan in." in page and ("aan de telefoon" in page) == (how == "phone")
    table.fill()
    assert "Je deed dit samen met Sanne de Wit, op 23 november." in table.page("/controle")
    table.send("/controle")
    row = table.course.session.scalars(select(Together)).one()
    assert (row.how, row.staff_id, row.sitting_id) == (how, table.course.mentor.id, table.sitting().id)
    assert table.sitting().status == "sent"
    done = actions(table.course)
    assert ("staff", "sitting.together") in done and ("staff", "sitting.send") in done
    assert {actor for actor, action in done if action == "sitting.answer"} == {"staff"}


def test_help_lines_and_promises_are_shown_to_be_read_aloud(table: Table) -> None:
    table.desk.post(table.path, how="in_room")
    table.fill()
    table.page("/controle")
    table.send("/controle")
    page = table.page("/klaar")
    assert "Stop samen invullen" in page and "Wat gebeurt er nu?" in plain(page)


def test_student_and_school_both_see_later_that_it_was_done_together(table: Table, app: Flask) -> None:
    table.desk.post(table.path, how="phone")
    table.send("/v/doel", doel="leren")
    table.desk.post("/staff/together/stop")
    words = plain(table.desk.get(f"/staff/students/{table.student.id}"))
    assert "Samen ingevuld met Sanne de Wit, 23 november 2026, 10:35" in words
    phone = app.test_client()
    start = phone.get(f"/u/{table.token}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', start)
    assert token
    phone.post(f"/u/{table.token}", data={"csrf_token": token[1]})
    for page, given in (("thuis", {"slapen": "ja", "eten": "ja"}), ("eigen", {"eigen": ""})):
        shown = phone.get(f"/v/{page}").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
        assert token
        phone.post(f"/v/{page}", data={"csrf_token": token[1], **given})
    assert "Je deed dit samen met Sanne de Wit" in html.unescape(phone.get("/controle").text)
    assert ("student", "sitting.answer") in actions(table.course)


def test_what_was_sent_alone_is_not_opened(table: Table) -> None:
    begun = table.course.send(WORRIED, "Noor Bakker")
    student_id = table.course.session.get_one(Invitation, begun.invitation_id).student_id
    table.course.session.flush()
    path = f"/staff/students/{student_id}/together"
    assert "heeft de antwoorden verstuurd" in table.desk.get(path)
    assert table.desk.post(path, how="in_room").location.startswith(f"/staff/students/{student_id}")
    assert table.desk.client.get("/v/doel").status_code == 403
    assert table.course.session.scalars(select(Together)).all() == []


def test_what_was_begun_alone_is_gone_on_with_and_leaves_a_trace(table: Table) -> None:
    begun = table.course.begin("Noor Bakker")
    table.course.answer(begun, "doel", doel="leren")
    student_id = table.course.session.get_one(Invitation, begun.invitation_id).student_id
    table.course.session.flush()
    assert "De student begon alleen." in table.desk.get(f"/staff/students/{student_id}/together")
    assert table.desk.post(f"/staff/students/{student_id}/together", how="in_room").location.startswith("/v/thuis")
    assert ("staff", "sitting.together") in actions(table.course)


@pytest.mark.parametrize("path", ["/verwijderen", "/mijn-antwoorden", "/mijn-antwoorden.json", "/mening"])
def test_acts_of_the_student_alone_do_not_exist(table: Table, path: str) -> None:
    table.desk.post(table.path, how="in_room")
    assert table.desk.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/verbeteren", "/verwijderen", "/laat-zo", "/ik"])
def test_no_form_of_the_student_alone_is_taken(table: Table, path: str) -> None:
    table.desk.post(table.path, how="in_room")
    table.send(path, status=404)


def test_signing_out_or_stopping_closes_the_students_pages(table: Table) -> None:
    table.desk.post(table.path, how="in_room")
    assert table.desk.post("/staff/together/stop").location.startswith(f"/staff/students/{table.student.id}")
    assert table.desk.client.get("/v/doel").status_code == 403
    table.desk.post(table.path, how="in_room")
    table.desk.post("/staff/sign-out")
    assert table.desk.client.get("/v/doel").location.startswith("/staff/sign-in")


def test_mentor_who_lost_the_student_is_put_out(table: Table) -> None:
    table.desk.post(table.path, how="in_room")
    passing.pass_to(
        table.course.session, table.course.vault, table.student, table.course.coordinator, table.course.mentor, "Ziek.", LATER
    )
    table.course.session.flush()
    assert table.desk.client.get("/v/doel").location == "/staff/"
    assert table.desk.client.get("/v/doel").status_code == 403


def test_filling_in_together_keeps_the_colleague_signed_in(table: Table) -> None:
    table.desk.post(table.path, how="in_room")
    for minutes, page, given in ((14, "doel", {"doel": "leren"}), (28, "thuis", {"slapen": "ja", "eten": "ja"})):
        with time_machine.travel(LATER + timedelta(minutes=minutes)):
            table.send(f"/v/{page}", **given)
    with time_machine.travel(LATER + timedelta(minutes=28 + 16)):
        assert table.desk.client.get("/v/doel").location.startswith("/staff/sign-in")


def test_unknown_way_begins_nothing(table: Table) -> None:
    assert table.desk.post(table.path, how="spying").status_code == 303
    assert table.course.session.scalars(select(Together)).all() == []


def test_stopping_what_never_began_leads_home(table: Table) -> None:
    assert table.desk.post("/staff/together/stop").location == "/staff/"


def test_calm_answers_can_be_sent_together_too(table: Table) -> None:
    table.desk.post(table.path, how="in_room")
    assert FINE["doel"] == "werken"
    table.fill()
    table.send("/controle")
    assert stage.get_outcome(table.course.session, table.course.vault, table.sitting()) is not None
