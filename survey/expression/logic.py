"""Kleene's three-valued logic as closures: unknown matters only where it could change the result."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from survey.expression.scope import ABSENT, Absence, Bounds, Number, Quantity, Scope, Truth
from survey.expression.tree import Comparator

Holds = Callable[[Number, Number], bool]
COMPARE: dict[Comparator, Holds] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def kleene(parts: Sequence[Truth], decisive: bool) -> Truth:
    """Join conditions: one `decisive` part (True for `or`, False for `and`) settles it, else an unknown one does."""
    if len(parts) == 2:
        return _pair(parts[0], parts[1], decisive)
    fixed = tuple(parts)

    def joined(scope: Scope) -> bool | None:
        result: bool | None = not decisive
        for part in fixed:
            value = part(scope)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return joined


def _pair(left: Truth, right: Truth, decisive: bool) -> Truth:
    """Join two conditions, the usual number, without a loop."""

    def joined(scope: Scope) -> bool | None:
        first = left(scope)
        if first is decisive:
            return decisive
        second = right(scope)
        if second is decisive:
            return decisive
        return None if first is None else second

    return joined


def negate(part: Truth) -> Truth:
    """Turn a truth around; unknown stays unknown."""

    def negated(scope: Scope) -> bool | None:
        value = part(scope)
        return None if value is None else not value

    return negated


def compare_constant(holds: Holds, left: Quantity, right: Number) -> Truth:
    """Compare a number with a fixed one: False when it does not apply, unknown when it is missing."""

    def compared(scope: Scope) -> bool | None:
        value = left(scope)
        if value is None:
            return None
        return False if value is ABSENT else holds(value, right)  # type: ignore[arg-type]

    return compared


def compare_numbers(holds: Holds, left: Quantity, right: Quantity) -> Truth:
    """Compare two numbers: False when either does not apply, unknown when either is missing."""

    def compared(scope: Scope) -> bool | None:
        first, second = left(scope), right(scope)
        if isinstance(first, Absence) or isinstance(second, Absence):
            return False
        return None if first is None or second is None else holds(first, second)

    return compared


def compare_bounds(comparator: Comparator, left: Bounds, right: Bounds) -> Truth:
    """Compare by bounds: definite only when every number between them gives the same."""

    def compared(scope: Scope) -> bool | None:
        first, second = left(scope), right(scope)
        if isinstance(first, Absence) or isinstance(second, Absence):
            return False
        return None if first is None or second is None else _within(comparator, first, second)

    return compared


def _within(comparator: Comparator, left: tuple[Number, Number], right: tuple[Number, Number]) -> bool | None:
    """Compare two ranges of numbers."""
    if comparator in ("==", "!="):
        if left[1] < right[0] or right[1] < left[0]:
            return comparator == "!="
        return comparator == "==" if left[0] == left[1] == right[0] == right[1] else None
    holds = COMPARE[comparator]
    extremes = {holds(left[0], right[1]), holds(left[1], right[0])}
    return extremes.pop() if len(extremes) == 1 else None


def point(part: Quantity) -> Bounds:
    """Give a plain number as bounds that are the same."""

    def bounds(scope: Scope) -> tuple[Number, Number] | Absence | None:
        value = part(scope)
        return value if value is None or isinstance(value, Absence) else (value, value)

    return bounds


def tally(parts: Sequence[Truth]) -> Bounds:
    """Count the true conditions: low takes every unknown one as false, high as true."""
    fixed = tuple(parts)

    def bounds(scope: Scope) -> tuple[Number, Number]:
        low = high = 0
        for part in fixed:
            value = part(scope)
            low += value is True
            high += value is not False
        return low, high

    return bounds


def exact_tally(parts: Sequence[Truth]) -> Quantity:
    """Count the true conditions where a plain number is asked for: missing as long as one is unknown."""
    bounds = tally(parts)

    def exact(scope: Scope) -> Number | None:
        low, high = bounds(scope)  # type: ignore[misc]
        return low if low == high else None

    return exact
