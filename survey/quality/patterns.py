"""The items of one scale over all respondents: equal patterns are counted once, since few of them occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from survey.quality.reliability import Floats, products

Codes = NDArray[np.uint16] | NDArray[np.intp]
#: With more possible patterns than this every respondent is one.
MOST_PATTERNS = 1 << 16


@dataclass(frozen=True, slots=True)
class Patterns:
    """How many there are in all, with all items, with some; and the sums of products over all and the complete."""

    n: int
    complete: int
    some: int
    sums: Floats
    complete_sums: Floats


def count_patterns(places: Sequence[NDArray[np.intp]], tables: Sequence[Sequence[float | None]]) -> Patterns:
    """Sum up items whose points `tables` give by place, None where there are none; places are (n,) each."""
    levels = [sorted({points for points in table if points is not None}) for table in tables]
    encoded = [_encode(table, level) for table, level in zip(tables, levels)]
    sizes = [len(level) + 1 for level in levels]
    codes: Sequence[Codes] = [codes[place] for codes, place in zip(encoded, places)]
    weights = None
    if prod(sizes) <= MOST_PATTERNS:
        codes, weights = _pack(codes, sizes)
    there = np.array([code > 0 for code in codes], dtype=np.float64)
    # Counted from the lowest level, so that sums stay small; covariances are the same.
    points = [np.array([0.0, *(points - level[0] for points in level)])[code] for level, code in zip(levels, codes)]
    return _sum(np.array(points), there, weights, len(places[0]))


def _encode(table: Sequence[float | None], level: Sequence[float]) -> NDArray[np.uint16]:
    """Give the level of each place, from 1; 0 where there are no points."""
    return np.array([0 if points is None else 1 + level.index(points) for points in table], dtype=np.uint16)


def _pack(
    codes: Sequence[Codes], sizes: Sequence[int]
) -> tuple[Sequence[Codes], Floats]:
    """Give the patterns that occur, and of how many respondents each is."""
    packed = np.zeros_like(codes[0])
    for code, size in zip(codes, sizes):
        packed = packed * np.uint16(size) + code
    counted = np.bincount(packed)
    found = np.flatnonzero(counted)
    return np.unravel_index(found, sizes), counted[found].astype(np.float64)


def _sum(points: Floats, there: Floats, weights: Floats | None, n: int) -> Patterns:
    """Sum up; the sums over the complete are those over all less those over the others, whichever are fewer."""
    answered = there.sum(axis=0)
    is_complete = answered == len(there)
    sums = products(points, there, weights)
    number = np.ones(len(answered)) if weights is None else weights
    complete, some = int(number[is_complete].sum()), int(number[answered > 0].sum())
    fewer = is_complete if 2 * np.count_nonzero(is_complete) < len(is_complete) else ~is_complete
    part = products(points[:, fewer], there[:, fewer], None if weights is None else weights[fewer])
    return Patterns(n, complete, some, sums, part if fewer is is_complete else sums - part)
