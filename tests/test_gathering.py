"""Stored responses become columns: in tens, of one school, without the erased, with the time that pages took."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import Campus
from stages import FINE, LATER, NOW, WORRIED, Course, make_course

from survey import sitting
from survey.gathering import Choice, gather_stored, get_versions, in_tens
from survey.quality import Response, Responses
from survey.quality.responses import NOT_SENT
from survey.store.scope import in_school

MUCH_LATER = LATER + timedelta(days=3)


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def gathered(course: Course, choice: Choice = Choice()) -> Responses:
    return gather_stored(course.session, course.vault, course.round.digest, MUCH_LATER, choice)


@pytest.mark.parametrize(("n", "counted"), [(0, 0), (9, 0), (10, 10), (39, 30)])
def test_responses_are_counted_in_tens(n: int, counted: int) -> None:
    assert len(list(in_tens([Response({})] * n))) == counted


def test_sent_and_stopped_are_told_apart(course: Course) -> None:
    for number in range(11):
        course.send(FINE if number % 2 else WORRIED, name=f"Student {number}")
    course.answer(course.begin("Sem Kok"), "doel", doel="leren")
    halfway = course.begin("Yara Smit")
    course.fill(halfway, FINE)
    found = gathered(course)
    assert (found.n, found.begun) == (10, 12)
    assert {page: n for page, n in found.stopped.items() if n} == {"thuis": 1, "eigen": 1}
    assert found.questions["doel"].values == ("werken",) and len(found.questions["doel"].places) == 10
    assert sorted(found.scales["thuis"].values) == ["goed", "hulp"]
    assert found.questions["eigen"].values == ("",)


def test_every_page_answered_and_not_sent(course: Course) -> None:
    course.fill(course.begin(), WORRIED)
    assert gathered(course).stopped[NOT_SENT] == 1


def test_who_goes_on_today_has_not_stopped(course: Course) -> None:
    course.begin()
    assert gather_stored(course.session, course.vault, course.round.digest, LATER).begun == 0


def test_time_between_pages(course: Course) -> None:
    begun = course.begin()
    sitting.answer(course.session, course.vault, begun, "doel", {"doel": "leren"}, {}, NOW + timedelta(seconds=8))
    sitting.answer(course.session, course.vault, begun, "thuis", {"slapen": "ja", "eten": "ja"}, {}, NOW + timedelta(seconds=20))
    sitting.answer(course.session, course.vault, begun, "doel", {"doel": "weet_niet"}, {"doel": 1}, NOW + timedelta(seconds=90))
    seconds = gathered(course).seconds
    assert {page: list(found) for page, found in seconds.items()} == {"doel": [8], "baan": [], "thuis": [12], "eigen": []}


def test_erased_answers_are_left_out(course: Course) -> None:
    for number in range(11):
        begun = course.send(FINE, name=f"Student {number}")
    begun.wrapped_key = b"\0" * len(begun.wrapped_key)
    course.session.flush()
    assert gathered(course).n == 10


def test_only_the_own_school_unless_all_are_asked_for(course: Course, other_school: Campus) -> None:
    theirs = make_course(other_school)
    for number in range(10):
        theirs.send(FINE, name=f"Student {number}")
    in_school(course.session, course.campus.school.id)
    assert gathered(course).n == 0 and get_versions(course.session) == []
    everywhere = Choice(across=True)
    assert gathered(course, everywhere).n == 10
    assert [version.questionnaire for version in get_versions(course.session, everywhere)] == ["proef"]
    assert gathered(course, Choice(across=True, round_id=course.round.id)).n == 0
    assert gathered(course, Choice(across=True, round_id=theirs.round.id)).n == 10
