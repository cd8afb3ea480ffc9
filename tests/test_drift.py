"""What lists show is compared with its sources, and put right."""

from __future__ import annotations

import pytest
from factories import Campus
from stages import FINE, NOW, WORRIED, Course, make_course

from survey import casework, passing
from survey.casework import Content, Kind
from survey.drift import find_drift
from survey.erase import erase_sitting
from survey.records import open_summary, sitting_key
from survey.store.people import Student
from survey.store.surveying import Invitation
from survey.summary import Summary


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def test_nothing_drifts_by_itself(course: Course) -> None:
    begun = course.send(WORRIED)
    course.answer(course.begin("Daan Visser"), "doel", doel="leren")
    erase_sitting(course.session, course.vault, course.send(FINE, "Sem de Jong"), "student:x", NOW)
    student = course.session.get_one(Student, course.session.get_one(Invitation, begun.invitation_id).student_id)
    talk = Content("", "talk", "Sanne de Wit")
    casework.add(course.session, course.vault, student, course.mentor, Kind.TALK, NOW.date(), talk, NOW)
    passing.pass_to(course.session, course.vault, student, course.coordinator, course.mentor, "Ziek.", NOW)
    course.session.flush()
    found = find_drift(course.session, course.vault)
    assert (dict(found.seen), dict(found.differ)) == ({"summary": 2, "stage": 2, "student": 3}, {})


def test_what_differs_is_counted_and_repaired(course: Course) -> None:
    begun = course.send(WORRIED)
    student = course.session.get_one(Student, course.session.get_one(Invitation, begun.invitation_id).student_id)
    begun.summary, student.spoken_at, student.mentor_id = None, NOW, course.coordinator.id
    begun.stage = "final"
    course.session.flush()
    assert dict(find_drift(course.session, course.vault).differ) == {"summary": 1, "stage": 1, "student": 1}
    assert begun.summary is None
    find_drift(course.session, course.vault, repairs=True)
    assert (student.spoken_at, student.mentor_id, begun.stage) == (None, None, "none")
    key = sitting_key(course.session, course.vault, begun)
    assert begun.summary and open_summary(key, begun.id, begun.summary) == Summary("werken", "ja", 1, 1)
    assert dict(find_drift(course.session, course.vault).differ) == {}
