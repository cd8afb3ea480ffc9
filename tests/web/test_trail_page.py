"""The privacy officer's page: who saw which student, the proof that the record is whole, and the record as a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from factories import NOW, Campus
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from staffroom import Desk, plain, signed_in
from stages import WORRIED, make_course

from survey import accounts, audit, trail
from survey.access import Role
from survey.records import open_profile, school_key, seal_profile
from survey.roster import number_index
from survey.school import SchoolSettings, save_settings
from survey.store.people import Student
from survey.store.scope import in_school
from survey.store.surveying import RaisedFlag
from survey.store.traces import Event


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def desk(client: FlaskClient, school: Campus, session: Session) -> Desk:
    """Give a signed-in privacy officer of a school where Sanne looked at student 900123."""
    mentor, officer = school.staff(name="Sanne de Wit"), school.staff(Role.privacy_officer, "Fenna Gerritsen")
    student = school.student(school.group(mentor))
    student.number_index = number_index(school.vault, school.school.id, "900123")
    session.flush()
    for action in ("student.view", "student.view"):
        audit.record(session, school.vault, f"staff:{mentor.id}", action, f"student:{student.id}", NOW)
    for number in range(60):
        audit.record(session, school.vault, "system", "settings.logo", f"school:{number}", NOW - timedelta(days=9))
    session.commit()
    return signed_in(client, school, officer)


def test_who_saw_a_student_is_found_by_number_and_recorded(desk: Desk, session: Session) -> None:
    page = plain(desk.get("/staff/trail?student=900123"))
    assert "2 regels" in page and "Sanne de Wit bekeek een student" in page and "school:5" not in page
    assert session.scalars(select(Event.action).order_by(Event.number.desc())).first() == "trail.student"
    page = desk.get("/staff/trail?student=1")
    assert "geen student met dit nummer" in page and "0 regels" in page


def test_record_says_about_whom_and_leaves_out_what_students_did_unless_asked(
    session: Session, client: FlaskClient, school: Campus
) -> None:
    course, officer = make_course(school), school.staff(Role.privacy_officer, "Fenna Gerritsen")
    sent = course.send(WORRIED, "Daan Visser")
    student = session.scalars(select(Student)).one()
    key = school_key(session, school.vault)
    profile = replace(open_profile(key, student), number="900123")
    student.profile = seal_profile(key, student.id, profile)
    flag = session.scalars(select(RaisedFlag)).first()
    assert flag
    mentor = f"staff:{course.mentor.id}"
    audit.record(session, school.vault, mentor, "student.view", f"student:{student.id}", NOW)
    audit.record(session, school.vault, mentor, "flag.take", f"flag:{flag.id}", NOW)
    audit.record(session, school.vault, mentor, "sitting.view", f"sitting:{sent.id}", NOW)
    audit.record(session, school.vault, mentor, "staff.profile", f"staff:{officer.id}", NOW)
    audit.record(session, school.vault, mentor, "student.remove", "student:gone", NOW)
    session.flush()
    desk = signed_in(client, school, officer)
    page = plain(desk.get("/staff/trail"))
    for said in ("Student 900123", "Signaal van student 900123", "Antwoorden van student 900123", "Fenna Gerritsen"):
        assert said in page
    assert "verwijderde een student Student" in page and sent.id not in page
    assert "de student beantwoordde" not in page
    for query in ("students=1", "action=sitting.answer"):
        assert "de student beantwoordde een pagina" in plain(desk.get(f"/staff/trail?{query}"))


def test_record_is_chosen_by_person_action_and_day(desk: Desk, session: Session) -> None:
    page = plain(desk.get("/staff/trail?person=system&action=settings.logo"))
    assert "60 regels" in page and "1 van 2" in page and "Ouder" in page
    days = f"first={NOW:%Y-%m-%d}&until={NOW:%Y-%m-%d}"
    assert "2 regels" in plain(desk.get(f"/staff/trail?action=student.view&{days}"))
    assert "0 regels" in plain(desk.get(f"/staff/trail?action=settings.logo&{days}"))
    assert "Vul dagen in" in desk.get("/staff/trail?first=gisteren")
    for page_number in ("0", "-3", "x", "999999"):
        desk.get(f"/staff/trail?page={page_number}")


def test_record_is_proved_whole_or_the_first_bad_row_is_named(desk: Desk, session: Session, school: Campus) -> None:
    assert "Het logboek is heel" in desk.get("/staff/trail?proof=1")
    in_school(session, school.school.id)
    session.execute(update(Event).where(Event.number == 2).values(action="niets"))
    session.commit()
    assert "Regel 2 is niet wat er werd vastgelegd" in desk.get("/staff/trail?proof=1")


def test_file_holds_what_was_chosen_and_no_formula(desk: Desk, session: Session, school: Campus) -> None:
    audit.record(session, school.vault, "=HYPERLINK(1)", "student.view", "@SUM(1)", NOW)
    session.commit()
    answer = desk.client.get("/staff/trail/record.csv?action=student.view")
    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["number", "moment", "who", "what", "about"] and len(rows) == 4
    assert [row[2] for row in rows[1:]] == ["Sanne de Wit", "Sanne de Wit", "'=HYPERLINK(1)"]
    assert rows[3][4] == "'@SUM(1)" and "attachment" in answer.headers["Content-Disposition"]
    assert session.scalars(select(Event.action).order_by(Event.number.desc())).first() == "trail.export"


def test_file_takes_a_fresh_proof(desk: Desk, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + accounts.STEP_UP + timedelta(minutes=1))
    assert desk.client.get("/staff/trail/record.csv").location.startswith("/staff/confirm")


def test_record_is_of_one_school(desk: Desk, session: Session, school: Campus, other_school: Campus) -> None:
    audit.record(other_school.session, other_school.vault, "system", "region.view", "school:x", NOW)
    other_school.session.commit()
    assert "region.view" not in desk.get("/staff/trail")
    in_school(session, school.school.id)
    assert "region.view" not in trail.get_actions(session)


def test_what_goes_in_the_next_month_is_told_by_class(desk: Desk, session: Session, school: Campus) -> None:
    assert "Wat verdwijnt" in plain(desk.get("/staff/trail")) and "Niets." in plain(desk.get("/staff/trail"))
    save_settings(session, school.vault, SchoolSettings(retention_months=1), "system", NOW)
    for student in session.scalars(select(Student)):
        student.added_at = NOW - timedelta(days=20)
    session.commit()
    page = plain(desk.get("/staff/trail"))
    assert "bewaart antwoorden en documenten 1 maand;" in page and "V2B 0 1" in page


def test_officer_finds_drafts_of_what_the_school_accounts_with(desk: Desk, school: Campus) -> None:
    save_settings(school.session, school.vault, SchoolSettings(objection_to="fg@waterland.example"), "system", NOW)
    school.session.commit()
    room = desk.get("/staff/trail")
    (address,) = re.findall(r'href="(/staff/questionnaires/[^"]*/accounting)">overstap 1<', room)
    page = plain(desk.get(address))
    for said in ("Verwerkingsregister (artikel 30 AVG)", school.school.name, "fg@waterland.example", "24 maanden", "Doelbinding"):
        assert said in page
    assert desk.client.get(address.replace("/accounting", "/sheet")).status_code == 403
