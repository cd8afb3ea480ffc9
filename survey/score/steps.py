"""The steps from a raw value to a scale's result, on exact numbers: rescale, clip, round, table, band."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from survey.definition.ranges import Points
from survey.definition.reach import Range
from survey.definition.scoring import BandEdge, Rounding, Scale
from survey.expression import Number
from survey.kinds.question import read_number

Step = Callable[[Number], Number]
HALF = Fraction(1, 2)


class Unscorable(ValueError):
    """A definition that cannot be computed, whatever the answers; says which part and what it lacks."""


def plain(value: Number) -> Number:
    """Return a whole Fraction as an int: ints compare and add ten times faster."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def ratio(upper: Number, lower: Number) -> Number:
    """Divide exactly; raises ZeroDivisionError."""
    return plain(Fraction(upper) / lower)


def straight_line(scale: Scale, natural: Range | None) -> Step:
    """Give rescale, times, plus and clip as one step; raises Unscorable when `rescale` has no range to start from."""
    factor: Number = 1
    shift: Number = 0
    if scale.rescale is not None:
        source = scale.rescale.source or natural
        if source is None or source[0] == source[1]:
            raise Unscorable(f"`{scale.id}`: `rescale` needs `from: [lowest, highest]`, its own range is not known")
        to_low, to_high = scale.rescale.to
        factor = (to_high - to_low) / (Fraction(source[1]) - source[0])
        shift = to_low - source[0] * factor
    factor, shift = plain(factor * scale.times), plain(shift * scale.times + scale.plus)
    low, high = (None if end is None else plain(end) for end in scale.clip or (None, None))

    def along(value: Number) -> Number:
        moved = plain(value * factor + shift)
        if low is not None and moved < low:
            return low
        return high if high is not None and moved > high else moved

    return along


def round_number(value: Number, digits: int, way: Rounding) -> Number:
    """Round to `digits` decimals by a named rule; `half_up` takes a half away from zero (2.5 is 3, -2.5 is -3)."""
    unit = Fraction(10) ** digits
    shifted = Fraction(value) * unit
    if way == "ceil":
        whole = math.ceil(shifted)
    elif way == "floor":
        whole = math.floor(shifted)
    elif way == "half_even":
        whole = round(shifted)
    else:
        whole = math.floor(abs(shifted) + HALF) * (1 if shifted >= 0 else -1)
    return plain(whole / unit)


def table(points: Points) -> Callable[[Number], Number | None]:
    """Give a table as a function of a number: its entry, or the first step above it; None outside it."""
    if isinstance(points, dict):
        entries = {key: entry for text, entry in points.items() if (key := number_of(text)) is not None}
        return lambda value: None if (entry := entries.get(value)) is None else plain(entry)
    edges = [(step.below, None if step.value is None else plain(step.value)) for step in points]

    def in_steps(value: Number) -> Number | None:
        for below, entry in edges:
            if below is None or value < below:
                return entry
        return None

    return in_steps


def number_of(text: str) -> Number | None:
    """Read the key of a table as a number; None for an option code that is none."""
    try:
        return plain(read_number(text))
    except ValueError:
        return None


def band(edges: Sequence[BandEdge]) -> Callable[[Number], str | None]:
    """Give the label of the first band whose edge lies above a value, None when there is no such band."""
    rows = [(None if edge.below is None else plain(edge.below), edge.label) for edge in edges]

    def labelled(value: Number) -> str | None:
        for below, label in rows:
            if below is None or value < below:
                return label
        return None

    return labelled
