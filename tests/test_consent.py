"""A question that needs an own yes: asked after it, erased without it, and both recorded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from factories import Campus
from sqlalchemy import select
from stages import NOW, Course, make_course

from survey import sitting
from survey.definition.load import read
from survey.store.surveying import Sitting
from survey.store.traces import Event

SOURCE = """\
id: zorg
version: 1
languages: [nl]
title: Zorg
questions:
  mag:
    kind: choice
    text: Mogen we iets vragen over je gezondheid?
    options: {ja: {text: Ja}, nee: {text: Nee}, liever_niet: {state: refused, text: Zeg ik liever niet}}
  thuis:
    kind: choice
    show_if: mag == ja
    consent: mag
    text: Blijf je vaak thuis?
    options: {ja: {text: Ja}, nee: {text: Nee}}
  klaar:
    kind: choice
    show_if: not mag == ja or answered(thuis)
    text: Ben je klaar?
    options: {ja: {text: Ja}, nee: {text: Nee}}
"""


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class with a questionnaire that asks for a consent."""
    return make_course(school, SOURCE)


def stored(course: Course, begun: Sitting) -> sitting.Answers:
    """Return what is stored of a student."""
    return sitting.read(course.session, course.vault, begun)[1]


def events(course: Course) -> list[str]:
    """Return what was recorded of consents, in order."""
    recorded = course.session.scalars(select(Event.action).order_by(Event.number))
    return [action for action in recorded if action.startswith("consent.")]


def test_answer_is_erased_when_the_yes_is_taken_back(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "mag", mag="ja")
    course.answer(begun, "thuis", thuis="ja")
    course.answer(begun, "mag", mag="nee")
    after = stored(course, begun)
    assert after.values == {"mag": "nee"}
    assert after.get("thuis") is None and b"thuis" in after.to_json(), "that it was taken back is known, not what it was"
    course.answer(begun, "mag", mag="ja")
    assert "thuis" not in stored(course, begun).values, "a new yes does not bring it back"


def test_giving_and_taking_back_are_recorded_without_the_question(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "mag", mag="nee")
    assert events(course) == []
    course.answer(begun, "mag", mag="ja")
    course.answer(begun, "thuis", thuis="nee")
    course.answer(begun, "mag", mag="liever_niet")
    assert events(course) == ["consent.give", "consent.withdraw"]
    subjects = set(course.session.scalars(select(Event.subject).where(Event.action.startswith("consent."))))
    assert subjects == {f"sitting:{begun.id}"}


def test_other_answers_off_the_path_are_kept(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "mag", mag="nee")
    course.answer(begun, "klaar", klaar="ja")
    course.answer(begun, "mag", mag="ja")
    assert stored(course, begun).values == {"mag": "ja", "klaar": "ja"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("consent: mag", "consent: magg", "E102"), ("show_if: mag == ja\n    consent", "consent", "E129")],
)
def test_consent_that_is_not_waited_for_is_an_error(old: str, new: str, code: str) -> None:
    assert old in SOURCE
    definition, findings = read(SOURCE.replace(old, new), "zorg.yaml")
    assert definition is None and [finding.code for finding in findings] == [code]
