"""How far a bar is filled: whole tenths, so that a style class can draw it and grey print can show it."""

from __future__ import annotations

from fractions import Fraction
from math import floor


def tenths(share: Fraction | float | int | None) -> int | None:
    """Give a share of 0 to 1 as 0 to 10 tenths, half up; anything above zero shows at least one. None stays None."""
    if share is None:
        return None
    bounded = min(max(share, 0), 1)
    return max(floor(bounded * 10 + Fraction(1, 2)), 1 if bounded > 0 else 0)
