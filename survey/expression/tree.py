"""What an expression is once it has been read: a tree of these frozen parts, each with its column from 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Part = Literal["band", "value", "answered", "applicable", "low", "high"]
Comparator = Literal["==", "!=", "<", "<=", ">", ">="]
Operator = Literal["+", "-", "*", "/"]
Function = Literal["sum", "mean", "min", "max", "abs", "floor", "ceil"]
Measure = Literal["days", "age"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A question, scale, count or rule by its id, or one part of a scale or count (`size.band`)."""

    name: str
    part: Part | None
    column: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A word on the right of `==` or in a list: an option code, a band or a rule's value, never an id."""

    text: str
    number: int | Fraction | None
    column: int


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false` itself."""

    value: bool


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` (every part) or `or` (some part), in Kleene's sense."""

    every: bool
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of unknown it is unknown."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Answered:
    """`answered(x)`: whether there is something that counts; always definite."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`x == missing`, or with `negated` `x != missing`; always definite, and false for what was not shown."""

    ref: Ref
    negated: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Whether the code, band or value of `ref` is one of the symbols."""

    ref: Ref
    symbols: tuple[Symbol, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """Two numbers compared."""

    comparator: Comparator
    left: Quantity
    right: Quantity
    column: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A number as it stands in the file, exact."""

    value: int | Fraction


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers combined; division is exact, and by zero it gives no number."""

    operator: Operator
    left: Quantity
    right: Quantity


@dataclass(frozen=True, slots=True)
class Negate:
    """Minus a number."""

    part: Quantity


@dataclass(frozen=True, slots=True)
class Choose:
    """`a if condition else b`; of an unknown condition it is missing, unless both sides are the same number."""

    condition: Condition
    yes: Quantity
    no: Quantity


@dataclass(frozen=True, slots=True)
class Call:
    """A function of numbers."""

    function: Function
    parts: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Rounded:
    """`round(x, digits)`: half up, at a named number of decimals."""

    part: Quantity
    digits: int


@dataclass(frozen=True, slots=True)
class Tally:
    """`count(a, b, ...)`: how many of the conditions hold, with bounds where some are unknown."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A day as it stands in the file: `'2026-06-12'`."""

    written: str


@dataclass(frozen=True, slots=True)
class Shifted:
    """`add_months(day, n)`: so many months later, or earlier."""

    part: Day
    months: int


@dataclass(frozen=True, slots=True)
class Between:
    """`days(a, b)` or `age(birth, day)`: the days or the whole years from one day to another."""

    measure: Measure
    first: Day
    second: Day


Day = Ref | Whole | Shifted
Condition = Truth | Logic | Not | Answered | IsMissing | Member | Compare
Quantity = Constant | Ref | Arithmetic | Negate | Choose | Call | Rounded | Tally | Between
Tree = Condition | Quantity


def refs(part: Tree | Day) -> Iterator[Ref]:
    """Walk over every id that a tree names, in the order of the text."""
    match part:
        case Ref():
            yield part
        case Answered(ref) | IsMissing(ref) | Member(ref):
            yield ref
        case Logic(_, parts) | Call(_, parts) | Tally(parts):
            for inner in parts:
                yield from refs(inner)
        case Not(inner) | Negate(inner) | Rounded(inner):
            yield from refs(inner)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            yield from refs(left)
            yield from refs(right)
        case Between(_, first, second):
            yield from refs(first)
            yield from refs(second)
        case Shifted(inner):
            yield from refs(inner)
        case Choose(condition, yes, no):
            yield from refs(yes)
            yield from refs(condition)
            yield from refs(no)


def parts_of(node: Tree) -> Iterator[Tree]:
    """Walk over a tree with everything below it that is true, false or a number."""
    yield node
    match node:
        case Logic(_, parts) | Call(_, parts) | Tally(parts):
            for inner in parts:
                yield from parts_of(inner)
        case Not(inner) | Negate(inner) | Rounded(inner):
            yield from parts_of(inner)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            yield from parts_of(left)
            yield from parts_of(right)
        case Choose(condition, yes, no):
            for each in (condition, yes, no):
                yield from parts_of(each)
