"""Which counts may be shown: none below ten, and none from which one below ten could be reckoned."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

#: Figures of fewer respondents than this say nothing, and may say something of one of them.
ENOUGH = 30
SMALLEST_CELL = 10
#: All sets of this many kinds of respondents are tried; where there are more, nothing is shown.
MOST_KINDS = 12


class Hidden(StrEnum):
    """Why a count is not shown."""

    SMALL = "<10"
    ALSO = "hidden"  # another one would follow from it


#: A count, or why there is none.
Cell = int | Hidden
Name = TypeVar("Name", bound=Hashable)


def is_small(n: int) -> bool:
    """Tell whether a count is of one to nine people; that there is nobody may be known."""
    return 0 < n < SMALLEST_CELL


def hide(counts: Mapping[str, int]) -> dict[str, Cell]:
    """Return the counts of a whole of known size that may be shown.

    What is hidden adds up to none or to ten at least: otherwise the smallest of the others is hidden too, for the
    hidden part is the whole less what is shown.
    """
    shown = {name: n for name, n in counts.items() if n >= SMALLEST_CELL}
    if is_small(sum(counts.values()) - sum(shown.values())) and shown:
        del shown[min(shown, key=lambda name: shown[name])]
    return {name: shown.get(name, _why(n)) for name, n in counts.items()}


def _why(n: int) -> Hidden:
    return Hidden.SMALL if n < SMALLEST_CELL else Hidden.ALSO


def hide_linked(kinds: Sequence[int], cells: Mapping[Name, Sequence[bool]]) -> dict[Name, Cell]:
    """Return the counts that may be shown of cells that overlap, the first ones first.

    `kinds` are numbers of respondents of each kind, `cells` says of each cell which kinds are in it. A cell is shown
    unless, together with the whole and the cells shown before, it would give away the size of any set of kinds that
    holds one to nine respondents.
    """
    there = [place for place, n in enumerate(kinds) if n]
    sizes = np.array([kinds[place] for place in there], dtype=float)
    rows = {name: np.array([members[place] for place in there], dtype=float) for name, members in cells.items()}
    counts = {name: int(row @ sizes) for name, row in rows.items()}
    shown: dict[Name, Cell] = {name: _why(n) for name, n in counts.items()}
    if not there or sizes.min() >= SMALLEST_CELL:
        return shown | {name: n for name, n in counts.items() if n >= SMALLEST_CELL}
    if len(there) > MOST_KINDS:
        return shown
    sets = np.array(list(product((0.0, 1.0), repeat=len(there))))
    people = sets @ sizes
    small = sets[(people > 0) & (people < SMALLEST_CELL)]
    known = np.ones((1, len(there)))
    for name, row in rows.items():
        wider = np.vstack([known, row])
        if counts[name] >= SMALLEST_CELL and not _gives_away(wider, small):
            shown[name], known = counts[name], wider
    return shown


def _gives_away(known: NDArray[np.float64], sets: NDArray[np.float64]) -> bool:
    """Tell whether one of the sets follows from known ones by adding and subtracting: lies in what they span."""
    _, lengths, axes = np.linalg.svd(known, full_matrices=False)
    axes = axes[lengths > 1e-9]
    outside = sets - sets @ axes.T @ axes
    return bool((np.abs(outside).max(axis=1) < 1e-9).any())
