"""Scoring beyond its examples: what it refuses, what it keeps, and laws that hold for any answers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.answers import State, Value
from survey.definition.load import load, read
from survey.definition.model import Definition, Flag, Rule
from survey.definition.order import Cycle, find_order
from survey.definition.ranges import find_ranges
from survey.definition.scoring import Count, Scale
from survey.score import ENGINE, Outcome, Unscorable, compile_definition, score

QUESTIONNAIRES = Path(__file__).parent.parent / "questionnaires"
FEATURES = [load(file) for file in sorted(QUESTIONNAIRES.glob("score_*.yaml"))]

THREE = "answers:\n  three: {0: 0, 1: 1, 2: 2, 3: 3, dont_know: {state: unknown}}\n"
ASKED = "questions:\n  a: {answers: three}\n  b: {answers: three, show_if: a >= 1}\n  n: {kind: number}\n"


def define(rest: str) -> Definition:
    """Read a small definition with the questions a, b (shown when a is 1 or more) and n."""
    definition, findings = read(f"id: small\nversion: 1\n{THREE}{ASKED}{rest}", "small.yaml")
    assert definition is not None, findings
    return definition


def unchecked(**parts: list[dict[str, Any]]) -> Definition:
    """Make a definition past the checks of a file, which refuse all of these."""
    models = {"scales": Scale, "counts": Count, "rules": Rule, "flags": Flag}
    made = {part: {entry["id"]: models[part].model_validate(entry) for entry in entries} for part, entries in parts.items()}
    return define("").model_copy(update={**made, "digest": repr(parts)})


RING = {"counts": [{"id": "c", "of": [{"id": "i", "when": "r == 1"}]}], "rules": [{"id": "r", "cases": [{"when": "c >= 1", "value": 1}]}]}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"scales": [{"id": "s", "op": "sum", "of": [{"ref": "x"}]}]}, "no question, scale, count or rule `x`"),
        ({"scales": [{"id": "s", "value": "x * 2"}]}, "`x`"),
        ({"flags": [{"id": "f", "when": "x >= 1"}]}, "`f`"),
        ({"scales": [{"id": "s", "op": "sum", "of": [{"ref": "n", "reverse": True}]}]}, "`-n` needs a lowest and a highest"),
        ({"scales": [{"id": "s", "op": "sum", "of": [{"ref": "n"}], "rescale": {"to": [0, 1]}}]}, "needs `from:"),
        ({"scales": [{"id": "s", "value": "t + 1"}, {"id": "t", "op": "sum", "of": [{"ref": "s"}]}]}, "s -> t -> s"),
        ({"scales": [{"id": "s", "op": "sum", "of": [{"ref": "s"}]}]}, "s -> s"),
        (RING, "c -> r -> c"),
    ],
)
def test_rules_that_cannot_run_are_refused(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(Unscorable) as refused:
        compile_definition(unchecked(**parts))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ({"op": "sum"}, "`op` and `of`"),
        ({"op": "sum", "of": [{"ref": "a"}], "value": "a"}, "not both"),
        ({"op": "sum", "of": [{}]}, "either `ref` or `value`"),
        ({"op": "sum", "of": [{"value": "a", "reverse": True}]}, "only a `ref`"),
        ({"value": "a", "missing": {"max": 1}}, "say what happens"),
        ({"value": "a", "missing": {"max_share": 2, "rule": "zero"}}, "from 0 to 1"),
        ({"value": "a", "rescale": {"from": [1, 1], "to": [0, 1]}}, "two different numbers"),
        ({"value": "a", "by": "b"}, "`by`"),
        ({"value": "a", "lookup": {"x": {"1": 2}}}, "`by: question_id`"),
    ],
)
def test_shapes_that_mean_nothing_are_refused(scale: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Scale.model_validate({"id": "s", **scale})


def test_order_is_by_need() -> None:
    definition = define("scales:\n  s: {value: t + r}\n  t: {op: sum, of: [a]}\nrules:\n  - {set: r, cases: [{when: t >= 1, value: 1}]}\n")
    assert find_order(definition) == ("t", "r", "s")
    assert list(score(definition, {"a": "1"}).scales) == ["s", "t"]
    with pytest.raises(Cycle):
        find_order(unchecked(scales=[{"id": "s", "value": "s + 1"}]))


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("{op: sum, of: [a, -b]}", (0, 6)),
        ("{op: sum, of: [a, {ref: b, weight: -2}]}", (-6, 3)),
        ("{op: mean, of: [a, b], times: 10}", (0, 30)),
        ("{op: max, of: [a, {ref: b, map: {0: 5, 1: 9}}]}", (0, 9)),
        ("{op: sum, of: [{value: 1, when: a >= 1}, {ref: a, when: b >= 1}]}", (0, 4)),
        ("{op: count, of: [a, b]}", (0, 2)),
        ("{op: first, of: [a, {ref: b, weight: 2}]}", (0, 6)),
        ("{op: sum, of: [a], rescale: {to: [100, 0]}}", (0, 100)),
        ("{op: sum, of: [a], rescale: {from: [0, 6], to: [0, 100]}}", (0, 50)),
        ("{op: sum, of: [a], clip: [1, 2]}", (1, 2)),
        ("{op: sum, of: [a], lookup: {0: 7, 1: 3}}", (3, 7)),
        ("{op: sum, of: [a], lookup: [{below: 1, value: 7}, {value: 3}]}", (3, 7)),
        ("{op: sum, of: [a], range: [0, 10]}", (0, 10)),
        ("{op: sum, of: [n]}", None),
        ("{op: sum, of: [n], clip: [0, 5]}", (0, 5)),
        ("{value: 2 * a - b}", (-3, 6)),
        ("{value: a / 2 if b >= 1 else 5}", (0, 5)),
        ("{value: a / b}", None),
        ("{value: 'sum(a, b) + mean(a, b) + min(a, 1) + max(b, 1) + count(a >= 1)'}", (1, 14)),
    ],
)
def test_range_of_a_scale(scale: str, expected: tuple[int, int] | None) -> None:
    assert find_ranges(define(f"scales:\n  s: {scale}\n")).scored.get("s") == expected


@pytest.mark.parametrize(
    ("number", "way", "expected"),
    [
        ("2.5", "half_up", 3),
        ("-2.5", "half_up", -3),
        ("2.5", "half_even", 2),
        ("3.5", "half_even", 4),
        ("-2.1", "ceil", -2),
        ("-2.1", "floor", -3),
        ("2.4999", "half_up", 2),
    ],
)
def test_rounding_is_as_named(number: str, way: str, expected: int) -> None:
    definition = define(f"scales:\n  s: {{op: sum, of: [n], round: [0, {way}]}}\n")
    assert score(definition, {"n": Fraction(number)}).scales["s"].value == expected


def test_rounding_to_tens_and_hundredths() -> None:
    definition = define("scales:\n  tens: {op: sum, of: [n], round: [-1, half_up]}\n  cents: {op: sum, of: [n], round: [2, half_up]}\n")
    outcome = score(definition, {"n": Fraction("125.005")})
    assert (outcome.scales["tens"].value, outcome.scales["cents"].value) == (130, Fraction("125.01"))
    assert outcome.scales["cents"].raw == Fraction("125.005")


@pytest.mark.parametrize(("value", "band"), [("0.999999999999999", "low"), ("1", "high"), ("1.000000000000001", "high")])
def test_bands_are_exact_at_their_edge(value: str, band: str) -> None:
    definition = define("scales:\n  s: {op: sum, of: [n], bands: [{below: 1, label: low}, {label: high}]}\n")
    assert score(definition, {"n": Fraction(value)}).scales["s"].band == band


def test_weights_that_cancel_give_no_mean() -> None:
    definition = define("scales:\n  s: {op: mean, of: [a, {ref: b, weight: -1}]}\n")
    assert score(definition, {"a": "1", "b": "2"}).scales["s"].why == "incomplete"


def test_prorating_weighs_what_is_missing() -> None:
    definition = define("scales:\n  s: {op: sum, of: [a, {ref: b, weight: 3}], missing: {rule: prorate}}\n")
    assert score(definition, {"a": "2", "b": "dont_know"}).scales["s"].value == 8


def test_trace_tells_where_points_come_from() -> None:
    definition = define("scales:\n  s: {op: sum, of: [{ref: -a, weight: 2}, b, n], missing: {rule: ignore}}\n")
    items = score(definition, {"a": "1", "b": "dont_know"}).scales["s"].items
    assert [(item.ref, item.state, item.code, item.raw, item.points) for item in items] == [
        ("a", State.ANSWERED, "1", 1, 4),
        ("b", State.UNKNOWN, "dont_know", None, None),
        ("n", State.NOT_REACHED, None, None, None),
    ]


def test_rule_tells_which_cases_it_could_not() -> None:
    cases = "[{when: a >= 2, value: 1}, {when: n >= 1, value: 1}, {when: n < 1, value: 2}]"
    definition = define(f"rules:\n  - {{set: r, cases: {cases}, unknown: 9}}\n")
    certain = score(definition, {"a": "dont_know", "n": Fraction(5)}).rules["r"]
    assert (certain.value, certain.matched, certain.unknown) == (1, 1, (0,))
    unsure = score(definition, {"a": "dont_know", "n": Fraction(0)}).rules["r"]
    assert (unsure.value, unsure.matched, unsure.unknown) == (9, None, (0,))


def test_scorer_is_compiled_once() -> None:
    definition = define("scales:\n  s: {op: sum, of: [a]}\n")
    assert compile_definition(definition) is compile_definition(definition)


def answers(definition: Definition) -> st.SearchStrategy[dict[str, Value]]:
    """Draw answers to some of the questions, also to those off the path."""
    asked: dict[str, st.SearchStrategy[Value]] = {}
    for question in definition.questions.values():
        if question.kind == "number":
            asked[question.id] = st.fractions(0, 40, max_denominator=4).filter(lambda n, q=question: q.max is None or n <= q.max)
        elif question.kind == "choices":
            options = list(question.options)
            asked[question.id] = st.sets(st.sampled_from(options[:-1]), min_size=1).map(lambda s, o=options: tuple(c for c in o if c in s))
        else:
            asked[question.id] = st.sampled_from(list(question.options))
    return st.fixed_dictionaries({}, optional=asked)


@st.composite
def responses(draw: st.DrawFn) -> tuple[Definition, dict[str, Value]]:
    """Draw one of the feature definitions with answers."""
    definition = draw(st.sampled_from(FEATURES))
    return definition, draw(answers(definition))


@settings(max_examples=150)
@given(responses())
def test_answers_off_the_path_never_count(response: tuple[Definition, dict[str, Value]]) -> None:
    definition, values = response
    outcome = score(definition, values)
    on_path = {name: value for name, value in values.items() if name in outcome.path}
    assert score(definition, on_path) == outcome


@settings(max_examples=150)
@given(responses())
def test_outcome_survives_its_codec(response: tuple[Definition, dict[str, Value]]) -> None:
    outcome = score(*response)
    stored = outcome.to_json()
    assert Outcome.from_json(stored) == outcome
    assert Outcome.from_json(stored).to_json() == stored
    assert outcome.engine == ENGINE


@settings(max_examples=150)
@given(responses())
def test_every_declared_id_is_there_in_order(response: tuple[Definition, dict[str, Value]]) -> None:
    definition, values = response
    outcome = score(definition, values)
    assert list(outcome.scales) == list(definition.scales)
    assert list(outcome.counts) == list(definition.counts)
    assert list(outcome.rules) == list(definition.rules)
    for scale in outcome.scales.values():
        assert (scale.value is None) == (scale.why is not None)
        assert 0 <= scale.answered <= scale.applicable
        assert type(scale.value) is not Fraction or scale.value.denominator != 1


@settings(max_examples=150)
@given(st.data())
def test_bounds_hold_whatever_is_still_answered(data: st.DataObject) -> None:
    definition = next(each for each in FEATURES if each.id == "score_counts")
    values = data.draw(answers(definition))
    before = score(definition, values)
    missing = [name for name in before.path if before_state(definition, values, name) != State.ANSWERED]
    completed = dict(values)
    while missing:
        name = missing[0]
        completed[name] = data.draw(st.sampled_from(["yes", "no"]), name)
        path = score(definition, completed).path
        missing = [each for each in path if before_state(definition, completed, each) != State.ANSWERED]
    after = score(definition, completed)
    # A question that becomes visible can add a circumstance of its own; all that stood on the path is enclosed.
    assert before.counts["open"].low <= after.counts["open"].low
    if after.path == before.path:
        assert after.counts["open"].high <= before.counts["open"].high
        if len(before.counts["open"].bands) == 1:
            assert after.counts["open"].bands == before.counts["open"].bands


def before_state(definition: Definition, values: dict[str, Value], name: str) -> State:
    """Give the state of one question on the path."""
    value = values.get(name)
    return State.NOT_REACHED if value is None else definition.questions[name].state(value)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"scales": 1}', b"null"])
def test_what_is_no_outcome_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        Outcome.from_json(raw)
