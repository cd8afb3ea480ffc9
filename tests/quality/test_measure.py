"""From responses to the report: states, paths, bands, pages, and what is not told of few."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from survey.answers import Value
from survey.definition.load import read
from survey.definition.model import Definition
from survey.quality import Report, Response, gather, measure, patterns
from survey.quality.patterns import count_patterns
from survey.quality.plain import plain_report
from survey.quality.responses import NOT_SENT

SOURCE = """\
id: huis
version: 1
answers: {drie: {goed: 0, gaat: 1, slecht: 2, weet_niet: {state: unknown}, liever_niet: {state: refused}}}
questions:
  woont: {kind: choice, options: {thuis: {}, kamer: {}}}
  huur: {answers: drie, show_if: woont in [kamer]}
  warm: {answers: drie}
  rust: {answers: drie}
  jaren: {kind: number, min: 0, max: 50}
  eigen: {kind: short_text, required: false}
scales:
  warmte: {op: mean, of: [warm], bands: [{below: 1, label: goed}, {label: hulp}], unknown: onbekend}
  thuis: {op: sum, of: [warm, -rust, {ref: jaren, weight: 2}], missing: {max: 1, rule: ignore}}
  kosten: {op: sum, of: [huur, warm]}
  beide: {op: max, of: [warm, rust]}
counts:
  zorgen: {of: [{id: koud, when: warm >= 1}, {id: druk, when: rust >= 1}]}
rules:
  - {set: spoed, cases: [{when: "warm >= 2", value: 1}, {when: "warm < 2", value: 2}], unknown: 3}
"""
FULL: dict[str, Value] = {"woont": "kamer", "huur": "gaat", "warm": "goed", "rust": "gaat", "jaren": Fraction(3)}


@pytest.fixture(scope="module")
def definition() -> Definition:
    """Give a small questionnaire with a branch, a scale of one question and a number."""
    found, findings = read(SOURCE, "huis.yaml")
    assert found is not None, findings
    return found


def many(definition: Definition, groups: list[tuple[int, Mapping[str, Value]]], **more: Any) -> Report:
    """Report on groups of people who gave the same."""
    responses = [Response({**FULL, **values}, **more) for n, values in groups for _ in range(n)]
    return measure(gather(definition, responses))


def item(report: Report, name: str) -> dict[str, Any]:
    return dict(next(found for found in report.items if found.id == name).states)


def cells(report: Report, name: str) -> dict[str, Any]:
    return dict(next(found for found in report.distributions if found.id == name).cells)


def test_states_leave_out_what_was_not_shown(definition: Definition) -> None:
    groups = [(40, {}), (20, {"woont": "thuis"}), (15, {"huur": "weet_niet"}), (12, {"huur": "liever_niet"})]
    report = many(definition, groups)
    expected = {"answered": 40, "unknown": 15, "refused": 12, "not_shown": 20, "not_reached": "<10"}
    assert item(report, "huur") == expected
    assert "not_shown" not in item(report, "warm")
    assert (report.n, report.complete) == (87, 60)


def test_floor_and_ceiling_are_of_the_answers_at_the_ends_of_the_points(definition: Definition) -> None:
    report = many(definition, [(40, {}), (20, {"warm": "slecht"}), (20, {"warm": "weet_niet"})])
    warm = next(found for found in report.items if found.id == "warm")
    assert (warm.floor, warm.ceiling, warm.floor_share, warm.ceiling_share) == (40, 20, 2 / 3, 1 / 3)
    woont = next(found for found in report.items if found.id == "woont")
    assert (woont.floor, woont.ceiling) == (None, None)
    jaren = next(found for found in report.items if found.id == "jaren")
    assert (jaren.floor, jaren.ceiling) == ("<10", "<10")


def test_bands_of_one_question_are_hidden_with_its_states(definition: Definition) -> None:
    report = many(definition, [(60, {}), (5, {"warm": "slecht"}), (15, {"warm": "weet_niet"})])
    assert cells(report, "warmte") == {"goed": 60, "hulp": "<10", "onbekend": "hidden"}
    assert item(report, "warm") == {"answered": "hidden", "unknown": "hidden", "refused": "<10", "not_reached": "<10"}


def test_counts_and_rules_have_their_own_values(definition: Definition) -> None:
    report = many(definition, [(40, {}), (30, {"warm": "slecht"}), (20, {"warm": "weet_niet"})])
    assert cells(report, "zorgen") == {"0": "<10", "1": 40, "2": 30, "?": 20}
    assert cells(report, "spoed") == {"1": 30, "2": 40, "3": 20}


def test_scale_takes_points_as_the_scorer_does(definition: Definition) -> None:
    chance = np.random.default_rng(2)
    codes = ("goed", "gaat", "slecht")
    rows = [(int(a), int(b), int(c)) for a, b, c in chance.integers(0, 3, (80, 3))]
    groups = [(1, {"warm": codes[a], "rust": codes[b], "jaren": Fraction(c)}) for a, b, c in rows]
    report = many(definition, groups)
    thuis = next(found for found in report.scales if found.id == "thuis")
    covariances = np.cov(np.array([[a, 2 - b, 2 * c] for a, b, c in rows]).T)
    assert thuis.alpha == pytest.approx(3 / 2 * (1 - np.trace(covariances) / covariances.sum()))
    assert thuis.alpha == thuis.alpha_pairwise and [term.reversed for term in thuis.items] == [False, True, False]
    assert {found.id for found in report.scales} == {"thuis", "kosten"}  # not a scale of one, nor the highest of two


def test_scale_with_few_complete_answers_has_no_figures(definition: Definition) -> None:
    report = many(definition, [(25, {}), (40, {"woont": "thuis"})])
    kosten = next(found for found in report.scales if found.id == "kosten")
    assert (kosten.complete, kosten.alpha, kosten.alpha_interval, kosten.omega) == (25, None, None, None)
    assert kosten.items[0].item_rest is None and kosten.items[0].item_rest_pairwise is None


def test_interval_does_not_tell_how_few_are_missing(definition: Definition) -> None:
    chance = np.random.default_rng(3)
    codes = ("goed", "gaat", "slecht")
    groups = [(1, {"warm": codes[a], "rust": codes[2 - a], "jaren": Fraction(int(a + b))}) for a, b in chance.integers(0, 3, (60, 2))]
    intervals = set()
    for lost in (1, 5, 9):
        report = many(definition, [*groups[: 60 - lost], *[(1, {"warm": "weet_niet"})] * lost])
        thuis = next(found for found in report.scales if found.id == "thuis")
        assert thuis.complete == "hidden" and thuis.alpha is not None and thuis.alpha_interval is not None
        intervals.add(round((1 - thuis.alpha_interval[0]) / (1 - thuis.alpha), 9))
    assert len(intervals) == 1


def test_fewer_than_thirty_say_nothing(definition: Definition) -> None:
    report = many(definition, [(29, {})])
    assert report == Report("huis", 1, definition.digest, None)
    assert "fewer than 30" in plain_report(report)["notes"][-1]


def test_who_stopped_where(definition: Definition) -> None:
    sent = [Response(FULL, True)] * 40
    at_start = [Response({}, False)] * 12
    at_rest = [Response({"woont": "thuis", "warm": "goed"}, False)] * 11
    not_sent = [Response({**FULL, "eigen": "Koken"}, False)] * 10
    report = measure(gather(definition, [*sent, *at_start, *at_rest, *not_sent]))
    assert (report.n, report.begun, report.not_sent) == (40, 73, 10)
    stopped = {page.id: page.stopped for page in report.pages}
    assert stopped == {"woont": 12, "huur": "<10", "warm": "<10", "rust": 11, "jaren": "<10", "eigen": "<10"}


def test_number_of_who_began_is_hidden_when_few_stopped(definition: Definition) -> None:
    report = measure(gather(definition, [*[Response(FULL, True)] * 40, Response({}, False)]))
    assert report.begun == "hidden"


def test_file_of_answers_passes_over_what_may_be_left_empty(definition: Definition) -> None:
    responses = gather(definition, [Response(FULL), Response({"woont": "thuis"})])
    assert (responses.n, responses.begun) == (2, 2)
    assert {page: n for page, n in responses.stopped.items() if n} == {"warm": 1} and responses.stopped[NOT_SENT] == 0


def test_time_on_a_page_is_from_the_page_before(definition: Definition) -> None:
    values = {**FULL, "woont": "thuis"}
    responses = [Response(values, True, {"woont": 5, "warm": 5 + extra, "jaren": 100}) for extra in range(1, 41)]
    found = {page.id: (page.median_seconds, page.p90_seconds) for page in measure(gather(definition, responses)).pages}
    assert found["woont"] == (5, 5) and found["warm"] == (20, 36)
    assert found["rust"] == found["jaren"] == found["huur"] == (None, None)  # the page before has no moment


def test_nobody_is_a_row_in_the_columns(definition: Definition) -> None:
    responses = gather(definition, [Response({**FULL, "eigen": "Ik kan koken"}, True)])
    assert "koken" not in repr(responses).lower()


def test_patterns_and_rows_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(4)
    places = [chance.integers(0, 5, 300) for _ in range(4)]
    tables: list[list[float | None]] = [[None, None, 0.0, 1.0, 3.0]] * 4
    packed = count_patterns(places, tables)
    monkeypatch.setattr(patterns, "MOST_PATTERNS", 1)
    one_by_one = count_patterns(places, tables)
    assert (packed.n, packed.complete, packed.some) == (300, one_by_one.complete, one_by_one.some)
    assert np.array_equal(packed.sums, one_by_one.sums)
    assert np.array_equal(packed.complete_sums, one_by_one.complete_sums)


def test_rounded_report_keeps_counts_and_texts(definition: Definition) -> None:
    plain = plain_report(many(definition, [(40, {}), (20, {"warm": "slecht"})]), 2)
    assert plain["items"][2]["floor_share"] == 0.67 and plain["n"] == 60
    assert "not validated" in plain["notes"][0]
