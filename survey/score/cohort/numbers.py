"""Exact numbers of many responses: whole numbers over one common denominator, never floats.

Each column carries the lowest and highest number that it can hold. What could leave 64 bits is refused before it is
reckoned: NotVectorised, never a wrong number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from survey.expression import Absence, Number, tree
from survey.score.cohort.truths import NONE, Flags, Truths

Ints = npt.NDArray[np.integer[Any]]

LIMIT: Final = 2**62
#: Up to this width different numbers are found by marking a table, which is ten times as fast as sorting.
MARKED: Final = 2**20


class NotVectorised(Exception):
    """What cannot be reckoned exactly over whole columns; score these responses one by one instead."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number `top / bottom` for each response, unless it is `missing` or does not apply (`absent`).

    Every top lies from `low` to `high`, those that stand for no number too.
    """

    top: Ints
    bottom: int
    low: int
    high: int
    missing: Flags = field(default_factory=lambda: NONE)
    absent: Flags = field(default_factory=lambda: NONE)

    def __post_init__(self) -> None:
        """Refuse what could leave 64 bits."""
        if not -LIMIT < self.low <= self.high < LIMIT or self.bottom >= LIMIT:
            raise NotVectorised("its numbers are too large, or have too many different denominators, for 64 bits")

    @property
    def there(self) -> Flags:
        """Return where there is a number."""
        return ~(self.missing | self.absent)

    def over(self, bottom: int) -> Numbers:
        """Give the same numbers over a multiple of the denominator."""
        factor = bottom // self.bottom
        return self if factor == 1 else self.times(factor, bottom)

    def times(self, factor: int, bottom: int) -> Numbers:
        """Give every top times a whole number, over another denominator."""
        low, high = sorted((self.low * factor, self.high * factor))
        _fit(low, high)
        return replace(self, top=self.top * factor, bottom=bottom, low=low, high=high)

    def moved(self, missing: Flags, absent: Flags) -> Numbers:
        """Give the same numbers with others missing and absent."""
        return replace(self, missing=missing, absent=absent)


def constant(value: Number) -> Numbers:
    """Give one number for all responses."""
    exact = Fraction(value)
    return whole(np.array(_fit(exact.numerator)), exact.numerator, exact.numerator, exact.denominator)


def whole(top: Ints, low: int, high: int, bottom: int = 1) -> Numbers:
    """Give numbers that are all there."""
    return Numbers(top.astype(np.int64, copy=False), bottom, low, high)


def from_table(index: Ints, entries: Sequence[Number | Absence | None]) -> Numbers:
    """Give the entry of a table at each index; None is missing, ABSENT does not apply."""
    known = [Fraction(entry) for entry in entries if isinstance(entry, (int, Fraction))] or [Fraction(0)]
    bottom = math.lcm(*{entry.denominator for entry in known})
    low, high = int(min(known) * bottom), int(max(known) * bottom)
    _fit(low, high)
    there = [isinstance(entry, (int, Fraction)) for entry in entries]
    tops = [int(Fraction(entry) * bottom) if isinstance(entry, (int, Fraction)) else low for entry in entries]
    absent = [isinstance(entry, Absence) for entry in entries]
    missing = [entry is None for entry in entries]
    top = np.array(tops, np.int64)[index]
    if all(there):
        return Numbers(top, bottom, low, high)
    return Numbers(top, bottom, low, high, np.array(missing, bool)[index], np.array(absent, bool)[index])


def combine(sign: tree.Operator, left: Numbers, right: Numbers) -> Numbers:
    """Add, subtract, multiply or divide; what does not apply outweighs what is missing."""
    absent = left.absent | right.absent
    missing = (left.missing | right.missing) & ~absent
    if sign == "/":
        return _divide(left, right, missing, absent)
    if sign == "*":
        corners = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
        low, high, bottom = min(corners), max(corners), left.bottom * right.bottom
        _fit(low, high, bottom)
        return Numbers(left.top * right.top, bottom, low, high, missing, absent)
    if sign == "-":
        right = right.times(-1, right.bottom)
    left, right = _align(left, right)
    low, high = left.low + right.low, left.high + right.high
    _fit(low, high)
    return Numbers(left.top + right.top, left.bottom, low, high, missing, absent)


def _divide(left: Numbers, right: Numbers, missing: Flags, absent: Flags) -> Numbers:
    """Divide exactly, over the least common multiple of the divisors that occur; by zero the number is missing."""
    by_zero = right.there & (right.top == 0)
    divisor = np.where(by_zero | ~right.there, 1, right.top)
    common = math.lcm(*(int(each) for each in np.unique(np.abs(divisor))))
    most = max(abs(left.low), abs(left.high)) * right.bottom * common
    _fit(most, left.bottom * common)
    top = left.top * (right.bottom * (common // divisor))
    return Numbers(top, left.bottom * common, -most, most, missing | (by_zero & ~absent), absent)


def function(name: str, part: Numbers) -> Numbers:
    """Give the absolute, floor or ceiling of each number."""
    if name == "abs":
        return replace(part, top=np.abs(part.top), low=0, high=max(abs(part.low), abs(part.high)))
    sign = 1 if name == "floor" else -1
    ends = [sign * (sign * end // part.bottom) for end in (part.low, part.high)]
    return replace(part, top=sign * (sign * part.top // part.bottom), bottom=1, low=ends[0], high=ends[1])


def round_half_up(part: Numbers, digits: int) -> Numbers:
    """Round to decimals, a half away from zero."""
    unit, most = 10**digits, max(abs(part.low), abs(part.high))
    _fit(2 * most * unit + part.bottom, 2 * part.bottom)
    rounded = (2 * unit * np.abs(part.top) + part.bottom) // (2 * part.bottom)
    highest = (2 * unit * most + part.bottom) // (2 * part.bottom)
    return replace(part, top=np.where(part.top < 0, -rounded, rounded), bottom=unit, low=-highest, high=highest)


def gathered(name: str, parts: Sequence[Numbers]) -> Numbers:
    """Give sum, mean, min or max: those that do not apply are left out, one that is missing makes it missing."""
    missing, absent = parts[0].missing, parts[0].absent
    for part in parts[1:]:
        missing, absent = missing | part.missing, absent & part.absent
    if name in ("min", "max"):
        return extreme(name, parts).moved(missing, absent & ~missing)
    total = add_up(parts)
    if name == "mean":
        found = sum((part.there for part in parts), np.array(0))
        count = whole(np.where(found == 0, 1, found), 1, len(parts))
        total = combine("/", total, count)
    return total.moved(missing, absent & ~missing)


def add_up(parts: Sequence[Numbers]) -> Numbers:
    """Give the sum of the numbers that are there, 0 where there is none."""
    parts = _common(parts)
    low, high = sum(min(part.low, 0) for part in parts), sum(max(part.high, 0) for part in parts)
    _fit(low, high)
    top: Ints = np.array(0)
    for part in parts:
        top = top + part.top * part.there
    return Numbers(top, parts[0].bottom, low, high)


def extreme(name: str, parts: Sequence[Numbers]) -> Numbers:
    """Give the lowest or highest of the numbers that are there, 0 where there is none."""
    parts, pick = _common(parts), np.minimum if name == "min" else np.maximum
    low, high = min([0, *(part.low for part in parts)]), max([0, *(part.high for part in parts)])
    top, found = np.array(0), NONE
    for part in parts:
        there = part.there
        top = np.where(there, np.where(found, pick(top, part.top), part.top), top)
        found = found | there
    return Numbers(top, parts[0].bottom, low, high)


def first(parts: Sequence[Numbers]) -> Numbers:
    """Give the first of the numbers that are there, 0 where there is none."""
    parts = _common(parts)
    low, high = min([0, *(part.low for part in parts)]), max([0, *(part.high for part in parts)])
    top = np.array(0)
    for part in reversed(parts):
        top = np.where(part.there, part.top, top)
    return Numbers(top, parts[0].bottom, low, high)


def choose(condition: Truths, yes: Numbers, no: Numbers) -> Numbers:
    """Take one of two columns; where the condition is unknown both must be the same."""
    yes, no = _align(yes, no)
    same = (yes.there & no.there & (yes.top == no.top)) | (yes.absent & no.absent)
    left, right, unknown = condition.yes | condition.unknown, condition.no, condition.unknown
    return Numbers(
        np.where(left, yes.top, no.top),
        yes.bottom,
        min(yes.low, no.low),
        max(yes.high, no.high),
        (left & yes.missing) | (right & no.missing) | (unknown & ~same),
        ((left & yes.absent) | (right & no.absent)) & (same | ~unknown),
    )


COMPARE: Final[dict[tree.Comparator, Callable[[Ints, Ints], Flags]]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def compare(comparator: tree.Comparator, left: Numbers, right: Numbers) -> Truths:
    """Compare: False where either does not apply, unknown where either is missing."""
    left, right = _align(left, right)
    holds, absent = COMPARE[comparator](left.top, right.top), left.absent | right.absent
    known = ~(left.missing | right.missing | absent)
    return Truths(holds & known, absent | (~holds & known))


def each(numbers: Numbers, give: Callable[[Number], Number | None]) -> Numbers:
    """Apply a function of one exact number, once to each number that occurs; None is missing."""
    known, place = different(np.where(numbers.there, numbers.top, numbers.low), numbers.low, numbers.high)
    found = from_table(place, [give(_plain(top, numbers.bottom)) for top in known])
    return found.moved((found.missing | numbers.missing) & ~numbers.absent, numbers.absent)


def exact(numbers: Numbers, tops: Sequence[int]) -> list[Number]:
    """Give tops as the exact numbers that they stand for."""
    return [_plain(top, numbers.bottom) for top in tops]


def different(keys: Ints, low: int, high: int) -> tuple[list[int], Ints]:
    """Give the different whole numbers of a column, and the place of each response's number among them."""
    if high - low >= MARKED and keys.size:
        low, high = int(keys.min()), int(keys.max())
    if high - low >= MARKED:
        known, place = np.unique(keys, return_inverse=True)
        return [int(key) for key in known], place
    marks = np.zeros(high - low + 1, bool)
    shifted = keys - low if low else keys
    marks[shifted] = True
    known = np.flatnonzero(marks)
    places = np.zeros(high - low + 1, np.int32)
    places[known] = np.arange(known.size, dtype=np.int32)
    return [int(key) + low for key in known], places[shifted]


def _align(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Give two columns over one denominator."""
    bottom = math.lcm(left.bottom, right.bottom)
    return left.over(bottom), right.over(bottom)


def _common(parts: Sequence[Numbers]) -> list[Numbers]:
    """Give columns over one denominator."""
    bottom = math.lcm(*(part.bottom for part in parts))
    return [part.over(bottom) for part in parts]


def _plain(top: int, bottom: int) -> Number:
    return top // bottom if top % bottom == 0 else Fraction(top, bottom)


def _fit(*numbers: int) -> int:
    """Refuse numbers that could leave 64 bits before they are reckoned with; give the first back."""
    if any(abs(number) >= LIMIT for number in numbers):
        raise NotVectorised("its numbers are too large, or have too many different denominators, for 64 bits")
    return numbers[0]
