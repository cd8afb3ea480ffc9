"""Answers come into texts as plain words, in each language, where they are known and may be told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.definition.load import load, read
from survey.definition.piping import pipe, pipes_in, plural_categories

HOME = load(Path(__file__).parents[1] / "questionnaires" / "text_answers.yaml")
ASKED = HOME.questions["thuis"].text


@pytest.mark.parametrize(
    ("brothers", "language", "said"),
    [
        (1, "nl", "Woont Sem thuis, bij jou en je 1 broer?"),
        (2, "nl", "Woont Sem thuis, bij jou en je 2 broers?"),
        (0, "nl", "Woont Sem thuis, bij jou en je 0 broers?"),
        (1, "en", "Does Sem live with you and your 1 brother?"),
    ],
)
def test_number_takes_the_form_that_goes_with_it(brothers: int, language: str, said: str) -> None:
    assert pipe(ASKED[language], HOME, {"broers": Fraction(brothers), "naam": "Sem"}, language) == said


def test_answer_that_is_not_there_is_left_open() -> None:
    assert pipe(ASKED["nl"], HOME, {}, "nl") == "Woont … thuis, bij jou en je … broers?"


def test_answer_is_said_as_its_question_says_it() -> None:
    assert pipe("{answer:thuis} {answer:sinds}", HOME, {"thuis": "ja", "sinds": "2026-06-12"}, "en") == "Yes 12 June 2026"


@given(st.text(max_size=300))
def test_own_words_stay_short_plain_and_are_not_filled_in_again(words: str) -> None:
    said = pipe("{answer:naam}", HOME, {"naam": words, "broers": Fraction(1)}, "nl")
    assert len(said) <= 100 and said == said.strip()
    assert pipe("{answer:naam}", HOME, {"naam": "{answer:broers}", "broers": Fraction(1)}, "nl") == "{answer:broers}"


def test_language_with_more_forms_uses_them() -> None:
    text = "{plural:broers|one=brat|few=bracia|many=braci|other=brata}"
    assert plural_categories("pl") == {"one", "few", "many", "other"}
    said = [pipe(text, HOME, {"broers": Fraction(number)}, "pl") for number in (1, 2, 5)]
    assert [*said, pipe(text, HOME, {"broers": Fraction(3, 2)}, "pl")] == ["brat", "bracia", "braci", "brata"]


def test_places_are_read_and_other_braces_are_left() -> None:
    (place,) = pipes_in("{mentor} {answer:a b} {plural:n|one=x|other=y z} {answer}")
    assert (place.sort, place.question, place.forms) == ("plural", "n", {"one": "x", "other": "y z"})


SOUND = """\
id: p
version: 1
questions:
  n: {kind: number, text: Hoeveel?, shared_with: [municipality], seen_by: [mentor]}
  w: {text: Werk je?, options: [ja, nee]}
  q: {text: "Nog {answer:n}?", seen_by: [mentor], options: {a: {text: A}, b: {text: B}}}
"""


def codes(old: str, new: str) -> list[tuple[str, int]]:
    assert SOUND.count(old) == 1
    _, findings = read(SOUND.replace(old, new), "p.yaml")
    return [(finding.code, finding.line) for finding in findings]


def test_answer_of_an_earlier_page_may_be_said() -> None:
    assert codes("Hoeveel?", "Hoeveel dan?") == []
    assert codes("{answer:n}", "{answer:n} {plural:n|one=uur|other=uren}") == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("{answer:n}", "{answer:m}", ("E261", 6)),
        ("{answer:n}", "{antwoord:n}", ("E261", 6)),
        ("{answer:n}", "{answer:q}", ("E105", 6)),
        ("Hoeveel?", "'Hoeveel, {answer:w}?'", ("E105", 4)),
        ("text: A}", "text: 'A {answer:n}'}", ("E261", 6)),
        ('?", seen_by: [mentor]', '?", seen_by: [mentor, coordinator]', ("E268", 6)),
        ('"Nog {answer:n}?"', '"Nog {answer:w}?", shared_with: [municipality]', ("E268", 6)),
        ("{answer:n}", "{plural:n|other=uren}", ("E269", 6)),
        ("{answer:n}", "{plural:n|one=uur|few=uren|other=uren}", ("E269", 6)),
        ("{answer:n}", "{plural:w|one=uur|other=uren}", ("E269", 6)),
        ("{answer:n}", "{answer:n|one=uur}", ("E269", 6)),
        ("version: 1", "version: 1\ntitle: 'Over {answer:n}'", ("E261", 3)),
        ('"Nog {answer:n}?"', '{nl: "Nog {answer:n}?", en: More?}', ("W262", 6)),
    ],
)
def test_answer_that_cannot_be_said_is_found(old: str, new: str, found: tuple[str, int]) -> None:
    assert found in codes(old, new)
