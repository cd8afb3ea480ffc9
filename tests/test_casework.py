"""The log of a student: append-only, sealed, corrected by a new version."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from factories import Campus
from sqlalchemy import select
from stages import NOW, Course, make_course

from survey import casework
from survey.casework import BadEntry, Contact, Content, Kind, Offer
from survey.store.casework import CaseEntry
from survey.store.people import Staff, Student
from survey.store.traces import Event
from survey.vault import Unreadable, Vault

TODAY = date(2026, 11, 23)
OFFERED = Content("Hulp bij het zoeken van een kamer", how="talk", by="Sanne de Wit", answer="open")


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


@pytest.fixture
def student(course: Course) -> Student:
    """Give one student of it."""
    return course.invite()[0]


def add(course: Course, student: Student, kind: Kind, content: Content, day: date = TODAY, by: Any = None) -> CaseEntry:
    """Write an entry down as the mentor."""
    staff: Staff = by or course.mentor
    return casework.add(course.session, course.vault, student, staff, kind, day, content, NOW)


def test_offers_and_contacts_come_in_the_order_in_which_they_were_made(course: Course, student: Student) -> None:
    add(course, student, Kind.OFFER, Content("Jobcoach", "phone", "Karim Bakker", "no", "Nu niet."), date(2026, 11, 20))
    add(course, student, Kind.OFFER, OFFERED, date(2026, 10, 1))
    add(course, student, Kind.CONTACT, Content("Gebeld, niet opgenomen", "phone", "Sanne de Wit"))
    add(course, student, Kind.NOTE, Content("Komt op de fiets."))
    assert casework.get_offers(course.session, course.vault, student.id) == [
        Offer(OFFERED.what, "talk", date(2026, 10, 1), "Sanne de Wit", "open", ""),
        Offer("Jobcoach", "phone", date(2026, 11, 20), "Karim Bakker", "no", "Nu niet."),
    ]
    assert casework.get_contacts(course.session, course.vault, student.id) == [
        Contact("Gebeld, niet opgenomen", "phone", TODAY, "Sanne de Wit")
    ]


def test_correction_is_a_new_version_and_the_first_stays(course: Course, student: Student) -> None:
    first = add(course, student, Kind.OFFER, OFFERED)
    answered = Content(OFFERED.what, "talk", "Sanne de Wit", "yes", reason="Noor heeft ja gezegd.")
    second = casework.correct(
        course.session, course.vault, first.thread, course.coordinator, TODAY, answered, NOW + timedelta(hours=1)
    )
    assert (second.number, second.thread) == (2, first.id)
    assert [offer.answer for offer in casework.get_offers(course.session, course.vault, student.id)] == ["yes"]
    versions = casework.get_versions(course.session, course.vault, student.id)
    assert [(one.number, one.content.answer, one.written_by) for one in versions] == [
        (1, "open", "Sanne de Wit"),
        (2, "yes", "Karim Bakker"),
    ]


def test_what_was_withdrawn_stays_in_the_record_only(course: Course, student: Student) -> None:
    first = add(course, student, Kind.CONTACT, Content("Gebeld", "phone", "Sanne de Wit"))
    wrong = Content("Gebeld", "phone", "Sanne de Wit", reason="Andere student.", is_withdrawn=True)
    casework.correct(course.session, course.vault, first.thread, course.mentor, TODAY, wrong, NOW)
    assert casework.get_entries(course.session, course.vault, student.id) == []
    assert len(casework.get_versions(course.session, course.vault, student.id)) == 2


def test_talk_says_when_a_student_was_spoken_last(course: Course, student: Student) -> None:
    talk = Content("Samen gekeken.", "talk", "Sanne de Wit")
    late = add(course, student, Kind.TALK, talk)
    assert student.spoken_at == NOW
    add(course, student, Kind.TALK, talk, date(2026, 11, 2))
    assert student.spoken_at == NOW
    gone = Content("Samen gekeken.", "talk", "Sanne de Wit", reason="Niet gebeurd.", is_withdrawn=True)
    casework.correct(course.session, course.vault, late.thread, course.mentor, TODAY, gone, NOW)
    assert student.spoken_at is not None and student.spoken_at.date() == date(2026, 11, 2)


BAD = {
    ("what", "missing"): (Kind.NOTE, Content("  "), TODAY),
    ("what", "long"): (Kind.CONTACT, Content("a" * 301, "phone", "S"), TODAY),
    ("how", "unknown"): (Kind.CONTACT, Content("Gebeld", "duif", "S"), TODAY),
    ("answer", "unknown"): (Kind.OFFER, Content("Jobcoach", "phone", "S", "misschien"), TODAY),
    ("day", "future"): (Kind.TALK, Content("", "talk", "S"), TODAY + timedelta(days=1)),
    ("by", "long"): (Kind.CONTACT, Content("Gebeld", "phone", "S" * 101), TODAY),
}


@pytest.mark.parametrize("wrong", BAD, ids="-".join)
def test_entry_that_the_log_cannot_hold_is_refused(course: Course, student: Student, wrong: tuple[str, str]) -> None:
    kind, content, day = BAD[wrong]
    with pytest.raises(BadEntry) as refusal:
        add(course, student, kind, content, day)
    assert (refusal.value.field, refusal.value.code) == wrong


def test_correction_says_why(course: Course, student: Student) -> None:
    first = add(course, student, Kind.NOTE, Content("Komt op de fiets."))
    with pytest.raises(BadEntry, match="reason"):
        casework.correct(course.session, course.vault, first.thread, course.mentor, TODAY, Content("Te voet."), NOW)


def test_entries_are_sealed_for_their_row_and_recorded(course: Course, student: Student) -> None:
    row = add(course, student, Kind.OFFER, OFFERED)
    assert b"kamer" not in row.content
    with pytest.raises(Unreadable):
        Vault.open_json(course.campus.key, f"case_entry:{student.id}:content", row.content)
    event = course.session.scalars(select(Event).order_by(Event.number.desc())).first()
    assert event is not None
    assert (event.actor, event.action, event.subject) == (
        f"staff:{course.mentor.id}",
        "offer.add",
        f"student:{student.id}",
    )
