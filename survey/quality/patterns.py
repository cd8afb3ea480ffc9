"""The items of one scale over all respondents, summed up: equal patterns once, or block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from survey.quality.reliability import Floats, complete_products, products

#: With more possible patterns than this every respondent is one.
MOST_PATTERNS = 1 << 16
#: So many at a time stay in the processor's cache.
BLOCK = 4096

#: Which of its levels an item has, from 1; 0 where it has no points.
Codes = NDArray[np.uint16]


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
    codes = np.array([_encode(table, level)[place] for table, level, place in zip(tables, levels, places)])
    sizes = [len(level) + 1 for level in levels]
    # Counted from the lowest level, so that sums stay small; covariances are the same.
    points = np.zeros((len(levels), max(sizes)))
    for row, level in zip(points, levels):
        row[1 : len(level) + 1] = [value - level[0] for value in level]
    if prod(sizes) <= MOST_PATTERNS:
        return _sum(*_pack(codes, sizes), points)
    return _sum(codes, np.ones(codes.shape[1]), points)


def _encode(table: Sequence[float | None], level: Sequence[float]) -> Codes:
    """Give the code of each place."""
    return np.array([0 if points is None else 1 + level.index(points) for points in table], dtype=np.uint16)


def _pack(codes: Codes, sizes: Sequence[int]) -> tuple[Codes, Floats]:
    """Give the patterns that occur, and of how many respondents each is."""
    packed = np.zeros_like(codes[0])
    for code, size in zip(codes, sizes):
        packed = packed * np.uint16(size) + code
    counted = np.bincount(packed)
    found = np.flatnonzero(counted)
    return np.array(np.unravel_index(found, sizes), dtype=np.uint16), counted[found].astype(np.float64)


def _sum(codes: Codes, weights: Floats, points: Floats) -> Patterns:
    """Sum up codes (k, m), each column of which stands for as many respondents as `weights` say."""
    k = len(codes)
    answered = np.count_nonzero(codes, axis=0)
    sums, complete = np.zeros((2 * k, 2 * k)), np.zeros((2 * k, 2 * k))
    offsets = (np.arange(k) * points.shape[1])[:, None]
    for block, weight in _blocks(codes, weights, answered == k):
        complete += complete_products(points.take(block + offsets), weight)
    for block, weight in _blocks(codes, weights, answered < k):
        sums += products(points.take(block + offsets), (block > 0).astype(np.float64), weight)
    some = round(weights[answered > 0].sum())
    return Patterns(round(weights.sum()), round(complete[-1, -1]), some, sums + complete, complete)


def _blocks(codes: Codes, weights: Floats, chosen: NDArray[np.bool_]) -> Iterator[tuple[Codes, Floats]]:
    """Yield the chosen columns with their weights, a block at a time."""
    places = np.flatnonzero(chosen)
    for begin in range(0, len(places), BLOCK):
        block = places[begin : begin + BLOCK]
        yield codes[:, block], weights[block]
