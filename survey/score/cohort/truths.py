"""Three-valued truths of many responses as two columns: what holds, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

#: One truth for each response; one alone stands for all.
Flags = npt.NDArray[np.bool_]

ALL: Final[Flags] = np.array(True)
NONE: Final[Flags] = np.array(False)


@dataclass(frozen=True, slots=True)
class Truths:
    """Where a condition holds (`yes`), and where it does not (`no`); where neither, it cannot be told."""

    yes: Flags
    no: Flags

    @property
    def unknown(self) -> Flags:
        """Return where it cannot be told."""
        return ~(self.yes | self.no)


def definite(flags: Flags) -> Truths:
    """Give what is always known."""
    return Truths(flags, ~flags)


def opposite(truths: Truths) -> Truths:
    """Turn truths around; unknown stays unknown."""
    return Truths(truths.no, truths.yes)


def every(parts: Sequence[Truths]) -> Truths:
    """Join with `and`: one that does not hold settles it."""
    yes, no = parts[0].yes, parts[0].no
    for part in parts[1:]:
        yes, no = yes & part.yes, no | part.no
    return Truths(yes, no)


def some(parts: Sequence[Truths]) -> Truths:
    """Join with `or`: one that holds settles it."""
    return opposite(every([opposite(part) for part in parts]))
