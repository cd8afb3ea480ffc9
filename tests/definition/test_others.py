"""An option "other, namely" opens a text that need not be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.definition.load import load, read
from survey.definition.said import opened_by_options, say_answer
from survey.kinds import Choice, ShortText

OTHER = load(Path(__file__).parents[1] / "questionnaires" / "choice_other.yaml")


def test_text_stands_behind_its_question_on_the_same_page() -> None:
    assert list(OTHER.questions) == ["vervoer", "vervoer_anders", "dagen", "dagen_anders", "stemming", "stemming_anders"]
    assert [page.questions for page in OTHER.pages][:2] == [("vervoer", "vervoer_anders"), ("dagen", "dagen_anders")]
    assert opened_by_options(OTHER) == {"vervoer_anders", "dagen_anders", "stemming_anders"}


def test_text_has_the_words_the_readers_and_the_condition_of_its_question() -> None:
    transport, text = OTHER.questions["vervoer"], OTHER.questions["vervoer_anders"]
    assert isinstance(transport, Choice) and isinstance(text, ShortText)
    assert (text.text, text.shared_with) == (transport.options["anders"].text, transport.shared_with)
    assert (text.required, text.max_length) == (False, 100)
    assert OTHER.questions["dagen_anders"].show_if == OTHER.questions["dagen"].show_if


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ""),
        ({"vervoer": "bus"}, "Met de bus"),
        ({"vervoer": "anders"}, "Anders, namelijk:"),
        ({"vervoer": "anders", "vervoer_anders": "op de step"}, "Anders, namelijk: op de step"),
    ],
)
def test_answer_is_said_with_its_text(values: dict[str, str], said: str) -> None:
    assert say_answer(OTHER, "vervoer", values, "nl") == said


def test_several_answers_are_said_with_their_text() -> None:
    assert say_answer(OTHER, "dagen", {"dagen": ("ver", "anders"), "dagen_anders": "te nat"}, "nl") == (
        OTHER.questions["dagen"].say(("ver", "anders"), "nl") + ": te nat"
    )


PAGES = """\
id: p
version: 1
questions:
  a: {text: Wat?, options: {x: {other: true, text: Anders}, y: 0}}
  b: {text: Wie?, options: [p, q]}
"""


@pytest.mark.parametrize("pages", ["", "pages: [[a, b]]\n", "pages: [{id: een, questions: [a, b]}]\n"])
def test_text_is_placed_wherever_its_question_stands(pages: str) -> None:
    definition, findings = read(PAGES + pages, "p.yaml")
    assert definition is not None and findings == []
    assert [question for page in definition.pages for question in page.questions] == ["a", "a_x", "b"]


def test_question_of_that_name_is_in_the_way() -> None:
    _, findings = read(PAGES + "  a_x: {kind: short_text, text: Iets?}\n", "p.yaml")
    assert [(finding.code, finding.line) for finding in findings] == [("E013", 6)]


def test_face_has_a_name_that_is_drawn() -> None:
    _, findings = read(PAGES.replace("other: true", "face: blij"), "p.yaml")
    assert [(finding.code, finding.line) for finding in findings] == [("E017", 4)]
