"""Between which numbers a scale can come, whatever of its terms is answered, hidden or left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.definition.scoring import Missing
from survey.expression import Number

Range = tuple[Number, Number]
NONE_MISSING = Missing()


@dataclass(frozen=True, slots=True)
class Part:
    """A term that is there: its lowest and highest points, its weight within them, and whether it always is."""

    low: Number
    high: Number
    weight: Fraction
    is_certain: bool


def reach(operation: str | None, parts: Sequence[Part], missing: Missing = NONE_MISSING) -> Range | None:
    """Give the range of `sum`, `mean`, `min`, `max` or `first` over terms, None when it has no bounds."""
    spare = _count_spare(missing, len(parts))
    nought = missing.rule == "zero" and spare > 0  # what is missing counts 0, even when all of it is
    if operation == "sum" and missing.rule == "prorate" and spare:
        return _times_weight(_mean(parts, spare), parts)
    if operation == "sum":
        highest = _least([(-part.high, part.is_certain) for part in parts], spare, nought)
        return _least([(part.low, part.is_certain) for part in parts], spare, nought), -highest
    found: Range | None = _outermost([(part.low, part.high) for part in parts])  # of `first`
    if operation == "mean":
        found = _mean(parts, spare)
    elif operation == "min":
        found = min(part.low for part in parts), -_last([(-part.high, part.is_certain) for part in parts], spare)
    elif operation == "max":
        found = _last([(part.low, part.is_certain) for part in parts], spare), max(part.high for part in parts)
    return _outermost([found, (0, 0)]) if found is not None and nought else found


def _count_spare(missing: Missing, terms: int) -> int:
    """Give how many of so many terms may be missing at most while there is a value."""
    if missing.rule == "null":
        return 0
    most = terms if missing.max is None else min(missing.max, terms)
    return most if missing.max_share is None else min(most, math.floor(missing.max_share * terms))


def _outermost(ranges: Sequence[Range]) -> Range:
    """Give the range that holds all of these."""
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _least(ends: list[tuple[Number, bool]], spare: int, may_be_empty: bool) -> Number:
    """Give the least sum when all uncertain terms and `spare` others may be left out."""
    left_out = [end for end, is_certain in ends if end > 0 and not is_certain]
    left_out += sorted((end for end, is_certain in ends if end > 0 and is_certain), reverse=True)[:spare]
    if len(left_out) == len(ends) and not may_be_empty:
        return min(left_out)  # one at least is answered
    return sum(end for end, _ in ends) - sum(left_out)


def _last(ends: list[tuple[Number, bool]], spare: int) -> Number:
    """Give the least of a maximum, when all uncertain terms and `spare` others may be left out."""
    certain = sorted((end for end, is_certain in ends if is_certain), reverse=True)
    return certain[spare] if spare < len(certain) else min(end for end, _ in ends)


def _mean(parts: Sequence[Part], spare: int) -> Range | None:
    """Give the range of a weighted mean; of terms that may be left out the outermost, whichever stay."""
    weights = {part.weight for part in parts}
    if all(part.is_certain for part in parts) and (not spare or len(weights) == 1):
        kept = len(parts) - min(spare, len(parts) - 1)
        lows, highs = sorted(part.low for part in parts)[:kept], sorted(part.high for part in parts)[-kept:]
        weight = sum(part.weight for part in parts) * Fraction(kept, len(parts))
        return _ordered(Fraction(sum(lows)) / weight, Fraction(sum(highs)) / weight) if weight else None
    if not any(weights) or (min(weights) < 0 < max(weights)):
        return None
    return _outermost([_ordered(part.low / part.weight, part.high / part.weight) for part in parts if part.weight])


def _times_weight(mean: Range | None, parts: Sequence[Part]) -> Range | None:
    """Give the range of a sum that is filled up: a mean times the weight of all that applies."""
    weights = [abs(part.weight) for part in parts if part.weight]
    if mean is None or not weights:
        return None
    sign = 1 if sum(part.weight for part in parts) > 0 else -1
    certain = sum(abs(part.weight) for part in parts if part.is_certain)
    ends = [sign * weight * end for weight in (certain or min(weights), sum(weights)) for end in mean]
    return min(ends), max(ends)


def _ordered(one: Number, other: Number) -> Range:
    return min(one, other), max(one, other)
