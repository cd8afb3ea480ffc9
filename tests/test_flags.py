"""Raised flags: which a list shows, and who has them in hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import Campus
from sqlalchemy import select
from stages import FINE, LATER, NOW, WORRIED, Course, make_course

from survey import flags
from survey.store.traces import Event


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def read(course: Course, **limits: object) -> list[flags.Raised]:
    return flags.get_flags(course.session, course.vault, **limits)  # type: ignore[arg-type]


def test_flag_says_who_what_and_before_when(course: Course) -> None:
    course.send(FINE, "Noor Bakker")
    begun = course.send(WORRIED, "Daan Visser")
    first, second = read(course)
    assert (first.name, first.group, first.sitting_id, first.round_id) == ("Daan Visser", "V2B", begun.id, course.round.id)
    assert first.text == {"und": "Heeft geen slaapplek."} and second.text == {"und": "Heeft niet genoeg te eten."}
    assert first.due_at < second.due_at and first.raised_at == LATER
    assert first.taken_by is None and first.taken_at is None


def test_list_is_limited_to_a_mentor_a_class_or_a_student(course: Course) -> None:
    course.send(WORRIED)
    shown = read(course)[0]
    for limit in ({"mentor_id": course.mentor.id}, {"group_id": shown.group_id}, {"student_id": shown.student_id}):
        assert len(read(course, **limit)) == 2
        assert read(course, **dict.fromkeys(limit, "iemand-anders")) == []


def test_all_flags_of_a_student_are_taken_up_at_once_by_the_first(course: Course) -> None:
    begun = course.send(WORRIED)
    assert flags.take(course.session, course.vault, begun.id, course.mentor.id, LATER) == 2
    assert flags.take(course.session, course.vault, begun.id, course.coordinator.id, LATER + timedelta(minutes=1)) == 0
    assert {(flag.taken_by, flag.taken_at) for flag in read(course)} == {("Sanne de Wit", LATER)}
    actors = course.session.scalars(select(Event.actor).where(Event.action == "flag.take"))
    assert list(actors) == [f"staff:{course.mentor.id}"] * 2


def test_what_was_taken_up_long_ago_leaves_the_list_and_what_was_not_stays(course: Course) -> None:
    taken, waiting = course.send(WORRIED, "Daan Visser"), course.send(WORRIED, "Sem de Jong")
    flags.take(course.session, course.vault, taken.id, course.mentor.id, NOW)
    assert {flag.sitting_id for flag in read(course, taken_after=NOW - timedelta(days=1))} == {taken.id, waiting.id}
    assert {flag.sitting_id for flag in read(course, taken_after=NOW + timedelta(days=1))} == {waiting.id}


def test_flags_of_another_school_are_not_there(course: Course, other_school: Campus) -> None:
    make_course(other_school).send(WORRIED)
    assert read(course) == []
