"""The administrator's page of colleagues, and the way in of who was invited or forgot the password."""

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
from staffroom import Desk, signed_in

from survey import accounts, jobs, mail, throttle
from survey.access import Role
from survey.records import school_key
from survey.store.people import Staff
from survey.store.scope import in_school
from survey.store.traces import Mail

NEW = "paard batterij nietje juist"
INVITATION = {"name": "Joke Prins", "email": "joke@voorbeeld.nl", "role": "mentor"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def desk(client: FlaskClient, school: Campus) -> Desk:
    """Give a signed-in administrator."""
    return signed_in(client, school, school.staff(Role.administrator, "Ad Min"))


def link_in_mail(session: Session, school: Campus) -> str:
    """Return the path of the link in the only mail."""
    in_school(session, school.school.id)
    (row,) = session.scalars(select(Mail)).all()
    return str(mail.read(school_key(session, school.vault), row).values["link"]).removeprefix("http://localhost")


def test_invited_colleague_chooses_a_password_and_comes_to_the_second_step(
    app: Flask, desk: Desk, school: Campus, session: Session
) -> None:
    answer = desk.post("/staff/colleagues", **INVITATION)
    page = desk.get(answer.location)
    assert "onderweg" in page and "Joke Prins" in page and "uitgenodigd" in page
    path = link_in_mail(session, school)
    guest = Desk(app.test_client())
    for _ in range(20):  # a mail scanner looks at links as well
        assert "Joke Prins" in guest.get(path)
    assert guest.post(path, new_password="JokePrins2026").status_code == 422
    chosen = guest.post(path, new_password=NEW)
    assert chosen.status_code == 303 and "Log ermee in" in guest.get(chosen.location)
    guest.get(path, 404)
    assert guest.post(path, new_password="een ander lang woordje").status_code == 404
    assert guest.post("/staff/sign-in", email="joke@voorbeeld.nl", password=NEW).status_code == 303
    assert guest.client.get("/staff/", follow_redirects=True).request.path == "/staff/second/new"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Vul voor- en achternaam in"),
        ("name", "x" * 81, "Vul voor- en achternaam in"),
        ("email", "geen adres", "zoals naam@school.nl"),
        ("email", "a@b.nl\nBcc: kwaad@voorbeeld.nl", "zoals naam@school.nl"),
        ("role", "root", "Kies een rol"),
    ],
)
def test_wrong_invitation_says_what_and_sends_nothing(
    desk: Desk, session: Session, field: str, value: str, said: str
) -> None:
    answer = desk.post("/staff/colleagues", **{**INVITATION, field: value})
    assert answer.status_code == 422 and said in answer.text
    assert session.scalars(select(Mail)).all() == []


def test_taken_address_is_said(desk: Desk, school: Campus) -> None:
    answer = desk.post("/staff/colleagues", **{**INVITATION, "email": school.email(school.staff())})
    assert answer.status_code == 422 and "al een account" in answer.text


def test_changes_take_a_fresh_proof(desk: Desk, school: Campus, clock: time_machine.Traveller) -> None:
    mentor = school.staff()
    clock.move_to(NOW + accounts.STEP_UP + timedelta(minutes=1))
    answer = desk.post(f"/staff/colleagues/{mentor.id}", do="role", role="coordinator")
    assert answer.location.startswith("/staff/confirm") and mentor.role == "mentor"


def test_colleague_is_changed_closed_and_opened_again(
    app: Flask, desk: Desk, school: Campus, session: Session
) -> None:
    mentor, successor = school.staff(), school.staff(name="Joke Prins")
    school.group(mentor, "V2B")
    path, theirs = f"/staff/colleagues/{mentor.id}", signed_in(app.test_client(), school, mentor)
    refused = desk.post(path, do="close")
    assert refused.status_code == 422 and "Draag de klassen" in refused.text
    assert desk.post(path, do="classes", successor="onbekend").status_code == 422
    assert desk.post(path, do="classes", successor=successor.id).status_code == 303
    assert desk.post(path, do="profile", name="Sanne Jansen", phone="06 0000 0001").status_code == 303
    page = desk.get(path)
    assert "Sanne Jansen" in page and "06 0000 0001" in page and "Geen klassen" in page
    assert desk.post(path, do="close").status_code == 303
    assert theirs.client.get("/staff/").location.startswith("/staff/sign-in")
    assert theirs.post("/staff/sign-in", email=school.email(mentor), password=PASSWORD).status_code == 422
    assert desk.post(path, do="reopen").status_code == 303
    assert theirs.post("/staff/sign-in", email=school.email(mentor), password=PASSWORD).status_code == 303
    assert desk.post(path, do="verzonnen").status_code == 400


def test_last_administrator_reads_why_the_account_stays(desk: Desk, session: Session) -> None:
    me = session.scalars(select(Staff).where(Staff.role == "administrator")).one()
    answer = desk.post(f"/staff/colleagues/{me.id}", do="close")
    assert answer.status_code == 422 and "laatste beheerder" in answer.text
    assert "Ad Min" in desk.get("/staff/colleagues")


def test_nobody_gives_themselves_another_role(desk: Desk, school: Campus, session: Session) -> None:
    school.staff(Role.administrator, "Tweede Beheer")
    for one in session.scalars(select(Staff).where(Staff.role == "administrator")):
        answer = desk.post(f"/staff/colleagues/{one.id}", do="role", role="coordinator")
        own = "andere beheerder" in answer.text
        assert answer.status_code == (422 if own else 303)
    assert sorted(session.scalars(select(Staff.role))) == ["administrator", "coordinator"]


def test_forgotten_password_answers_the_same_for_nobody(
    client: FlaskClient, school: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: sent.append(job))
    desk = Desk(client)
    known, unknown = school.email(school.staff()), "niemand@voorbeeld.nl"
    pages = [desk.post("/staff/forgotten", email=email).text.replace(email, "ADRES") for email in (known, unknown)]
    assert pages[0] == pages[1] and "onderweg" in pages[0]
    assert sent == [("mail_forgotten", accounts.email_index(school.vault, email)) for email in (known, unknown)]
    for email in (known, unknown):
        for _ in range(throttle.LIMITS["forgotten"].of_one - 1):
            assert desk.post("/staff/forgotten", email=email).status_code == 200
        assert desk.post("/staff/forgotten", email=email).status_code == 429
    assert desk.post("/staff/forgotten", email=" ").status_code == 422


@pytest.mark.parametrize("path", ["/staff/welcome/" + "Z" * 26, "/staff/welcome/x", "/staff/welcome/%C3%A9"])
def test_made_up_link_opens_nothing(client: FlaskClient, path: str) -> None:
    assert "werkt niet meer" in Desk(client).get(path, 404)
    assert Desk(client).post(path, new_password=NEW).status_code == 404
