"""Every figure that R's psych gives for its data set bfi, to six digits (oracles/SOURCES.md)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from survey.definition.load import read
from survey.quality import Report, Response, gather, measure
from survey.quality.report import ItemReport, ScaleReport

ORACLES = Path(__file__).parent.parent / "oracles"
REFERENCE: dict[str, Any] = json.loads((ORACLES / "reference_stats.json").read_text())
SCALES = [name for name, entry in REFERENCE.items() if "keys" in entry]
PUBLISHED = {  # listwise alpha and omega total of one factor, as docs and R print them
    "agree": (0.703756, 0.723724),
    "conscientious": (0.729277, 0.733779),
    "extraversion": (0.760933, 0.763478),
    "neuroticism": (0.813303, 0.818451),
    "openness": (0.602546, 0.617828),
}


def near(value: float) -> Any:
    """Return what equals a figure to six digits."""
    return pytest.approx(value, abs=5e-7)


def source() -> str:
    """Return the five scales of bfi as a definition."""
    items = sorted({key.strip("-") for name in SCALES for key in REFERENCE[name]["keys"]})
    questions = "".join(f"  {item}: {{answers: six}}\n" for item in items)
    scales = "".join(f"  {name}: {{op: mean, of: [{', '.join(REFERENCE[name]['keys'])}]}}\n" for name in SCALES)
    options = ", ".join(f'"{points}": {points}' for points in range(1, 7))
    return f"id: bfi\nversion: 1\nanswers: {{six: {{{options}}}}}\nquestions:\n{questions}scales:\n{scales}"


@cache
def report() -> Report:
    """Return the report on all 2,800 persons."""
    definition, findings = read(source(), "bfi.yaml")
    assert definition is not None, findings

    def responses() -> Iterator[Response]:
        with (ORACLES / "bfi.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield Response({item: row[item] for item in definition.questions if row[item]})

    return measure(gather(definition, responses()))


def scale(name: str) -> ScaleReport:
    return next(found for found in report().scales if found.id == name)


def item(name: str) -> ItemReport:
    return next(found for found in report().items if found.id == name)


@pytest.mark.parametrize("name", SCALES)
def test_alpha_and_omega_over_complete_answers(name: str) -> None:
    expected = REFERENCE[name]
    assert scale(name).complete == expected["n_complete"]
    assert scale(name).alpha == near(expected["alpha_raw_listwise"]) == near(PUBLISHED[name][0])
    assert scale(name).omega == near(expected["omega_total_1f_listwise"]) == near(PUBLISHED[name][1])


@pytest.mark.parametrize("name", SCALES)
def test_alpha_pair_by_pair_with_its_interval(name: str) -> None:
    low, estimate, high = REFERENCE[name]["alpha_feldt_ci"]
    assert scale(name).alpha_pairwise == near(estimate) == near(REFERENCE[name]["alpha_raw_pairwise"])
    assert scale(name).alpha_pairwise_interval == (near(low), near(high))


@pytest.mark.parametrize("name", SCALES)
def test_items_within_their_scale(name: str) -> None:
    for term, expected in zip(scale(name).items, REFERENCE[name]["item"], strict=True):
        assert (term.id, term.reversed) == (expected["item"], expected["reversed"])
        assert term.item_rest == near(expected["r_drop_listwise"])
        assert term.alpha_if_dropped == near(expected["alpha_if_dropped_listwise"])
        assert term.item_rest_pairwise == near(expected["r_drop"])
        assert term.alpha_if_dropped_pairwise == near(expected["alpha_if_dropped"])


@pytest.mark.parametrize("name", SCALES)
def test_answers_missing_and_at_the_ends(name: str) -> None:
    for expected in REFERENCE[name]["item"]:
        found = item(expected["item"])
        missing = round(expected["missing_rate"] * 2800)
        hidden = 0 < missing < 10
        assert found.states["answered"] == ("hidden" if hidden else expected["n"])
        if not hidden:
            assert (found.floor_share, found.ceiling_share) == (near(expected["floor"]), near(expected["ceiling"]))


def test_who_answered_all() -> None:
    assert report().n == 2800 and report().complete == 2436  # the rows of bfi.csv without an empty item
