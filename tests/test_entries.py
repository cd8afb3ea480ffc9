"""What the school enters is kept sealed, by one person at a time, and stands in the version that is finalised next."""

from __future__ import annotations

import pytest
from factories import Campus
from sqlalchemy import select
from stages import FINE, LATER, Course, make_course

from survey import documents, entries, review
from survey.entries import BadEntry, OtherEntry
from survey.review import Judgement
from survey.store.agreeing import StoredEntry
from survey.store.surveying import Sitting
from survey.store.traces import Event

TYPED = {"question": "Help Noor met wonen.", "by": "1-9-2026", "contact_phone": "06 0000 0007"}


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def save(course: Course, begun: Sitting, seen: int = 0, **typed: str) -> None:
    entries.save_entry(course.session, course.vault, begun, course.mentor, typed, seen, LATER)


def finalise(course: Course, begun: Sitting, verify_at: str = "") -> int:
    made = review.finalise(course.session, course.vault, begun, course.mentor, Judgement("Gesproken."), LATER, verify_at)
    course.session.flush()
    return made.number


def test_entry_is_kept_sealed_and_recorded(course: Course) -> None:
    begun = course.send(FINE)
    assert entries.find_entry(course.session, course.vault, begun) is None
    save(course, begun, **TYPED, place="")
    kept = entries.find_entry(course.session, course.vault, begun)
    assert kept is not None
    assert (kept.typed, kept.by, kept.at, kept.revision) == (TYPED, "Sanne de Wit", LATER, 1)
    assert b"wonen" not in course.session.scalars(select(StoredEntry.content)).one()
    last = course.session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).one()
    assert (last.action, last.subject) == ("document.enter", f"sitting:{begun.id}")


def test_what_cannot_be_kept_is_refused_whole(course: Course) -> None:
    begun = course.send(FINE)
    with pytest.raises(BadEntry) as refused:
        save(course, begun, question="x" * 301, by="ooit", place="Loket")
    assert refused.value.faults == {"question": "long", "by": "day"}
    assert entries.find_entry(course.session, course.vault, begun) is None


def test_second_person_does_not_overwrite_the_first_unseen(course: Course) -> None:
    begun = course.send(FINE)
    save(course, begun, **TYPED)
    with pytest.raises(OtherEntry) as refused:
        save(course, begun, question="Iets anders.")
    assert (refused.value.by, refused.value.revision) == ("Sanne de Wit", 1)
    save(course, begun, **TYPED)  # the same again is no conflict
    save(course, begun, seen=1, question="Iets anders.")
    kept = entries.find_entry(course.session, course.vault, begun)
    assert kept is not None and kept.typed == {"question": "Iets anders."}


def test_finalised_version_keeps_what_stood_there_then(course: Course) -> None:
    begun = course.send(FINE)
    save(course, begun, **TYPED)
    first = finalise(course, begun)
    save(course, begun, seen=1, question="Later bedacht.")
    course.campus.school.name = "ROC Anders"
    facts = documents.facts_of(course.session, course.vault, begun, first)
    assert (facts.request.question, facts.school.name) == ("Help Noor met wonen.", "ROC Waterland")
    assert (facts.contact.phone, facts.contact.name, facts.version) == ("06 0000 0007", "Sanne de Wit", 1)
    assert facts.kept_until is not None and facts.kept_until.year == LATER.year + 2


def test_changed_entry_makes_a_new_version_and_an_equal_one_does_not(course: Course) -> None:
    begun = course.send(FINE)
    assert finalise(course, begun) == finalise(course, begun) == 1
    assert finalise(course, begun, "https://overstap.voorbeeld.nl/verify") == 1, "where to check is no content"
    save(course, begun, **TYPED)
    assert finalise(course, begun) == 2
