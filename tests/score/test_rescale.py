"""A rescaled score lies between the ends that it is rescaled to, whatever is hidden, missing or does not apply."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import few

from survey.answers import Value
from survey.definition.load import load, read
from survey.definition.model import Definition
from survey.definition.ranges import find_ranges, find_raw_range
from survey.kinds import Choice
from survey.score import ENGINES, Unscorable, score

FILE = Path(__file__).parent.parent / "questionnaires" / "score_rescale.yaml"
LOWEST: dict[str, Value] = {"stage": "no", "thuis": "helemaal_niet", "geld": "ruim", "baan_1_contract": "vast", "baan_1_another": "no"}
TO = (10, 90)
OPERATIONS = ("sum", "mean", "min", "max", "first")


@st.composite
def terms(draw: st.DrawFn, refs: list[str]) -> str:
    """One to four terms: questions and scales, some reversed, weighted, under a condition or calculated."""
    found = []
    for ref in draw(st.lists(st.sampled_from(refs), min_size=1, max_size=4, unique=True)):
        sign = draw(st.sampled_from(["", "-"]))
        weight = f", weight: {draw(st.integers(1, 3))}" if draw(st.booleans()) else ""
        when = ", when: q0 == a" if draw(st.integers(0, 3)) == 0 else ""
        calculated = f'{{value: "{draw(st.sampled_from(OPERATIONS[:4]))}({ref}, q0) - {ref} / 2"{when}}}'
        found.append(draw(st.sampled_from([f'{{ref: "{sign}{ref}"{weight}{when}}}', f'"{ref}"', calculated])))
    return f"[{', '.join(found)}]"


@st.composite
def scale(draw: st.DrawFn, refs: list[str], step: str) -> str:
    """An operation over terms with a missing rule, or a function of some of them."""
    operation = draw(st.sampled_from(OPERATIONS))
    if operation != "first" and draw(st.integers(0, 3)) == 0:
        return f"{{value: '{operation}({', '.join(draw(st.lists(st.sampled_from(refs), min_size=1, max_size=3)))})'{step}}}"
    rule = draw(st.sampled_from(["", "", "prorate", "ignore", "zero"]))
    most = draw(st.sampled_from(["", "max: 1, ", "max_share: 0.5, "]))
    missing = f", missing: {{{most}rule: {rule}}}" if rule else ""
    return f"{{op: {operation}, of: {draw(terms(refs))}{missing}{step}}}"


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Questions of unlike ranges of which some may be hidden, scales over them, and one rescaled over all."""
    lines = ["id: proef", "version: 1", "questions:"]
    names = [f"q{number}" for number in range(draw(st.integers(2, 4)))]
    for name in names:
        low = draw(st.integers(-2, 3))
        options = {"a": low, "b": low + draw(st.integers(1, 4)), "c": draw(st.sampled_from([low, "{state: unknown}", "{state: not_shown}"]))}
        hidden = ", show_if: q0 == a" if name != "q0" and draw(st.booleans()) else ""
        written = ", ".join(f"{code}: {entry}" for code, entry in options.items())
        lines.append(f"  {name}: {{options: {{{written}}}{hidden}}}")
    lines.append("scales:")
    empty = draw(st.sampled_from(["", ", empty: -9", ", when: q1 == a"]))
    lines += [f"  inner: {draw(scale(names, empty))}", f"  outer: {draw(scale([*names, 'inner'], f', rescale: [{TO[0]}, {TO[1]}]'))}"]
    definition, findings = read("\n".join(lines) + "\n", "proef.yaml")
    assert definition is not None, (lines, findings)
    return definition


@few
@given(definitions(), st.data())
def test_rescaled_score_lies_between_its_ends(definition: Definition, data: st.DataObject) -> None:
    for _ in range(6):
        values: dict[str, Value] = {}
        for name, question in definition.questions.items():
            assert isinstance(question, Choice)
            if (code := data.draw(st.sampled_from([*question.options, None]))) is not None:
                values[name] = code
        try:
            found = score(definition, values).scales["outer"].value
        except Unscorable:
            known = find_raw_range(definition, definition.scales["outer"], find_ranges(definition))
            assert known is None or known[0] == known[1]
            return
        assert found is None or TO[0] <= found <= TO[1]


@pytest.mark.parametrize(
    ("scale", "before"), [("mean_under_condition", Fraction(100, 9)), ("sum_hidden", Fraction(-45, 4)), ("sum_of_group", Fraction(-80, 3))]
)
def test_first_engine_keeps_what_it_gave(scale: str, before: Fraction) -> None:
    definition = load(FILE)
    first, newest = ENGINES[1](definition, LOWEST), ENGINES[2](definition, LOWEST)
    assert (first.engine, newest.engine) == (1, 2)
    assert (first.scales[scale].value, newest.scales[scale].value) == (before, 0)
