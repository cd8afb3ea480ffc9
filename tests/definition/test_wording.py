"""A text with several wordings: the first whose condition is true of earlier answers, else the last."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from survey.answers import Values
from survey.definition.check.texts import texts_of
from survey.definition.load import load, parse, read
from survey.definition.said import say_answer
from survey.definition.wording import choose, wordings
from survey.kinds.question import in_language
from survey.rehearse import rehearse

DEFINITION = load(Path(__file__).parents[1] / "questionnaires" / "text_wordings.yaml")
PLAN = DEFINITION.questions["plan"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"werk": "ja"}, "Blijf je daar na {last_day}?"),
        ({"werk": "nee"}, "Zoek je werk in {location}?"),
        ({"werk": "weet_niet"}, "Wil je werken met {programme}?"),
        ({}, "Wil je werken met {programme}?"),
    ],
)
def test_first_wording_that_holds_is_said(values: Values, said: str) -> None:
    assert choose(DEFINITION, PLAN.text, values)["nl"] == said


def test_numbers_choose_too_and_each_wording_has_its_languages() -> None:
    assert choose(DEFINITION, PLAN.hint, {"uren": Fraction(32)})["en"] == "You work {answer:uren} hours already."
    assert choose(DEFINITION, PLAN.hint, {"uren": Fraction(8)})["en"].startswith("Call")


def test_text_by_itself_is_its_last_wording() -> None:
    assert in_language(PLAN.text, "nl") == "Wil je werken met {programme}?"
    assert choose(DEFINITION, DEFINITION.questions["werk"].text, {}) is DEFINITION.questions["werk"].text


def test_option_is_said_as_it_was_read() -> None:
    assert say_answer(DEFINITION, "plan", {"plan": "ja", "werk": "ja"}, "nl") == "Ja, ik blijf"
    assert say_answer(DEFINITION, "plan", {"plan": "ja"}, "en") == "Yes"


def test_every_wording_is_found_with_where_it_stands() -> None:
    assert [path for path, _ in wordings(DEFINITION)] == [
        ("pages", 3, "title"),
        ("questions", "plan", "text"),
        ("questions", "plan", "hint"),
        ("questions", "plan", "why"),
        ("questions", "plan", "options", "ja", "text"),
    ]
    said = [text for text in texts_of(DEFINITION) if text.path[:3] == ("questions", "plan", "text")]
    assert [text.path[3:] for text in said] == [(0, "text"), (1, "text"), (2, "text")]


SOUND = """\
id: x
version: 1
questions:
  a: {text: A, options: {ja: 0, nee: 1}, seen_by: [mentor]}
  b:
    seen_by: [mentor]
    text:
      - {when: a == ja, nl: Goed zo.}
      - {nl: Jammer.}
    options: {ja: 0, nee: 1}
"""
ROW, LAST = "{when: a == ja, nl: Goed zo.}", "- {nl: Jammer.}"


@pytest.mark.parametrize(
    ("code", "line", "old", "new"),
    [
        ("E105", 8, ROW, "{when: b == ja, nl: Goed zo.}"),
        ("E106", 8, ROW, "{when: a == jaa, nl: Goed zo.}"),
        ("E106", 8, ROW, "{when: c == ja, nl: Goed zo.}"),
        ("E107", 8, ROW, "{when: a + 1, nl: Goed zo.}"),
        ("E018", 8, ROW, "{when: a = ja, nl: Goed zo.}"),
        ("E113", 8, ROW, "{when: a > 1, nl: Goed zo.}"),
        ("E261", 8, ROW, "{when: a == ja, nl: 'Goed, {naam}.'}"),
        ("E268", 8, "seen_by: [mentor]\n    text", "seen_by: [mentor, coordinator]\n    text"),
        ("E017", 7, LAST, "- {when: a == nee, nl: Jammer.}"),
        ("E017", 7, ROW, "{nl: Goed zo.}"),
        ("E017", 9, LAST, "- [Jammer]"),
        ("W281", 9, "{nl: Jammer.}", "{nl: Dit is een zin van veel meer dan tien woorden bij elkaar.}"),
        ("E017", 4, "text: A,", "purpose: [{when: a == ja, nl: A}, {nl: B}],"),
    ],
)
def test_wording_that_cannot_be_is_found_at_its_line(code: str, line: int, old: str, new: str) -> None:
    assert SOUND.count(old) == 1
    definition, where, findings = parse(SOUND.replace(old, new), "x.yaml")
    if definition is not None and where is not None:
        findings += rehearse(definition, where)
    assert (code, line) in [(finding.code, finding.line) for finding in findings], findings


def test_sound_wordings_have_no_findings_and_a_last_one_may_be_plain_words() -> None:
    for source in (SOUND, SOUND.replace(LAST, "- Jammer.")):
        definition, findings = read(source, "x.yaml")
        assert definition is not None and findings == []
        assert choose(definition, definition.questions["b"].text, {"a": "nee"}) in ({"nl": "Jammer."}, {"und": "Jammer."})
