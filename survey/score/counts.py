"""Counts of named circumstances with bounds, as closures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey.definition.scoring import BandEdge, Count
from survey.expression import Name, Scope, truth
from survey.score.outcome import CountScore
from survey.score.steps import band

#: Counts are values; the few patterns of a questionnaire that come back are made once.
KEPT = 4096


def compile_count(count: Count, names: Mapping[str, Name]) -> Callable[[Scope], CountScore]:
    """Give the closure of one count: low takes every unknown circumstance as false, high as true."""
    tests = tuple(truth(circumstance.when, names) for circumstance in count.of)
    ids = tuple(circumstance.id for circumstance in count.of)
    kept: dict[tuple[bool | None, ...], CountScore] = {}

    def compute(scope: Scope) -> CountScore:
        held = tuple([holds(scope) for holds in tests])
        score = kept.get(held)
        if score is None:
            score = _score(count, ids, held)
            if len(kept) < KEPT:
                kept[held] = score
        return score

    return compute


def _score(count: Count, ids: tuple[str, ...], held: tuple[bool | None, ...]) -> CountScore:
    """Make the result of one pattern of circumstances."""
    hits = tuple(name for name, each in zip(ids, held) if each)
    unknown = tuple(name for name, each in zip(ids, held) if each is None)
    low, high = len(hits), len(hits) + len(unknown)
    return CountScore(count.id, low, high, hits, unknown, bands_between(count.bands, low, high))


def bands_between(edges: tuple[BandEdge, ...], low: int, high: int) -> tuple[str, ...]:
    """Give every band that a number between the bounds can have, in order."""
    find_band = band(edges)
    found = (find_band(number) for number in range(low, high + 1)) if edges else ()
    return tuple(dict.fromkeys(label for label in found if label is not None))
