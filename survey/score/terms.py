"""The terms of a scale as closures: each gives the item that stands in the trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from survey.answers import State, Value
from survey.definition.model import Definition
from survey.definition.ranges import Ranges
from survey.definition.reach import Range
from survey.definition.scoring import Term
from survey.expression import Absence, Expression, Name, Number, Scope, measure, parse, truth
from survey.kinds import Choice
from survey.score.outcome import Item
from survey.score.steps import Unscorable, plain, table

Read = Callable[[Scope], Item]
#: Items are values, so that one answer's item is made once; numbers typed by students must not fill the memory.
KEPT = 512


def compile_term(
    term: Term, owner: str, definition: Definition, names: Mapping[str, Name], ranges: Ranges
) -> Read:
    """Give the closure of one term of the scale `owner`; raises Unscorable."""
    if term.value is not None:
        read = _calculation(term.value, names, compile_points(term, owner, ranges))
    elif term.ref in definition.questions:
        read = _question(term, owner, definition, ranges)
    elif term.ref in definition.scales:
        read = _scale(term.ref, compile_points(term, owner, ranges))
    elif term.ref in definition.counts:
        read = _count(term.ref, compile_points(term, owner, ranges))
    else:
        raise Unscorable(f"`{owner}`: there is no question, scale or count `{term.ref}`")
    return read if term.when is None else _conditional(read, term, truth(term.when, names))


def compile_part(source: str, names: Mapping[str, Name]) -> Read:
    """Give the closure of one id that a calculation names, for the trace and for counting what is answered."""
    return _calculation(parse(source), names, lambda value: value)


def compile_points(term: Term, owner: str, ranges: Ranges) -> Callable[[Number], Number | None]:
    """Give map, reverse and weight of a term as one function of its number; None: this number has no points."""
    mapped = table(term.map) if term.map is not None else None
    ends: Range | None = None
    if term.reverse:
        ends = _mapped_ends(term) if term.map is not None else ranges.of(term.ref or "")
        if ends is None:
            raise Unscorable(f"`{owner}`: `-{term.ref}` needs a lowest and a highest number to reverse within")
    total = ends[0] + ends[1] if ends is not None else None
    weight = plain(term.weight)

    def points(value: Number) -> Number | None:
        found = value if mapped is None else mapped(value)
        if found is None:
            return None
        if total is not None:
            found = total - found
        return plain(found * weight) if weight != 1 else plain(found)

    return points


def _mapped_ends(term: Term) -> Range | None:
    """Give the lowest and highest number of a term's own map."""
    entries = term.map.values() if isinstance(term.map, dict) else [step.value for step in term.map or ()]
    values = [value for value in entries if value is not None]
    return (min(values), max(values)) if values else None


def _question(term: Term, owner: str, definition: Definition, ranges: Ranges) -> Read:
    """Read a question: the item of an answer is made once and kept."""
    ref = term.ref or ""
    question = definition.questions[ref]
    by_code = _by_code(term.map) if isinstance(question, Choice) and isinstance(term.map, dict) else None
    after = term.model_copy(update={"map": None}) if by_code is not None else term
    if by_code is not None and term.reverse:
        ends = _mapped_ends(term)
        points_of = compile_points(after, owner, Ranges({ref: ends} if ends else {}, {}))
    else:
        points_of = compile_points(after, owner, ranges)
    without = {state: Item(ref, state, None, None, None) for state in State}
    kept: dict[Value, Item] = {}

    def make(value: Value) -> Item:
        state, raw = question.reading(value)
        code = _code(value)
        if state is not State.ANSWERED:
            return Item(ref, state, code, None, None)
        number = raw if by_code is None else by_code(value)
        return Item(ref, state, code, raw, None if number is None else points_of(number))

    def read(scope: Scope) -> Item:
        value = scope.values.get(ref)
        if value is None:
            return without[scope.states.get(ref, State.NOT_SHOWN)]  # type: ignore[index]
        item = kept.get(value)
        if item is None:
            item = make(value)
            if len(kept) < KEPT:
                kept[value] = item
        return item

    return read


def _by_code(points: Mapping[str, Fraction | None]) -> Callable[[Value], Number | None]:
    """Give a map by option code; of several chosen options the sum."""
    exact = {code: plain(entry) for code, entry in points.items() if entry is not None}

    def mapped(value: Value) -> Number | None:
        if isinstance(value, tuple):
            return sum((exact.get(code, 0) for code in value), 0)
        return exact.get(str(value))

    return mapped


def _code(value: Value) -> str | None:
    """Give the option code for the trace, of several chosen options with commas; a number has none."""
    if isinstance(value, tuple):
        return ",".join(value)
    return value if isinstance(value, str) else None


def _scale(ref: str, points_of: Callable[[Number], Number | None]) -> Read:
    """Read another scale; one that does not apply is like a question that was not shown."""

    def read(scope: Scope) -> Item:
        score = scope.scales[ref]
        if score.value is None:
            state = State.NOT_SHOWN if score.why == "not_applicable" else State.UNKNOWN
            return Item(ref, state, None, None, None)
        return Item(ref, State.ANSWERED, score.band, score.value, points_of(score.value))

    return read


def _count(ref: str, points_of: Callable[[Number], Number | None]) -> Read:
    """Read a count; it is missing while its bounds differ."""

    def read(scope: Scope) -> Item:
        count = scope.counts[ref]
        if count.low != count.high:
            return Item(ref, State.UNKNOWN, None, None, None)
        return Item(ref, State.ANSWERED, None, count.low, points_of(count.low))

    return read


def _calculation(
    expression: Expression,
    names: Mapping[str, Name],
    points_of: Callable[[Number], Number | None],
) -> Read:
    """Read a calculation; in the trace it stands as it is written."""
    value_of = measure(expression, names)
    ref = expression.source
    missing, absent = (Item(ref, state, None, None, None) for state in (State.UNKNOWN, State.NOT_SHOWN))

    def read(scope: Scope) -> Item:
        value = value_of(scope)
        if value is None:
            return missing
        if isinstance(value, Absence):
            return absent
        return Item(ref, State.ANSWERED, None, value, points_of(value))

    return read


def _conditional(read: Read, term: Term, holds: Callable[[Scope], bool | None]) -> Read:
    """Read a term only when its condition is true; unknown leaves it missing, unless it does not apply at all."""
    ref = term.ref or str(term.value)
    absent, missing = Item(ref, State.NOT_SHOWN, None, None, None), Item(ref, State.UNKNOWN, None, None, None)

    def conditionally(scope: Scope) -> Item:
        held = holds(scope)
        if held is False:
            return absent
        item = read(scope)
        return item if held or item.state is State.NOT_SHOWN else missing

    return conditionally
