"""Exact arithmetic as closures: None is missing, ABSENT does not apply."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction

from survey.expression.scope import ABSENT, Absence, Number, Quantity, Scope, Truth
from survey.expression.tree import Operator

#: Calculations that multiply each other end here, where a number is beyond any use and any float: it is missing then.
LARGEST = 2**1000
COMBINE: dict[Operator, Callable[[Number, Number], Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
APPLY: dict[str, Callable[[Number], Number]] = {
    "abs": lambda value: value if value >= 0 else -value,
    "floor": math.floor,
    "ceil": math.ceil,
}


def plain(value: Number) -> Number:
    """Return a whole Fraction as an int: ints compare and add ten times faster."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def fits(value: Number) -> bool:
    """Say whether a number is small enough to reckon on with."""
    return -LARGEST < value.numerator < LARGEST and value.denominator < LARGEST


def _kept(value: Number) -> Number | None:
    return plain(value) if fits(value) else None


def ratio(upper: Number, lower: Number) -> Number:
    """Divide exactly; raise ZeroDivisionError as Python does."""
    return plain(Fraction(upper) / Fraction(lower))


def round_half_up(value: Number, digits: int) -> Number:
    """Round to `digits` decimals, a half away from zero: 2.5 is 3 and -2.5 is -3."""
    shifted = abs(value) * 10**digits
    whole = math.floor(shifted + Fraction(1, 2))
    return ratio(whole if value >= 0 else -whole, 10**digits)


def combine(operation: Callable[[Number, Number], Number], left: Quantity, right: Quantity) -> Quantity:
    """Add, subtract or multiply; what does not apply outweighs what is missing."""

    def combined(scope: Scope) -> Number | Absence | None:
        first, second = left(scope), right(scope)
        if isinstance(first, Absence) or isinstance(second, Absence):
            return ABSENT
        return None if first is None or second is None else _kept(operation(first, second))

    return combined


def divide(left: Quantity, right: Quantity) -> Quantity:
    """Divide exactly; by zero the number is missing."""

    def divided(scope: Scope) -> Number | Absence | None:
        first, second = left(scope), right(scope)
        if isinstance(first, Absence) or isinstance(second, Absence):
            return ABSENT
        return None if first is None or not second else _kept(ratio(first, second))

    return divided


def apply(operation: Callable[[Number], Number], part: Quantity) -> Quantity:
    """Apply a function of one number."""

    def applied(scope: Scope) -> Number | Absence | None:
        value = part(scope)
        return value if value is None or isinstance(value, Absence) else plain(operation(value))

    return applied


def gather(operation: Callable[[list[Number]], Number], parts: Sequence[Quantity]) -> Quantity:
    """Apply a function of many numbers: those that do not apply are left out, one that is missing makes it missing."""
    fixed = tuple(parts)

    def gathered(scope: Scope) -> Number | Absence | None:
        found: list[Number] = []
        for part in fixed:
            value = part(scope)
            if value is None:
                return None
            if not isinstance(value, Absence):
                found.append(value)
        return _kept(operation(found)) if found else ABSENT

    return gathered


def _mean(found: list[Number]) -> Number:
    return ratio(sum(found), len(found))


GATHER: dict[str, Callable[[list[Number]], Number]] = {"sum": sum, "mean": _mean, "min": min, "max": max}


def choose(condition: Truth, yes: Quantity, no: Quantity) -> Quantity:
    """Take one of two numbers; when the condition is unknown both must be the same."""

    def chosen(scope: Scope) -> Number | Absence | None:
        held = condition(scope)
        if held is None:
            first, second = yes(scope), no(scope)
            return first if first == second else None
        return yes(scope) if held else no(scope)

    return chosen
