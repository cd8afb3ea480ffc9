"""Who one is, asked again before data leaves the school; and no form is lost to a session that ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from factories import NOW, PASSWORD, Campus
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from staffroom import Desk, signed_in
from stages import WORRIED, make_course
from werkzeug.test import TestResponse

from survey import accounts, kept, throttle
from survey.store.credentials import KeptForm
from survey.store.surveying import Invitation
from survey.store.traces import Event
from survey.web.sign_in import say_device

PACKAGE = "/staff/municipalities/GM0439.zip"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


def following(answer: TestResponse) -> str:
    """Return where an answer leads after the door."""
    return parse_qs(urlsplit(answer.location).query)["next"][0]


def send_shown_form(client: FlaskClient, path: str) -> TestResponse:
    """Send the form of a page as it stands there: the last one of its main part."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    main = page.text.partition("</main>")[0]
    form = main[main.rindex("<form") :]
    action = re.search(r'action="([^"]+)"', form)
    assert action
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(form):
        fields.setdefault(name, []).append(value)
    return client.post(action[1].replace("&amp;", "&"), data=fields)


def test_package_asks_again_after_ten_minutes_and_then_gives(
    client: FlaskClient, school: Campus, clock: time_machine.Traveller
) -> None:
    course = make_course(school)
    desk = signed_in(client, school, course.coordinator)
    clock.move_to(NOW + accounts.STEP_UP - timedelta(minutes=1))
    assert client.get(PACKAGE).status_code == 404  # nothing there yet, but nobody asks who it is
    clock.move_to(NOW + accounts.STEP_UP + timedelta(minutes=1))
    answer = client.get(PACKAGE)
    assert answer.status_code == 303 and answer.location.startswith("/staff/confirm?")
    assert desk.post("/staff/confirm", password="fout", next=PACKAGE).status_code == 422
    assert client.get(PACKAGE).status_code == 303
    proved = desk.post("/staff/confirm", password=PASSWORD, next=PACKAGE)
    assert proved.status_code == 303 and PACKAGE in desk.get(proved.location)
    assert client.get(PACKAGE).status_code == 404


def test_proof_is_recorded_and_leads_to_own_pages_only(client: FlaskClient, school: Campus, session: Session) -> None:
    staff = school.staff()
    desk = signed_in(client, school, staff)
    assert desk.post("/staff/confirm", password=PASSWORD, next="https://kwaad.example/").location == "/staff/"
    assert "staff.prove" in session.scalars(select(Event.action)).all()


def test_wrong_proofs_are_counted_with_the_wrong_passwords(client: FlaskClient, school: Campus) -> None:
    desk = signed_in(client, school, school.staff())
    for _ in range(throttle.LIMITS["password"].of_one):
        assert desk.post("/staff/confirm", password="fout").status_code == 422
    answer = desk.post("/staff/confirm", password=PASSWORD)
    assert answer.status_code == 429 and "Wacht 15 minuten" in answer.text


def test_form_that_came_too_late_is_stored_after_signing_in_again(
    client: FlaskClient, school: Campus, clock: time_machine.Traveller
) -> None:
    course = make_course(school)
    begun = course.send(WORRIED)
    course.session.flush()
    student_id = course.session.get_one(Invitation, begun.invitation_id).student_id
    desk = signed_in(client, school, course.mentor)
    path = f"/staff/students/{student_id}/finalise?round={course.round.id}"
    clock.move_to(NOW + accounts.IDLE + timedelta(minutes=1))
    answer = desk.post(path, remark="Samen gebeld met de gemeente.")
    assert answer.status_code == 303 and answer.location.startswith("/staff/sign-in?")
    back = desk.sign_in(school, course.mentor, following(answer)).location
    assert back.startswith("/staff/kept/") and "Samen gebeld met de gemeente." in desk.get(back)
    assert send_shown_form(client, back).status_code == 303
    assert "Samen gebeld met de gemeente." in desk.get(f"/staff/students/{student_id}?round={course.round.id}")


def test_kept_form_is_not_shown_to_a_colleague_on_the_same_browser(
    client: FlaskClient, school: Campus, clock: time_machine.Traveller
) -> None:
    mentor, colleague = school.staff(), school.staff(name="Joke Prins")
    desk = signed_in(client, school, mentor)
    clock.move_to(NOW + accounts.IDLE + timedelta(minutes=1))
    answer = desk.post("/staff/flags/x/take", next="een zin met spaties")
    desk.sign_in(school, colleague)
    desk.get(following(answer), 404)


def test_secrets_and_files_are_not_kept(
    client: FlaskClient, school: Campus, session: Session, clock: time_machine.Traveller
) -> None:
    staff = school.staff()
    desk = signed_in(client, school, staff)
    clock.move_to(NOW + accounts.IDLE + timedelta(minutes=1))
    page = desk.post("/staff/confirm", password="geheim met spaties", code="123456")
    row = session.scalars(select(KeptForm)).one()
    form = kept.find(session, school.vault, row.id, staff.id, NOW)
    assert page.status_code == 303 and form is not None and form.fields == ()
    with_file = desk.post("/staff/flags/x/take", file=(BytesIO(b"x"), "lijst.csv"))  # type: ignore[arg-type]
    assert with_file.status_code == 303 and "next" not in with_file.location


def test_visitor_without_a_session_leaves_nothing(client: FlaskClient, session: Session) -> None:
    client.set_cookie("staff", "verzonnen")
    answer = Desk(client).post("/staff/flags/x/take", note="veel tekst " * 50)
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in")
    assert session.scalars(select(KeptForm.id).execution_options(across_schools="none is there")).all() == []


def test_who_signed_out_finds_no_kept_form(
    client: FlaskClient, school: Campus, session: Session, clock: time_machine.Traveller
) -> None:
    staff = school.staff()
    desk = signed_in(client, school, staff)
    clock.move_to(NOW + accounts.IDLE + timedelta(minutes=1))
    desk.post("/staff/flags/x/take", note="een zin")
    desk.sign_in(school, staff)
    desk.post("/staff/sign-out")
    assert session.scalars(select(KeptForm.id)).all() == []


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, ChromeOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", ""),
    ],
)
def test_device_is_said_in_two_words(agent: str, said: str) -> None:
    assert say_device(agent) == said
