"""Flags reach people: the mentor and the deputy at once, the coordinator when nobody took them up in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from factories import Campus
from flask import Flask
from sqlalchemy import select
from stages import LATER, NOW, WORRIED, Course, make_course

from survey import alarms, flags, jobs, mail, school, sitting, tasks
from survey.access import Role
from survey.records import school_key
from survey.school import SchoolSettings
from survey.store.inviting import Deputy
from survey.store.people import Staff
from survey.store.surveying import RaisedFlag, Sitting
from survey.store.traces import Event, Mail

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHRISTMAS = ((date(2026, 12, 19), date(2027, 1, 3)),)
HOMELESS = {**WORRIED, "eten": "ja"}  # one flag, for the mentor
TWO_HOURS = LATER + timedelta(hours=2)


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Give what is put on the queue, which nobody works off here."""
    put: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *task: put.append(task) or True)
    return put


@pytest.fixture
def clock(sent: list[tuple[str, ...]]) -> Iterator[time_machine.Traveller]:
    """Stop the clock when everything was sent."""
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


def name_deputy(course: Course, name: str = "Joke Prins") -> Staff:
    deputy = course.campus.staff(name=name)
    course.session.add(Deputy(school_id=course.campus.school.id, group_id=course.group.id, staff_id=deputy.id))
    course.session.flush()
    return deputy


def letters(course: Course) -> list[tuple[str, str]]:
    """Return address and template of every mail in the outbox, the oldest first."""
    key = school_key(course.session, course.vault)
    rows = course.session.scalars(select(Mail).order_by(Mail.created_at, Mail.id))
    return [(letter.to, letter.template) for letter in (mail.read(key, row) for row in rows)]


def test_mentor_and_deputy_hear_of_a_flag(course: Course) -> None:
    deputy = name_deputy(course)
    course.send(HOMELESS)
    addresses = {course.campus.email(course.mentor), course.campus.email(deputy)}
    assert sorted(letters(course)) == sorted((address, "flag") for address in addresses)


def test_deputy_alone_hears_when_the_mentor_left(course: Course) -> None:
    deputy = name_deputy(course)
    course.mentor.disabled_at = NOW
    course.send(HOMELESS)
    assert letters(course) == [(course.campus.email(deputy), "flag")]


def test_coordinators_hear_when_both_left(course: Course) -> None:
    name_deputy(course).disabled_at = NOW
    course.mentor.disabled_at = NOW
    course.send(HOMELESS)
    assert letters(course) == [(course.campus.email(course.coordinator), "flag")]


def test_administrator_hears_where_nobody_is_coordinator(course: Course) -> None:
    administrator = course.campus.staff(Role.administrator, "Wim Kok")
    course.coordinator.disabled_at = course.mentor.disabled_at = NOW
    course.session.flush()
    course.send(HOMELESS)
    assert letters(course) == [(course.campus.email(administrator), "flag")]


def test_deputy_sees_the_class_and_its_flags_and_no_other(course: Course) -> None:
    deputy, stranger = name_deputy(course), course.campus.staff(name="Bram Stil")
    course.send(HOMELESS)
    assert len(flags.get_flags(course.session, course.vault, mentor_id=deputy.id)) == 1
    assert flags.get_flags(course.session, course.vault, mentor_id=stranger.id) == []


def due_and_escalation(course: Course, moment: datetime) -> tuple[datetime, datetime | None]:
    course.round.opens_at, course.round.closes_at = NOW - timedelta(days=90), moment + timedelta(days=90)
    begun = course.begin()
    course.fill(begun, HOMELESS)
    sitting.submit(course.session, course.vault, begun, moment)
    flag = course.session.scalars(select(RaisedFlag).where(RaisedFlag.sitting_id == begun.id)).one()
    return flag.due_at, flag.escalate_at


@pytest.mark.parametrize(
    ("moment", "due", "escalated"),
    [
        (datetime(2026, 11, 23, 10), datetime(2026, 11, 23, 17), datetime(2026, 11, 23, 12)),
        (datetime(2026, 11, 27, 16), datetime(2026, 11, 27, 17), datetime(2026, 11, 30, 9, 30)),  # a Friday
        (datetime(2026, 11, 30, 22), datetime(2026, 12, 1, 17), datetime(2026, 12, 1, 10, 30)),  # end of a month
        (datetime(2026, 12, 24, 10), datetime(2027, 1, 4, 17), datetime(2027, 1, 4, 10, 30)),  # in the holidays
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 26, 17), datetime(2026, 10, 26, 10, 30)),  # 25 hours
        (datetime(2027, 3, 28, 3, 30), datetime(2027, 3, 29, 17), datetime(2027, 3, 29, 10, 30)),  # 23 hours
        (datetime(2028, 2, 28, 16, 30), datetime(2028, 2, 28, 17), datetime(2028, 2, 29, 10)),  # leap day
    ],
)
def test_terms_keep_to_the_school_s_days_and_hours(
    course: Course, moment: datetime, due: datetime, escalated: datetime
) -> None:
    """R14."""
    chosen = SchoolSettings(holidays=CHRISTMAS, escalate_hours=2)
    school.save_settings(course.session, course.vault, chosen, "system", NOW)
    found = due_and_escalation(course, moment.replace(tzinfo=AMSTERDAM))
    assert found == (due.replace(tzinfo=AMSTERDAM), escalated.replace(tzinfo=AMSTERDAM))


def test_hours_until_the_coordinator_hears_are_a_setting(course: Course) -> None:
    school.save_settings(course.session, course.vault, SchoolSettings(escalate_hours=4), "system", NOW)
    _, escalated = due_and_escalation(course, datetime(2026, 11, 23, 10, tzinfo=AMSTERDAM))
    assert escalated == datetime(2026, 11, 23, 14, tzinfo=AMSTERDAM)


def sweep(app: Flask) -> None:
    with app.app_context():
        tasks.sweep()


def committed(course: Course, given: dict[str, str] = HOMELESS) -> Sitting:
    begun = course.send(given)
    course.session.commit()
    return begun


def test_flag_that_nobody_takes_up_goes_to_the_coordinator_once(
    app: Flask, course: Course, clock: time_machine.Traveller
) -> None:
    committed(course)
    clock.move_to(TWO_HOURS - timedelta(seconds=1))
    sweep(app)
    assert len(letters(course)) == 1
    clock.move_to(TWO_HOURS)
    for _ in range(3):
        sweep(app)
    assert letters(course)[1:] == [(course.campus.email(course.coordinator), "flag_waits")]
    events = course.session.scalars(select(Event.action).where(Event.action == "flag.escalate")).all()
    assert len(events) == 1


def test_two_flags_of_a_student_are_one_mail_to_each_coordinator(
    app: Flask, course: Course, clock: time_machine.Traveller
) -> None:
    second = course.campus.staff(Role.coordinator, "Esra Demir")
    committed(course, WORRIED)
    before = letters(course)
    clock.move_to(TWO_HOURS)
    sweep(app)
    told = [letter for letter in letters(course) if letter not in before]
    assert sorted(told) == sorted((course.campus.email(one), "flag_waits") for one in (course.coordinator, second))


@pytest.mark.parametrize("is_ours_whole", [True, False])
def test_damaged_account_of_one_school_keeps_no_coordinator_of_another_from_hearing(
    app: Flask, course: Course, other_school: Campus, clock: time_machine.Traveller, is_ours_whole: bool
) -> None:
    whole = None
    for campus, is_whole in ((course.campus, is_ours_whole), (other_school, not is_ours_whole)):
        each = course if campus is course.campus else make_course(campus)
        if is_whole:
            whole = each
        else:
            each.coordinator.profile = b"kapot"
        committed(each)
    clock.move_to(TWO_HOURS)
    sweep(app)
    assert whole is not None
    whole.session.expire_all()
    assert (whole.campus.email(whole.coordinator), "flag_waits") in letters(whole)


def test_flag_that_was_taken_up_is_not_passed_on(app: Flask, course: Course, clock: time_machine.Traveller) -> None:
    begun = committed(course)
    flags.take(course.session, course.vault, begun.id, course.mentor.id, LATER)
    course.session.commit()
    clock.move_to(TWO_HOURS + timedelta(days=3))
    sweep(app)
    assert len(letters(course)) == 1


def test_worker_that_was_down_for_days_passes_on_what_waited(
    app: Flask, course: Course, other_school: Campus, clock: time_machine.Traveller
) -> None:
    committed(course)
    other = make_course(other_school)
    committed(other)
    clock.move_to(TWO_HOURS + timedelta(days=5))
    sweep(app)
    for one in (course, other):
        one.session.expire_all()
        assert letters(one)[-1] == (one.campus.email(one.coordinator), "flag_waits")


def test_two_sweeps_at_once_write_one_mail(course: Course) -> None:
    """The loser of the lock reads the rows again, and finds nothing left to do."""
    begun = course.send(HOMELESS)
    course.session.flush()
    assert alarms.escalate(course.session, course.vault, begun.id, TWO_HOURS) == 1
    assert alarms.escalate(course.session, course.vault, begun.id, TWO_HOURS) == 0
    assert len(letters(course)) == 2


def test_mail_that_a_flag_waits_says_nothing_of_the_student(course: Course, settings: object) -> None:
    begun = course.send(HOMELESS, "Amira El Idrissi")
    course.session.flush()
    alarms.escalate(course.session, course.vault, begun.id, TWO_HOURS)
    key = school_key(course.session, course.vault)
    for row in course.session.scalars(select(Mail)):
        text = mail.compose(mail.read(key, row), row, settings).as_string()  # type: ignore[arg-type]
        for secret in ("Amira", "Idrissi", "slaapplek", "V2B", "/u/", begun.id):
            assert secret not in text
