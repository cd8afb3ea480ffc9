"""The staff's door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from factories import NOW, PASSWORD, Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from staffroom import Desk, signed_in

from survey import accounts, throttle
from survey.access import Role
from survey.store.people import SignInAttempt, StaffSession
from survey.web.sign_in import own_path

WRONG = "horen niet bij elkaar"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


def test_right_password_leads_home_with_a_closed_cookie(client: FlaskClient, school: Campus) -> None:
    answer = Desk(client).sign_in(school, school.staff())
    assert (answer.status_code, answer.location) == (303, "/staff/")
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("staff="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Secure" not in cookie


def test_cookie_has_its_prefix_on_https(app: Flask, school: Campus) -> None:
    import dataclasses

    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], base_url="https://localhost")
    app.config.update(PREFERRED_URL_SCHEME="https")
    client = app.test_client()
    answer = Desk(client).sign_in(school, school.staff())
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "-staff=" in line)
    assert cookie.startswith("__Host-staff=") and "Secure" in cookie and "Domain" not in cookie


@pytest.mark.parametrize("known", [True, False])
def test_wrong_password_and_unknown_address_read_the_same(client: FlaskClient, school: Campus, known: bool) -> None:
    email = school.email(school.staff()) if known else "niemand@voorbeeld.nl"
    answer = Desk(client).post("/staff/sign-in", email=email, password="niet dit wachtwoord")
    assert answer.status_code == 422
    assert WRONG in answer.text and email in answer.text and "niet dit wachtwoord" not in answer.text
    assert not any(line.startswith("staff=") for line in answer.headers.getlist("Set-Cookie"))


def test_empty_form_says_what_to_fill_in_and_counts_nothing(client: FlaskClient, session: Session) -> None:
    answer = Desk(client).post("/staff/sign-in", email=" ", password="")
    assert answer.status_code == 422 and "Vul je e-mailadres" in answer.text
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_refused_attempts_are_counted_until_the_door_shuts(client: FlaskClient, school: Campus) -> None:
    desk, staff = Desk(client), school.staff()
    for _ in range(throttle.LIMITS["password"].of_one):
        assert desk.post("/staff/sign-in", email=school.email(staff), password="fout").status_code == 422
    answer = desk.sign_in(school, staff)
    assert answer.status_code == 429 and "Wacht 15 minuten" in answer.text


@pytest.mark.parametrize("path", ["/staff/", "/staff/classes/geenklas?state=today", "/staff/students/geenstudent"])
def test_page_without_a_session_leads_to_the_door_and_back(client: FlaskClient, school: Campus, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303 and answer.location.startswith("/staff/sign-in?next=")
    assert Desk(client).sign_in(school, school.staff(), path).location == path


def test_made_up_cookie_opens_nothing(client: FlaskClient) -> None:
    client.set_cookie("staff", "verzonnen")
    assert client.get("/staff/").status_code == 303


def test_idle_session_ends_and_a_used_one_goes_on(
    client: FlaskClient, school: Campus, clock: time_machine.Traveller
) -> None:
    desk = signed_in(client, school, school.staff())
    for minutes in (10, 20, 30):
        clock.move_to(NOW + timedelta(minutes=minutes))
        desk.get("/staff/")
    clock.move_to(NOW + timedelta(minutes=46))
    assert client.get("/staff/").status_code == 303


def test_looking_again_within_a_minute_stores_nothing(client: FlaskClient, school: Campus, session: Session) -> None:
    desk = signed_in(client, school, school.staff())
    desk.get("/staff/")
    assert session.scalars(select(StaffSession.seen_at)).one() - NOW < accounts.TOUCH


def test_signing_out_closes_the_session_on_the_server(client: FlaskClient, school: Campus) -> None:
    desk = signed_in(client, school, school.staff())
    cookie = client.get_cookie("staff")
    assert cookie
    answer = desk.post("/staff/sign-out")
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in")
    client.set_cookie("staff", cookie.value)
    assert client.get("/staff/").status_code == 303


def test_form_from_before_signing_in_is_of_no_use_after_it(client: FlaskClient, school: Campus) -> None:
    from staffroom import TOKEN

    before = TOKEN.search(client.get("/staff/sign-in").text)
    signed_in(client, school, school.staff())
    assert before and client.post("/staff/sign-out", data={"csrf_token": before[1]}).status_code == 400


def test_role_that_a_form_adds_is_ignored(client: FlaskClient, school: Campus) -> None:
    staff = school.staff(Role.mentor)
    Desk(client).post("/staff/sign-in", email=school.email(staff), password=PASSWORD, role="coordinator", school="x")
    assert "Mentor" in Desk(client).get("/staff/") and staff.role == "mentor"


def test_page_of_another_role_says_so_and_lets_leave(client: FlaskClient, school: Campus) -> None:
    desk = signed_in(client, school, school.staff(Role.region, "Rian Regio"))
    page = desk.get("/staff/colleagues", 403)
    assert "Niet voor jouw rol" in page and "Uitloggen" in page


@pytest.mark.parametrize(
    "wanted",
    ["https://kwaad.example/", "//kwaad.example", "/\\kwaad.example", "/staff//kwaad.example", "/u/TOKEN", "", "/staff/\n"],
)
def test_only_own_pages_are_led_back_to(app: Flask, wanted: str) -> None:
    with app.test_request_context():
        assert own_path(wanted) == "/staff/"
        assert own_path("/staff/classes/x?state=today") == "/staff/classes/x?state=today"


def test_language_is_remembered(client: FlaskClient, school: Campus) -> None:
    desk = signed_in(client, school, school.staff())
    answer = desk.post("/staff/language", language="en", next="/staff/")
    assert (answer.status_code, answer.location) == (303, "/staff/")
    page = desk.get("/staff/")
    assert '<html lang="en"' in page and "Classes" in page and "Klassen" not in page
    assert desk.post("/staff/language", language="xx").status_code == 400


def test_language_goes_along_with_the_account(app: Flask, client: FlaskClient, school: Campus) -> None:
    sanne = school.staff()
    desk = signed_in(client, school, sanne)
    assert sanne.language == "nl"
    desk.post("/staff/language", language="en", next="/staff/")
    school.session.refresh(sanne)
    assert sanne.language == "en"
    elsewhere = app.test_client()
    assert '<html lang="nl"' in elsewhere.get("/staff/sign-in").text
    assert '<html lang="en"' in signed_in(elsewhere, school, sanne).get("/staff/")
    third = app.test_client()
    at_the_door = Desk(third)
    at_the_door.get("/staff/sign-in")
    assert at_the_door.post("/staff/language", language="nl", next="/staff/").status_code == 303
    signed_in(third, school, sanne)
    school.session.refresh(sanne)
    assert sanne.language == "nl", "what was chosen in this browser before signing in is what this person reads"


def test_staff_pages_are_kept_in_no_cache_and_not_compressed_beside_a_search(client: FlaskClient, school: Campus) -> None:
    assert client.get("/staff/sign-in").headers["Cache-Control"] == "no-store"
    signed_in(client, school, school.staff())
    page = client.get("/staff/?search=geheim", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Cache-Control"] == "no-store, no-transform" and "Content-Encoding" not in page.headers
