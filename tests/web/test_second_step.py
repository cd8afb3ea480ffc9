"""The second step: nobody passes it by, no code counts twice, and setting one up gives codes to fall back on."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from factories import NOW, PASSWORD, Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from staffroom import Desk
from werkzeug.test import TestResponse

from survey import accounts, factors, throttle
from survey.access import Role
from survey.store.people import Staff, StaffSession
from survey.store.traces import Event

CODE = re.compile(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>")
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


def secret_of(page: str) -> str:
    """Return the key that a page shows for who cannot scan."""
    found = re.search(r'<p class="key">([A-Z2-7 ]+)</p>', page)
    assert found
    return found[1].replace(" ", "")


def code_now(secret: str) -> str:
    """Return what the app shows now."""
    return pyotp.TOTP(secret).at(datetime.now())


def set_up(desk: Desk, secret: str, page: str, code: str = "") -> TestResponse:
    """Send the form for an app as a page carries it."""
    form = page[page.index('action="/staff/second/app"') :]
    fields = dict(FIELD.findall(form))
    return desk.client.post("/staff/second/app", data={**fields, "code": code or code_now(secret)})


@pytest.fixture
def staff(school: Campus) -> Staff:
    """Give a mentor of whom a second proof is asked, with none set up."""
    return school.staff(proof=factors.SECOND)


@pytest.fixture
def with_app(session: Session, school: Campus, staff: Staff) -> str:
    """Give that mentor an app; return its secret."""
    secret, _ = factors.offer_app(session, school.vault, staff.id)
    before = NOW - timedelta(minutes=10)
    factors.add_app(session, school.vault, staff.id, secret, pyotp.TOTP(secret).at(before), "Telefoon", before)
    return secret


def test_password_alone_opens_no_page(client: FlaskClient, school: Campus, staff: Staff, with_app: str) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    for path in ("/staff/", "/staff/account", "/staff/students/x", "/staff/municipalities/GM0439.zip"):
        answer = client.get(path)
        assert answer.status_code == 303 and answer.location.startswith("/staff/second"), path
    for path in ("/staff/account/password", "/staff/account/codes", "/staff/confirm", "/staff/flags/x/take"):
        answer = desk.post(path, password=PASSWORD, new_password=PASSWORD)
        assert answer.status_code == 303 and answer.location.startswith("/staff/second"), path


def test_right_code_leads_to_the_page_that_was_asked(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str, session: Session
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff, "/staff/account")
    before = client.get_cookie("staff")
    assert "Uitloggen" in desk.get("/staff/second?next=/staff/account")
    answer = desk.post("/staff/second", code=code_now(with_app), next="/staff/account")
    assert (answer.status_code, answer.location) == (303, "/staff/account")
    assert "Mijn account" in desk.get("/staff/account")
    after = client.get_cookie("staff")
    assert before and after and before.value != after.value
    events = session.scalars(select(Event.action).order_by(Event.number)).all()
    assert events[-2:] == ["staff.password", "staff.sign_in"]


def test_page_that_records_its_view_is_come_back_to_as_well(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str
) -> None:
    Desk(client).sign_in(school, staff)
    assert client.get("/staff/students/x").location == "/staff/second?next=/staff/students/x"


def test_token_from_before_the_second_step_opens_nothing_after_it(
    app: Flask, client: FlaskClient, school: Campus, staff: Staff, with_app: str
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    planted = client.get_cookie("staff")
    desk.post("/staff/second", code=code_now(with_app))
    thief = app.test_client()
    assert planted
    thief.set_cookie("staff", planted.value)
    assert thief.get("/staff/").location.startswith("/staff/sign-in")


def test_code_counts_once_over_browsers(
    app: Flask, client: FlaskClient, school: Campus, staff: Staff, with_app: str
) -> None:
    code = code_now(with_app)
    for browser, status in ((client, 303), (app.test_client(), 422)):
        desk = Desk(browser)
        desk.sign_in(school, staff)
        assert desk.post("/staff/second", code=code).status_code == status


def test_wrong_codes_shut_the_step_also_for_a_right_one(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    for _ in range(throttle.LIMITS["second"].of_one):
        answer = desk.post("/staff/second", code="000000")
        assert answer.status_code == 422 and "klopt niet" in answer.text
    answer = desk.post("/staff/second", code=code_now(with_app))
    assert answer.status_code == 429 and "Wacht 15 minuten" in answer.text


def test_half_way_in_ends_after_ten_minutes(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str, clock: time_machine.Traveller
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    clock.move_to(NOW + accounts.HALFWAY + timedelta(minutes=1))
    answer = desk.post("/staff/second", code=code_now(with_app))
    assert answer.location.startswith("/staff/sign-in")


def test_first_time_sets_up_an_app_and_gives_codes(
    client: FlaskClient, school: Campus, staff: Staff, session: Session
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    assert client.get("/staff/second").location.startswith("/staff/second/new")
    page = desk.get("/staff/second/new")
    secret = secret_of(page)
    wrong = set_up(desk, secret, page, "000000")
    assert wrong.status_code == 422 and secret_of(wrong.text) == secret
    done = set_up(desk, secret, html.unescape(wrong.text))
    codes = CODE.findall(done.text)
    assert done.status_code == 200 and len(codes) == factors.CODES
    assert desk.client.get("/staff/").status_code == 200
    assert session.scalars(select(StaffSession.proved_at)).one() is not None

    desk.post("/staff/sign-out")
    desk.sign_in(school, staff)
    assert desk.post("/staff/second", code=codes[0]).status_code == 303
    desk.post("/staff/sign-out")
    desk.sign_in(school, staff)
    assert desk.post("/staff/second", code=codes[0]).status_code == 422
    assert desk.post("/staff/second", code=codes[1]).status_code == 303


def test_second_proof_is_not_got_around_by_setting_up_another(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str, session: Session
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    assert client.get("/staff/second/new").location == "/staff/second"
    secret, sealed = factors.offer_app(session, school.vault, staff.id)
    offer = base64.urlsafe_b64encode(sealed).decode()
    assert desk.post("/staff/second/app", offer=offer, code=code_now(secret)).location == "/staff/second"
    assert desk.post("/staff/second/passkey", answer="{}").location == "/staff/second"
    assert client.get("/staff/").status_code == 303


def test_another_app_takes_a_fresh_proof(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str, clock: time_machine.Traveller
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    desk.post("/staff/second", code=code_now(with_app))
    assert client.get("/staff/second/new").status_code == 200
    clock.move_to(NOW + accounts.STEP_UP + timedelta(minutes=2))
    assert client.get("/staff/second/new").location.startswith("/staff/confirm")
    answer = desk.post("/staff/confirm", code=code_now(with_app), next="/staff/second/new")
    assert (answer.status_code, answer.location) == (303, "/staff/second/new")
    page = desk.get("/staff/second/new")
    assert set_up(desk, secret_of(page), page).location == "/staff/account"


def test_password_does_not_stand_in_for_a_second_proof(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    desk.post("/staff/second", code=code_now(with_app))
    assert desk.post("/staff/confirm", password=PASSWORD, next="/staff/").status_code == 422


@pytest.mark.parametrize("answer", ["{}", "geen json", '{"id": "x", "rawId": "eA", "response": {}}', "[]", "1"])
def test_made_up_passkey_opens_nothing(
    client: FlaskClient, school: Campus, staff: Staff, with_app: str, answer: str
) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    assert desk.post("/staff/second", answer=answer).status_code == 422


@pytest.mark.parametrize("offer", ["", "geen base64 é", "AAAA"])
def test_made_up_offer_of_an_app_is_refused(client: FlaskClient, school: Campus, staff: Staff, offer: str) -> None:
    desk = Desk(client)
    desk.sign_in(school, staff)
    assert desk.post("/staff/second/app", offer=offer, code="123456").status_code == 422


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_the_second_step(client: FlaskClient, school: Campus, role: Role) -> None:
    desk = Desk(client)
    desk.sign_in(school, school.staff(role, "Iemand", factors.SECOND))
    assert client.get("/staff/account").location.startswith("/staff/second")
