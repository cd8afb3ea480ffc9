"""A calculated value follows from answers: known behind the last of them, missing when one is, never asked."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import State
from survey.definition.calculated import answers_behind, find_calculated_order, places_of
from survey.definition.load import load, read
from survey.definition.piping import pipe
from survey.definition.ranges import find_ranges
from survey.kinds import Refused
from survey.report.sharing import Sharing
from survey.route import find_path, progress
from survey.score import score
from survey.score.cohort import gather, score_cohort
from survey.walk import walk

DEFINITION = load(Path(__file__).parents[1] / "questionnaires" / "kind_calculated.yaml")
GIVEN = {"uren": Fraction(32), "loon": Fraction(15), "huur": Fraction(600)}


def test_value_stands_among_the_answers_and_on_no_page() -> None:
    path = find_path(DEFINITION, GIVEN)
    assert (path.values["inkomen"], path.points["over"], path.states["over"]) == (2080, 1480, State.ANSWERED)
    assert not {"inkomen", "over"} & {*path.questions, *(name for page in DEFINITION.pages for name in page.questions)}


def test_value_with_an_answer_missing_is_unknown() -> None:
    path = find_path(DEFINITION, {"uren": Fraction(32), "huur": Fraction(600)})
    assert path.states["inkomen"] is path.states["over"] is State.UNKNOWN
    assert "genoeg" not in path.questions, "what is unknown hides"


def test_value_of_what_was_not_asked_is_not_shown() -> None:
    source = "id: x\nversion: 1\nquestions:\n  a: {options: [ja, nee]}\n  b: {kind: number, show_if: a == ja}\n  c: {value: b * 2}\n"
    definition, findings = read(source, "x.yaml")
    assert definition is not None, findings
    assert find_path(definition, {"a": "nee"}).states["c"] is State.NOT_SHOWN
    assert find_path(definition, {"a": "ja", "b": Fraction(2)}).values["c"] == 4
    assert find_path(definition, {"a": "ja", "b": Fraction(3)}).values["c"] == 6, "ways that are kept keep no numbers"


def test_value_decides_the_way_and_the_total_never_grows() -> None:
    before = progress(DEFINITION, {}, "uren")
    assert before == (1, 5)
    assert progress(DEFINITION, GIVEN, "eten") == (4, 4)
    poor = {**GIVEN, "loon": Fraction(5)}
    assert find_path(DEFINITION, poor).questions == ("uren", "loon", "huur", "genoeg", "eten")
    assert progress(DEFINITION, poor, "genoeg") == (4, 5)


def test_nobody_answers_it() -> None:
    question = DEFINITION.questions["inkomen"]
    assert question.parse(["12"]) is None and question.accept(None) is None
    with pytest.raises(Refused):
        question.accept(12)
    assert find_path(DEFINITION, {**GIVEN, "inkomen": Fraction(1)}).values["inkomen"] == 2080


def test_value_is_said_with_its_unit_in_each_language() -> None:
    values = find_path(DEFINITION, {**GIVEN, "loon": Fraction("12.5")}).values
    asked = DEFINITION.questions["genoeg"].text
    assert pipe(asked["nl"], DEFINITION, values, "nl") == "Je verdient 1733 euro per maand. Is dat genoeg?"
    assert pipe(asked["en"], DEFINITION, {}, "en") == "You earn …. Is that enough?"


def test_receiver_sees_it_when_every_answer_in_it_may_be_seen() -> None:
    sharing = Sharing(DEFINITION)
    assert sharing.allows("inkomen") and not sharing.allows("over") and not sharing.allows("ruimte")


def test_order_places_and_answers_behind_are_known() -> None:
    assert find_calculated_order(DEFINITION) == ("inkomen", "over")
    assert (places_of(DEFINITION)["inkomen"], places_of(DEFINITION)["over"]) == (1, 2)
    assert list(answers_behind(DEFINITION, ["over", "eten"])) == ["huur", "loon", "uren", "eten"]


def test_range_follows_from_the_answers_or_is_declared() -> None:
    source = "id: x\nversion: 1\nquestions:\n  a: {min: 0, max: 4}\n  b: {value: a * 2}\n  c: {value: 'round(a / 3)'}\n  d: {value: a ** 2 / (a - 1), min: 0, max: 1}\n"
    definition, findings = read(source, "x.yaml")
    assert definition is not None, findings
    ranges = find_ranges(definition)
    assert (ranges.of("b"), ranges.of("c"), ranges.of("d")) == ((0, 8), (0, 1), (0, 1))


def test_robots_walk_past_it() -> None:
    walked = walk(DEFINITION)
    assert walked.is_whole and walked.unreached_questions == ()
    assert walked.longest == ("uren", "loon", "huur", "genoeg", "eten")


@given(st.lists(st.tuples(*[st.none() | st.integers(0, 60)] * 3), min_size=1, max_size=20))
def test_columns_reckon_it_as_one_by_one(rows: list[tuple[int | None, ...]]) -> None:
    names = ("uren", "loon", "huur")
    answers = [{name: Fraction(number) for name, number in zip(names, row) if number is not None} for row in rows]
    found = score_cohort(DEFINITION, gather(answers, DEFINITION.questions))
    for row, values in enumerate(answers):
        outcome = score(DEFINITION, values)
        column = found.scales["ruimte"]
        assert column.values[column.place[row]] == outcome.scales["ruimte"].value
        assert {name for name, shown in found.shown.items() if shown[row]} == set(outcome.path)
        assert bool(found.flags["te_weinig"][row]) == ("te_weinig" in outcome.flags)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("value: c", "E206"),
        ("value: s + 1", "E105"),
        ("value: a + z", "E106"),
        ("value: a > 1", "E107"),
        ("kind: calculated", "E016"),
        ("{value: a + a", "E018"),
    ],
)
def test_calculation_that_cannot_be_is_found(entry: str, code: str) -> None:
    source = f"id: x\nversion: 1\nquestions:\n  a: {{min: 0, max: 4}}\n  c: {{{entry.removeprefix('{')}}}\nscales:\n  s: {{op: sum, of: [a]}}\n"
    if code == "E018":
        source = source.replace("a + a", "a +")
    _, findings = read(source, "x.yaml")
    assert (code, 5) in [(finding.code, finding.line) for finding in findings], findings


def test_page_of_a_calculated_value_is_found() -> None:
    _, findings = read("id: x\nversion: 1\nquestions:\n  a: {min: 0, max: 4}\n  c: {value: a}\npages: [a, c]\n", "x.yaml")
    assert [(finding.code, finding.line) for finding in findings] == [("E121", 5)]


def test_score_of_a_report_may_not_read_it_when_made_of_what_no_score_may_read() -> None:
    source = "id: x\nversion: 1\nquestions:\n  a: {min: 0, max: 99, about: age}\n  c: {value: a * 2}\n"
    source += "scales: {s: {op: sum, of: [c]}}\nreport: {scales: [s]}\n"
    _, findings = read(source, "x.yaml")
    assert [(finding.code, finding.line) for finding in findings] == [("E251", 4)]
