"""Answers are values: changed by making new ones, told apart by revisions, and stored exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import Answer, Answers, Value

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.text(max_size=20), st.fractions(), st.lists(st.text(max_size=5), max_size=4).map(tuple)
)
IDS = st.sampled_from(["werk", "geld", "wonen"])
CHANGES = st.lists(st.tuples(IDS, st.none() | VALUES), max_size=12)


def apply(changes: list[tuple[str, Value | None]]) -> Answers:
    answers = Answers()
    for question, value in changes:
        answers = answers.with_value(question, value)
    return answers


def test_value_that_is_set_has_revision_one() -> None:
    answers = Answers().with_value("werk", "ja")
    assert answers.get("werk") == Answer("ja", 1)
    assert answers.values == {"werk": "ja"}


def test_same_value_keeps_its_revision() -> None:
    answers = Answers().with_value("werk", "ja")
    assert answers.with_value("werk", "ja") is answers


def test_value_that_is_taken_back_is_gone_and_its_revision_goes_on() -> None:
    answers = Answers().with_value("werk", "ja").with_value("werk", None)
    assert answers.get("werk") is None
    assert answers.values == {}
    assert answers.revision("werk") == 2
    assert answers.with_value("werk", "ja").revision("werk") == 3


def test_question_that_was_never_set_has_revision_nought() -> None:
    assert Answers().revision("werk") == 0
    assert Answers().with_value("werk", None) == Answers()


def test_answers_do_not_change_in_place() -> None:
    before = Answers()
    before.with_value("werk", "ja")
    assert before == Answers()


@given(CHANGES)
def test_stored_answers_come_back_the_same(changes: list[tuple[str, Value | None]]) -> None:
    answers = apply(changes)
    assert Answers.from_json(answers.to_json()) == answers


@given(CHANGES)
def test_values_are_what_was_set_last(changes: list[tuple[str, Value | None]]) -> None:
    last = {question: value for question, value in changes}
    assert apply(changes).values == {question: value for question, value in last.items() if value is not None}


def test_number_and_text_of_the_same_digits_stay_apart() -> None:
    answers = apply([("werk", Fraction(3)), ("geld", "3"), ("wonen", ("3",))])
    assert Answers.from_json(answers.to_json()).values == {"werk": Fraction(3), "geld": "3", "wonen": ("3",)}


def test_same_answers_are_the_same_bytes_in_any_order() -> None:
    one, other = apply([("werk", "a"), ("geld", "b")]), apply([("geld", "b"), ("werk", "a")])
    assert one.to_json() == other.to_json()


@pytest.mark.parametrize("raw", [b"", b"[]", b"3", b'{"a": 1}', b'{"a": [1, 1]}', b'{"a": [{"n": 1}, 1]}', b'{"a": []}'])
def test_what_is_no_stored_answers_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        Answers.from_json(raw)


def test_page_keeps_the_moment_of_its_first_answer() -> None:
    answers = Answers().with_value("werk", "ja").with_moment("start", 12).with_moment("start", 90)
    assert answers.moments == {"start": 12}
    assert answers.with_value("werk", "nee").moments == {"start": 12}
    assert Answers.from_json(answers.to_json()) == answers


def test_clock_that_was_set_back_gives_no_negative_seconds() -> None:
    assert Answers().with_moment("start", -3).moments == {"start": 0}


def test_answers_without_moments_are_written_and_read_as_before() -> None:
    raw = b'{"werk":["ja",1]}'
    assert Answers().with_value("werk", "ja").to_json() == raw
    assert Answers.from_json(raw).moments == {}


@pytest.mark.parametrize("raw", ['{"@pages": 3}', '{"@pages": {"start": "soon"}}', '{"@pages": [1]}'])
def test_moments_that_are_none_are_refused(raw: str) -> None:
    with pytest.raises(ValueError):
        Answers.from_json(raw)
