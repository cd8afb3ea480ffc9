"""Reckoning with days as closures: what an answer, a written day or so many months later is as a day number."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from survey.expression.scope import ABSENT, NOT_SHOWN, Absence, Number, Quantity, Scope
from survey.expression.tree import Ref, Shifted, Whole

#: A day by its number (date.toordinal), missing, or not there.
Day = Callable[[Scope], int | Absence | None]


def ordinal(written: str) -> int | None:
    """Give the number of a day such as 2026-06-12, of a month that of its first day; None for what is neither."""
    try:
        return date.fromisoformat(written if len(written) > 7 else f"{written}-01").toordinal()
    except ValueError:
        return None


def add_months(day: int, months: int) -> int:
    """Give the day so many months later; what a month does not have becomes its last day."""
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return day
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def years(birth: int, at: int) -> int:
    """Give the whole years between two days; who is born on 29 February is a year older on 1 March."""
    born, day = date.fromordinal(birth), date.fromordinal(at)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def days(first: int, second: int) -> int:
    """Give the days from the first to the second."""
    return second - first


def day_of(node: Ref | Whole | Shifted) -> Day:
    """Compile a part that is a day."""
    match node:
        case Whole(written):
            fixed = ordinal(written)
            return lambda scope: fixed
        case Shifted(inner, months):
            start = day_of(inner)

            def shifted(scope: Scope) -> int | Absence | None:
                day = start(scope)
                return add_months(day, months) if isinstance(day, int) else day

            return shifted
        case Ref(name):

            def given(scope: Scope) -> int | Absence | None:
                value = scope.values.get(name)
                if isinstance(value, str):
                    return ordinal(value)
                state = scope.states.get(name)
                return ABSENT if state is None or state == NOT_SHOWN else None

            return given


def between(measure: Callable[[int, int], int], first: Day, second: Day) -> Quantity:
    """Measure from one day to another; what does not apply outweighs what is missing."""

    def measured(scope: Scope) -> Number | Absence | None:
        start, end = first(scope), second(scope)
        if isinstance(start, Absence) or isinstance(end, Absence):
            return ABSENT
        return None if start is None or end is None else measure(start, end)

    return measured
