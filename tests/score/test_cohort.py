"""Columns give what one by one gives: every value, band, reason, bound, hit, case, flag and path."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import answers_to, definitions

from survey.answers import Value
from survey.definition.load import load, read
from survey.definition.model import Definition
from survey.kinds import Choice, Choices, NumberQuestion
from survey.score import Outcome, compile_definition, score
from survey.score.cohort import Cohort, CohortOutcome, NotVectorised, gather, score_cohort

TESTS = Path(__file__).parent.parent
SHIPPED = sorted((TESTS.parent / "questionnaires").glob("*/[0-9]*.yaml"))
FEATURES = sorted((TESTS / "questionnaires").glob("score_*.yaml"))
INSTRUMENTS = sorted((TESTS / "questionnaires" / "oracles").glob("*.yaml"))
RESPONSES = 400


def draw_value(definition: Definition, name: str, chance: random.Random) -> Value | None:
    """Give one answer that a question takes, now and then none, and now and then one that is no answer to it."""
    asked, luck = definition.questions[name], chance.random()
    if luck < 0.12:
        return None
    if luck < 0.13:
        return chance.choice(["no such code", Fraction(1, 3), ("no", "such")])
    if isinstance(asked, Choices):
        alone = sorted(asked.exclusive_codes)
        if alone and luck < 0.3:
            return (chance.choice(alone),)
        return tuple(code for code in asked.options if code not in alone and chance.random() < 0.4)
    if isinstance(asked, Choice):
        return chance.choice(list(asked.options))
    if isinstance(asked, NumberQuestion):
        low, high = asked.min or 0, asked.max if asked.max is not None else 20
        return low + (high - low) * Fraction(chance.randrange(9), 8)
    return "een tekst" if asked.takes_answer else None


def draw_rows(definition: Definition, number: int, seed: int = 1) -> list[dict[str, Value]]:
    """Give random responses, on the path and off it."""
    chance = random.Random(seed)
    rows = []
    for _ in range(number):
        drawn = {name: draw_value(definition, name, chance) for name in definition.questions}
        rows.append({name: value for name, value in drawn.items() if value is not None})
    return rows


def of(outcome: Outcome) -> dict[str, Any]:
    """Give all of one outcome that columns tell too."""
    return {
        "path": set(outcome.path),
        "scales": {
            scale.id: (scale.value, scale.band, scale.answered, scale.applicable, scale.why, scale.lifted_by)
            for scale in outcome.scales.values()
        },
        "counts": {count.id: (count.low, count.high, count.hits, count.bands) for count in outcome.counts.values()},
        "rules": {rule.id: (type(rule.value), rule.value, rule.matched) for rule in outcome.rules.values()},
        "flags": outcome.flags,
    }


def rows_of(result: CohortOutcome) -> list[dict[str, Any]]:
    """Give the same of every response."""
    return [row_of(result, row) for row in range(result.size)]


def row_of(result: CohortOutcome, row: int) -> dict[str, Any]:
    """Give one response of the columns."""
    scales = {}
    for name, scale in result.scales.items():
        value, _, _, why = scale.conclusions[scale.place[row]]
        band = None if scale.band[row] < 0 else scale.labels[scale.band[row]]
        lifted = None if scale.lifted_by[row] < 0 else int(scale.lifted_by[row])
        scales[name] = (value, band, int(scale.answered[row]), int(scale.applicable[row]), why, lifted)
    counts = {}
    for name, count in result.counts.items():
        low, high = int(count.low[row]), int(count.high[row])
        hits = tuple(hit for hit, held in count.hits.items() if held[row])
        counts[name] = (low, high, hits, count.bands[low * (count.most + 1) + high])
    rules = {}
    for name, rule in result.rules.items():
        value = rule.values[rule.index[row]]
        rules[name] = (type(value), value, None if rule.matched[row] < 0 else int(rule.matched[row]))
    return {
        "path": {name for name, shown in result.shown.items() if shown[row]},
        "scales": scales,
        "counts": counts,
        "rules": rules,
        "flags": tuple(name for name, raised in result.flags.items() if raised[row]),
    }


def assert_same(definition: Definition, rows: Sequence[dict[str, Value]]) -> None:
    """Score responses both ways."""
    scorer = compile_definition(definition)
    columns = rows_of(score_cohort(definition, gather(rows, definition.questions)))
    assert len(columns) == len(rows)
    for values, found in zip(rows, columns, strict=True):
        assert found == of(scorer.score(values)), values


def rows_for(definition: Definition) -> list[dict[str, Value]]:
    """Give random responses, the examples and nothing at all."""
    examples = [dict(example.answers) for example in definition.examples]
    accepted = [{name: definition.questions[name].accept(raw) for name, raw in each.items()} for each in examples]
    given = [{name: value for name, value in each.items() if value is not None} for each in accepted]
    return [*draw_rows(definition, RESPONSES), *given, {}]


@pytest.mark.parametrize("file", [*SHIPPED, *FEATURES, *INSTRUMENTS], ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_columns_score_as_one_by_one_or_say_that_they_cannot(file: Path) -> None:
    definition = load(file)
    try:
        assert_same(definition, rows_for(definition))
    except NotVectorised as reason:
        if file in SHIPPED:
            raise
        assert "too" in str(reason)


@pytest.mark.parametrize("name", ["oracles/eq5d_5l", "score_bedside"])
def test_weights_of_eighteen_decimals_and_many_divisors_are_refused(name: str) -> None:
    definition = load(TESTS / "questionnaires" / f"{name}.yaml")
    with pytest.raises(NotVectorised, match="too large, or have too many different denominators"):
        score_cohort(definition, gather(rows_for(definition), definition.questions))


def everything() -> Definition:
    """Read a definition with what the language can say and the other files do not."""
    return load(TESTS / "questionnaires" / "cohort_everything.yaml")


def test_every_word_of_the_language_is_the_same_over_columns() -> None:
    definition = everything()
    rows = draw_rows(definition, 2000, seed=2)
    assert_same(definition, rows)
    bands = {score(definition, row).scales["both"].band for row in rows}
    assert bands == {"low", "mid", "high", "unsure", None}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_route_is_the_same_over_columns(data: st.DataObject) -> None:
    definition = data.draw(definitions)
    assert_same(definition, data.draw(st.lists(answers_to(definition), min_size=1, max_size=6)))


def small(scales: str, questions: str = "") -> Definition:
    """Read a definition with two numbers."""
    asked = f"questions:\n  a: {{kind: number}}\n  b: {{kind: number}}\n{questions}"
    definition, findings = read(f"id: small\nversion: 1\n{asked}scales:\n{scales}", "small.yaml")
    assert definition is not None, [str(finding) for finding in findings]
    return definition


def test_bands_are_on_exact_numbers() -> None:
    definition = small("  m: {op: mean, of: [a, b], bands: [{below: '1/3', label: under}, {label: over}]}\n")
    third, hair = Fraction(1, 3), Fraction(1, 10**12)
    result = score_cohort(definition, gather([{"a": third, "b": third}, {"a": third - hair, "b": third}], "ab"))
    scale = result.scales["m"]
    assert [scale.labels[band] for band in scale.band] == ["over", "under"]


@pytest.mark.parametrize(
    ("scale", "numbers"),
    [
        ("{op: sum, of: [a, b]}", (Fraction(10**15), Fraction(1, 10**12))),
        ("{value: a * b}", (Fraction(10**10), Fraction(10**10))),
        ("{value: a / b}", (Fraction(10**12), Fraction(10**9 + 7))),
        ("{value: 'round(a, 9)'}", (Fraction(10**12), Fraction(1))),
        ("{op: sum, of: [{ref: a, weight: 1000000000000}]}", (Fraction(10**12), Fraction(1))),
    ],
)
def test_what_does_not_fit_is_refused_and_never_wrong(scale: str, numbers: tuple[Fraction, Fraction]) -> None:
    definition = small(f"  s: {scale}\n")
    cohort = gather([dict(zip("ab", numbers, strict=True)), {"a": Fraction(0), "b": Fraction(1)}], "ab")
    with pytest.raises(NotVectorised, match="scale `s`: its numbers are too large"):
        score_cohort(definition, cohort)


def test_too_many_totals_are_refused() -> None:
    weights = ", ".join(f"{{ref: q{n}, weight: {10**n}}}" for n in range(10))
    asked = "".join(f"  q{n}: {{kind: number, min: 0, max: 9}}\n" for n in range(10))
    definition = small(f"  s: {{op: mean, of: [{weights}], missing: {{rule: ignore}}}}\n", asked)
    rows = [{f"q{n}": Fraction(value) for n in range(10)} for value in (0, 9)]
    with pytest.raises(NotVectorised, match="too many possible totals"):
        score_cohort(definition, gather(rows, definition.questions))


def test_a_matrix_fits_any_definition_with_its_questions() -> None:
    definition = small("  s: {op: sum, of: [a, b]}\n")
    cohort = gather([{"a": Fraction(1), "gone": "x"}, {"gone": "y"}, {}], ("gone", "a"))
    assert cohort.codes.tolist() == [[0, 0], [1, -1], [-1, -1]] and cohort.values == (("x", "y"), (Fraction(1),))
    result = score_cohort(definition, cohort)
    assert result.scales["s"].answered.tolist() == [1, 0, 0]
    assert result.scales["s"].applicable.tolist() == [2, 2, 2]


def test_nobody_gives_columns_of_nothing() -> None:
    result = score_cohort(everything(), Cohort((), (), np.empty((0, 0), np.int32)))
    assert result.size == 0 and all(scale.band.shape == (0,) for scale in result.scales.values())
