"""What an id gives, as closures: the code, number, band or bounds that the scope holds for it."""

from __future__ import annotations

from survey.expression.scope import (
    ABSENT,
    MISSING_STATES,
    NOT_APPLICABLE,
    NOT_SHOWN,
    Absence,
    Bounds,
    Number,
    Quantity,
    Role,
    Scope,
    Truth,
)
from survey.expression.tree import Ref, Symbol


def member(ref: Ref, symbols: tuple[Symbol, ...], negated: bool, role: Role) -> Truth:
    """Ask whether the code, band or value is one of the symbols."""
    wanted = frozenset({symbol.text for symbol in symbols} | {s.number for s in symbols if s.number is not None})
    if ref.part == "band":
        return _count_band(ref.name, wanted, negated) if role == "count" else _scale_band(ref.name, wanted, negated)
    if role == "rule":
        return _rule_value(ref.name, wanted, negated)
    return _code(ref.name, wanted, negated)


def _code(name: str, wanted: frozenset[object], negated: bool) -> Truth:
    """Ask for an answer; a code that is named is found even when its option says "don't know"."""
    found, other = not negated, negated

    def asked(scope: Scope) -> bool | None:
        value = scope.values.get(name)
        if value is not None:
            if type(value) is tuple:
                if not wanted.isdisjoint(value):
                    return found
            elif value in wanted:
                return found
        state = scope.states.get(name)
        if state in MISSING_STATES:
            return None
        return False if state is None or state == NOT_SHOWN else other

    return asked


def _scale_band(name: str, wanted: frozenset[object], negated: bool) -> Truth:
    """Ask for a scale's band; the band for "unknown" is found only by its name."""
    found, other = not negated, negated

    def asked(scope: Scope) -> bool | None:
        score = scope.scales.get(name)
        if score is None:
            return None
        if score.band in wanted:
            return found
        if score.why is None or score.lifted_by is not None:
            return other
        return False if score.why == NOT_APPLICABLE else None

    return asked


def _count_band(name: str, wanted: frozenset[object], negated: bool) -> Truth:
    """Ask for a count's band: unknown while its bounds allow both."""
    found, other = not negated, negated

    def asked(scope: Scope) -> bool | None:
        count = scope.counts.get(name)
        if count is None:
            return None
        if wanted.isdisjoint(count.bands):
            return other
        return found if wanted.issuperset(count.bands) else None

    return asked


def _rule_value(name: str, wanted: frozenset[object], negated: bool) -> Truth:
    """Ask for a rule's value; a rule without one is unknown."""

    def asked(scope: Scope) -> bool | None:
        value = scope.rules.get(name)
        return None if value is None else (value in wanted) is not negated

    return asked


def answered(ref: Ref, role: Role) -> Truth:
    """Ask whether there is an answer that counts, or a result."""
    name = ref.name
    if role == "question":
        return lambda scope: scope.states.get(name) == "answered"
    if role == "rule":
        return lambda scope: scope.rules.get(name) is not None
    if role == "count":
        return lambda scope: (count := scope.counts.get(name)) is not None and count.low == count.high
    return lambda scope: (score := scope.scales.get(name)) is not None and score.value is not None


def missing(ref: Ref, role: Role) -> Truth:
    """Ask whether something that applies has no answer or result."""
    name = ref.name
    if role == "question":
        return lambda scope: scope.states.get(name) in MISSING_STATES
    if role == "scale":
        return lambda scope: (
            (score := scope.scales.get(name)) is not None and score.value is None and score.why != NOT_APPLICABLE
        )
    there = answered(ref, role)
    return lambda scope: not there(scope)


def quantity(ref: Ref, role: Role) -> Quantity:
    """Give the number of an id: points of an answer, value of a scale, a count that is certain, a rule's number."""
    if ref.part is not None:
        return _part(ref, role)
    return {"question": _points, "scale": _value, "count": _certain, "rule": _rule_number}[role](ref.name)


def _points(name: str) -> Quantity:
    def given(scope: Scope) -> Number | Absence | None:
        value = scope.points.get(name)
        if value is None:
            state = scope.states.get(name)
            return ABSENT if state is None or state == NOT_SHOWN else None
        return value

    return given


def _value(name: str) -> Quantity:
    def given(scope: Scope) -> Number | Absence | None:
        score = scope.scales.get(name)
        if score is None:
            return None
        if score.value is None and score.why == NOT_APPLICABLE:
            return ABSENT
        return score.value

    return given


def _certain(name: str) -> Quantity:
    def given(scope: Scope) -> Number | Absence | None:
        count = scope.counts.get(name)
        return None if count is None or count.low != count.high else count.low

    return given


def _rule_number(name: str) -> Quantity:
    def given(scope: Scope) -> Number | Absence | None:
        value = scope.rules.get(name)
        return value if isinstance(value, int) else None

    return given


def _part(ref: Ref, role: Role) -> Quantity:
    """Give the ends of a count, the value of a scale or how much of it was answered."""
    name = ref.name
    if role == "count":
        if ref.part == "low":
            return lambda scope: scope.counts[name].low if name in scope.counts else None
        if ref.part == "high":
            return lambda scope: scope.counts[name].high if name in scope.counts else None
    if role == "scale":
        if ref.part == "value":
            return _value(name)
        if ref.part == "answered":
            return lambda scope: scope.scales[name].answered if name in scope.scales else None
        if ref.part == "applicable":
            return lambda scope: scope.scales[name].applicable if name in scope.scales else None
    return lambda scope: None


def bounds(name: str) -> Bounds:
    """Give the low and high end of a count."""

    def given(scope: Scope) -> tuple[Number, Number] | Absence | None:
        count = scope.counts.get(name)
        return None if count is None else (count.low, count.high)

    return given
