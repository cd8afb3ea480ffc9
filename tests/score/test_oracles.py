"""Published instruments score as their publishers say (tests/oracles/SOURCES.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey.definition.load import load
from survey.score import Outcome, score

TESTS = Path(__file__).parent.parent
ORACLES = {
    entry["id"]: entry
    for file in ("awell.jsonl", "camcops.jsonl")
    for entry in map(json.loads, (TESTS / "oracles" / file).read_text(encoding="utf-8").splitlines())
}


def cases(oracle: dict[str, Any]) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Give answers and scores; a case that expects no output of this instrument is another instrument's."""
    for case in (*oracle.get("tests", ()), *oracle.get("simulated", ()), *oracle.get("cases", ())):
        expected = next(part for part in case[1:] if isinstance(part, dict))
        if set(expected) <= set(oracle["outputs"]):
            yield case[0], expected


def result(outcome: Outcome, output: str) -> Any:
    """Give what the instrument calls by this name: a scale's value, or a band in words."""
    if output.endswith("_INTERPRETATION"):
        return next(iter(outcome.scales.values())).band
    scale = outcome.scales[output]
    return scale.band if output.endswith("_CATEGORISING") else scale.value


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_instrument_scores_as_published(name: str) -> None:
    oracle = ORACLES[name]
    definition = load(TESTS / "questionnaires" / "oracles" / f"{name}.yaml")
    for given, expected in cases(oracle):
        accepted = {item: definition.questions[item].accept(raw) for item, raw in zip(oracle["items"], given, strict=True)}
        outcome = score(definition, {item: value for item, value in accepted.items() if value is not None})
        for output, published in expected.items():
            got = result(outcome, output)
            if isinstance(published, (int, float)):
                assert got is not None and float(got) == pytest.approx(published, abs=1e-9), (output, given)
            else:
                assert got == published, (output, given)


def test_hardly_any_case_is_left_out() -> None:
    every = sum(len(oracle.get(part, ())) for oracle in ORACLES.values() for part in ("tests", "simulated", "cases"))
    used = sum(len(list(cases(oracle))) for oracle in ORACLES.values())
    assert (every, used) == (486, 482)
