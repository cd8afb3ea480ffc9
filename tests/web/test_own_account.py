"""One's own account: the password, the second proofs, and the browsers that are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from factories import NOW, PASSWORD, Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from staffroom import signed_in

from survey import accounts, factors
from survey.store.credentials import Factor
from survey.store.people import Staff, StaffSession
from survey.store.types import new_id

NEW = "paard batterij nietje juist"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


def add_factor(school: Campus, staff: Staff, name: str) -> Factor:
    """Store an app of a person who signs in with a password alone."""
    id_ = new_id()
    content = school.vault.seal_json(school.key, f"factor:{id_}:content", {"name": name, "secret": "JBSW" * 8})
    row = Factor(
        id=id_, school_id=school.school.id, staff_id=staff.id, kind="totp", content=content, created_at=NOW
    )
    school.session.add(row)
    school.session.flush()
    return row


def test_password_is_changed_and_other_browsers_are_signed_out(
    app: Flask, client: FlaskClient, school: Campus, session: Session
) -> None:
    staff = school.staff()
    here, there = signed_in(client, school, staff), signed_in(app.test_client(), school, staff)
    answer = here.post("/staff/account/password", password=PASSWORD, new_password=NEW)
    assert answer.status_code == 303 and "gewijzigd" in here.get(answer.location)
    assert there.client.get("/staff/").location.startswith("/staff/sign-in")
    email = school.email(staff)
    assert there.post("/staff/sign-in", email=email, password=PASSWORD).status_code == 422
    assert there.post("/staff/sign-in", email=email, password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("fout", NEW, "Dit wachtwoord klopt niet"),
        (PASSWORD, "kort", "Neem minstens 12 tekens"),
        (PASSWORD, "Welkom2026!!", "makkelijk te raden"),
        (PASSWORD, "SannedeWit2026", "makkelijk te raden"),
        (PASSWORD, "x y" * 100, "Neem hoogstens 200 tekens"),
    ],
)
def test_password_stays_when_something_is_not_right(
    client: FlaskClient, school: Campus, old: str, new: str, said: str
) -> None:
    staff = school.staff()
    before = staff.password
    answer = signed_in(client, school, staff).post("/staff/account/password", password=old, new_password=new)
    assert answer.status_code == 422 and said in answer.text and new not in answer.text
    school.session.refresh(staff)
    assert staff.password == before


def test_own_browsers_are_listed_and_ended(app: Flask, client: FlaskClient, school: Campus, session: Session) -> None:
    staff, colleague = school.staff(), school.staff(name="Joke Prins")
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    there, theirs = signed_in(other, school, staff), signed_in(app.test_client(), school, colleague)
    here = signed_in(client, school, staff)
    assert "Firefox, Windows" in here.get("/staff/account") and "Firefox, Windows" not in theirs.get("/staff/account")
    rows = {row.staff_id: row.id for row in session.scalars(select(StaffSession).order_by(StaffSession.seen_at.desc()))}
    assert here.post(f"/staff/account/sessions/{rows[colleague.id]}/end").status_code == 404
    assert here.post(f"/staff/account/sessions/{rows[staff.id]}/end").status_code == 303
    assert there.client.get("/staff/").status_code == 303 and here.client.get("/staff/").status_code == 200
    signed_in(other, school, staff)
    assert here.post("/staff/account/sessions/end").status_code == 303
    assert other.get("/staff/").status_code == 303
    assert here.client.get("/staff/").status_code == theirs.client.get("/staff/").status_code == 200


def test_factor_is_taken_away_but_not_the_last(client: FlaskClient, school: Campus, session: Session) -> None:
    staff = school.staff()
    one, two = add_factor(school, staff, "Oude telefoon"), add_factor(school, staff, "Nieuwe telefoon")
    desk = signed_in(client, school, staff)
    assert "Oude telefoon" in desk.get("/staff/account")
    assert desk.post(f"/staff/account/factors/{one.id}/remove").status_code == 303
    assert "Oude telefoon" not in desk.get("/staff/account")
    answer = desk.post(f"/staff/account/factors/{two.id}/remove")
    assert answer.status_code == 422 and "Stel eerst een andere in" in answer.text
    theirs = add_factor(school, school.staff(), "Van een ander")
    assert desk.post(f"/staff/account/factors/{theirs.id}/remove").status_code == 404


def test_new_codes_are_shown_once(client: FlaskClient, school: Campus, session: Session) -> None:
    staff = school.staff()
    add_factor(school, staff, "Telefoon")
    desk = signed_in(client, school, staff)
    page = desk.post("/staff/account/codes").text
    assert page.count("<li>") >= factors.CODES
    assert f"Nog {factors.CODES} herstelcodes over." in desk.get("/staff/account")


def test_seconds_left_are_said_without_prolonging(
    client: FlaskClient, school: Campus, clock: time_machine.Traveller
) -> None:
    assert client.get("/staff/left").json == {"seconds": 0}
    desk = signed_in(client, school, school.staff())
    clock.move_to(NOW + timedelta(minutes=10))
    for _ in range(2):
        left = client.get("/staff/left").json
        assert left and 280 <= left["seconds"] <= 300
    assert desk.post("/staff/account/stay").status_code == 204
    left = client.get("/staff/left").json
    assert left and left["seconds"] > accounts.IDLE.seconds - 20
