"""The term of keeping: what was promised goes on its day, what is younger stays, and people see it coming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import time_machine
from click.testing import CliRunner
from factories import NOW, Campus
from flask import Flask
from sqlalchemy import select
from stages import FINE, LATER, Course, make_course

from survey import audit, casework, documents, inviting, retention, review, school, tasks
from survey.casework import Content, Kind
from survey.hours import ZONE
from survey.records import open_profile, seal_profile
from survey.retention import first_kept
from survey.review import Judgement, months_after
from survey.school import SchoolSettings
from survey.sitting import Status
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting
from survey.store.traces import Event, Mail

MONTHS = 24  # of a school that chose nothing


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(school: Campus, app: Flask) -> Iterator[Course]:
    with app.app_context():
        yield make_course(school)


def on(day: date) -> datetime:
    """Return noon of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def promised(course: Course, begun: Sitting) -> date:
    """Finalise, and return until when the document says that the school keeps it."""
    made = review.finalise(course.session, course.vault, begun, course.mentor, Judgement("Gesproken."), LATER)
    kept = documents.facts_of(course.session, course.vault, begun, made.number).kept_until
    assert kept is not None
    return kept


def go(course: Course, day: date) -> int:
    done = retention.expire(course.session, course.vault, on(day), 100)
    course.session.commit()
    return done


def test_document_is_kept_until_its_day_and_gone_on_the_next(course: Course) -> None:
    begun = course.send(FINE)
    kept = promised(course, begun)
    assert kept == months_after(LATER.astimezone(ZONE).date(), MONTHS)
    assert go(course, kept) == 0 and begun.status == Status.FINAL
    assert go(course, kept + timedelta(days=1)) == 1
    assert (begun.status, begun.wrapped_key) == (Status.ERASED, b"")


@pytest.mark.parametrize("months", [MONTHS - 6, MONTHS + 6])
def test_day_that_a_document_names_stands_when_the_school_chooses_another_term(course: Course, months: int) -> None:
    begun = course.send(FINE)
    kept = promised(course, begun)
    known = school.get_settings(course.session)
    school.save_settings(course.session, course.vault, replace(known, retention_months=months), "system", NOW)
    assert go(course, kept) == 0 and begun.status == Status.FINAL
    assert go(course, kept + timedelta(days=1)) > 0 and begun.status == Status.ERASED


@pytest.mark.parametrize("months", range(1, 37))
def test_term_is_over_on_the_day_after_its_last_one_whatever_the_lengths_of_months(months: int) -> None:
    for number in range(5 * 365):
        begun = date(2026, 1, 1) + timedelta(days=number)
        last = months_after(begun, months)
        assert first_kept(last, months) <= begun < first_kept(last + timedelta(days=1), months), begun


@pytest.mark.parametrize(
    ("finalised", "months", "kept"),
    [
        (date(2027, 2, 28), 6, date(2027, 8, 28)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 2, 28), 24, date(2028, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_document_of_the_end_of_a_month_is_gone_on_the_day_after_the_one_it_names(
    course: Course, finalised: date, months: int, kept: date
) -> None:
    school.save_settings(course.session, course.vault, SchoolSettings(retention_months=months), "system", NOW)
    begun = course.send(FINE)
    review.finalise(course.session, course.vault, begun, course.mentor, Judgement("Gesproken."), on(finalised))
    assert documents.facts_of(course.session, course.vault, begun, 1).kept_until == kept
    assert go(course, kept) == 0 and begun.status == Status.FINAL
    assert set(retention.find_due(course.session, kept + timedelta(days=1)).sittings) == {begun.id}


def test_answers_that_were_never_finalised_go_after_the_round_and_the_last_change(course: Course) -> None:
    sent, busy = course.send(FINE), course.begin("Kim Klein")
    term = months_after(course.round.closes_at.astimezone(ZONE).date(), MONTHS)
    assert go(course, term) == 0
    assert {sent.status, busy.status} == {Status.SENT, Status.STARTED}
    assert go(course, term + timedelta(days=1)) == 4, "two sittings, and then their students"
    assert course.session.scalars(select(Student)).all() == []
    assert course.session.scalars(select(Invitation)).all() == []
    actions = course.session.scalars(select(Event.action).where(Event.actor == "system")).all()
    assert (actions.count("sitting.erase"), actions.count("student.expire")) == (2, 2)
    assert audit.verify(course.session, course.vault) is None


@pytest.mark.parametrize("by", ["added", "asked", "written"])
def test_student_stays_as_long_as_something_is_younger_than_the_term(
    course: Course, clock: time_machine.Traveller, by: str
) -> None:
    later = NOW + timedelta(days=200)
    if by == "added":
        clock.move_to(later)
    student = course.campus.student(course.group, "Noor Bakker")
    if by == "asked":
        course.campus.invitation(course.round, student)
        later = course.round.closes_at
    if by == "written":
        entry = Content("Gebeld.")
        casework.add(course.session, course.vault, student, course.mentor, Kind.NOTE, later.date(), entry, later)
    course.session.flush()
    term = months_after(later.astimezone(ZONE).date(), MONTHS)
    assert go(course, term) == 0
    assert go(course, term + timedelta(days=1)) == 1
    assert course.session.scalars(select(Student)).all() == []


def test_what_goes_is_counted_by_class_beforehand_and_nobody_of_another_school(
    course: Course, other_school: Campus
) -> None:
    begun = course.send(FINE)
    day = promised(course, begun) + timedelta(days=1)
    course.session.commit()
    make_course(other_school).send(FINE)
    other_school.session.commit()
    assert retention.find_due(course.session, day - timedelta(days=1)).by_class() == []
    due = retention.find_due(course.session, day)
    assert due.by_class() == [(course.group.name, 1, 0)] and set(due.sittings) == {begun.id}, "the round closed later"


def test_worker_erases_in_every_school_and_once_an_hour(
    course: Course, other_school: Campus, app: Flask, clock: time_machine.Traveller
) -> None:
    gone = {course.send(FINE).id}
    course.session.commit()
    gone.add(make_course(other_school).send(FINE).id)
    other_school.session.commit()
    clock.move_to(on(months_after(NOW.date(), MONTHS + 6)))
    with app.app_context():
        tasks.sweep()
    course.session.expire_all()
    left = select(Sitting.id).where(Sitting.id.in_(gone)).execution_options(across_schools="the test counts")
    assert course.session.scalars(left).all() == []
    assert app.extensions["retention"]["at"] > on(months_after(NOW.date(), MONTHS + 6))


def test_mail_of_whom_is_expired_goes_too_and_sent_mail_is_forgotten_after_a_month(
    course: Course, app: Flask, clock: time_machine.Traveller
) -> None:
    student, invitation, _ = course.invite()
    known = replace(open_profile(course.campus.key, student), email="noor@voorbeeld.nl")
    student.profile, invitation.remind_at = seal_profile(course.campus.key, student.id, known), LATER
    course.session.flush()
    inviting.write_due(course.session, course.vault, app.extensions["settings"], LATER)
    row = course.session.scalars(select(Mail)).one()
    row.state = "sent"
    course.session.commit()
    clock.move_to(LATER + inviting.KEPT + timedelta(hours=1))
    with app.app_context():
        tasks.sweep()
    course.session.refresh(row)
    assert row.content == b""
    go(course, months_after(NOW.date(), MONTHS + 6))
    assert course.session.scalars(select(Mail)).all() == course.session.scalars(select(Student)).all() == []


def test_command_counts_and_changes_nothing(
    course: Course, clock: time_machine.Traveller, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey.cli import retention as command

    course.send(FINE)
    course.session.commit()
    monkeypatch.setattr(command, "read_settings", lambda: app.extensions["settings"])
    monkeypatch.setattr(command, "open_app", lambda settings: app)
    done = CliRunner().invoke(command.retention, [])
    assert done.exit_code == 0 and done.stdout == "" and "nothing until" in done.stderr
    clock.move_to(on(months_after(NOW.date(), MONTHS + 6)))
    done = CliRunner().invoke(command.retention, ["--days", "0"])
    assert f"{course.group.name}\tanswers of 1\tall of 1" in done.stdout
    assert course.session.scalars(select(Sitting.status)).one() == Status.SENT
