"""What the school knows is offered as an answer where the question takes it, and never read by a score unfairly."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from survey.definition.load import load, read
from survey.definition.prefill import KNOWN, known_answer, wanted
from survey.kinds import KINDS
from survey.kinds.question import Fact
from survey.records import Profile
from survey.walk import walk

DEFINITION = load(Path(__file__).parents[1] / "questionnaires" / "prefill.yaml")


@pytest.mark.parametrize(
    ("question", "written", "answer"),
    [
        ("bellen", "06-00000012", "+31600000012"),
        ("bellen", "onbekend", None),
        ("bellen", "", None),
        ("woont", "GM0439", "GM0439"),
        ("woont", "GM9999", None),
        ("klaar", "2027-07-02", "2027-07-02"),
        ("klaar", "2020-07-02", None),
        ("leerweg", "BOL", "bol"),
        ("leerweg", "vooral werk", "bbl"),
        ("leerweg", "avond", None),
    ],
)
def test_known_answer_is_one_that_the_question_takes(question: str, written: str, answer: str | None) -> None:
    asked = DEFINITION.questions[question]
    assert known_answer(asked, {str(asked.prefill): written}) == answer


def test_only_the_facts_that_are_asked_for_are_opened() -> None:
    assert wanted(DEFINITION) == {"phone", "email", "municipality", "postcode", "first_name", "last_day", "track"}
    assert known_answer(DEFINITION.questions["naam"], {"last_name": "Smit"}) is None


def test_every_fact_is_in_the_school_list_and_has_kinds_that_hold_it() -> None:
    assert set(KNOWN) == set(get_args(Fact))
    assert set(KNOWN) <= {*Profile.__dataclass_fields__, "municipality"}
    assert all(set(known.kinds) <= set(KINDS) for known in KNOWN.values())


def test_robots_need_no_tap_for_what_is_known() -> None:
    walked = walk(DEFINITION)
    assert walked.fewest_taps == len(DEFINITION.pages) + 2


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("{kind: number, min: 0, max: 4, prefill: phone}", "E122"),
        ("{kind: short_text, prefill: schoenmaat}", "E017"),
        ("{kind: short_text, prefill: bsn}", "E017"),
    ],
)
def test_fact_that_a_question_cannot_hold_is_found(entry: str, code: str) -> None:
    _, findings = read(f"id: x\nversion: 1\nquestions:\n  a: {entry}\n", "x.yaml")
    assert (code, 4) in [(finding.code, finding.line) for finding in findings]


def test_score_may_not_read_what_no_score_may_read_though_it_was_filled_in() -> None:
    source = "id: x\nversion: 1\nquestions:\n  a: {prefill: track, options: {bol: 0, bbl: 1}}\n"
    source += "scales: {s: {op: sum, of: [a]}}\nreport: {scales: [s]}\n"
    _, findings = read(source, "x.yaml")
    assert [(finding.code, finding.line) for finding in findings] == [("E251", 4)]
