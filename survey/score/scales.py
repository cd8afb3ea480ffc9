"""A scale as one closure: gather its items, apply the missing rule, take its steps, find its band."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from survey.answers import State
from survey.definition.model import Definition
from survey.definition.ranges import Ranges, find_raw_range, tables_of
from survey.definition.reach import Range
from survey.definition.scoring import Missing, Norm, Scale
from survey.expression import Absence, Expression, Name, Number, Scope, fits, measure, refs, truth
from survey.kinds import Choice
from survey.score import steps
from survey.score.outcome import Item, ScaleScore
from survey.score.terms import Read, compile_part, compile_term

#: Value as shown, value before rounding, band, and why there is none.
Conclusion = tuple[Number | None, Number | None, str | None, str | None]
Conclude = Callable[..., Conclusion]
#: Which norm group's table is used: its place, -1 for no group, None when it cannot be told.
Group = Callable[[Scope], int | None]
Compute = Callable[[Scope], ScaleScore]
#: Scores of a few choices are values that come back: each is made once. Beyond these sizes too few would come back.
MOST_TERMS = 6
KEPT = 4096
NO_MISSING = Missing()
ANY_MISSING = Missing(rule="ignore")


def compile_scale(
    scale: Scale, definition: Definition, names: Mapping[str, Name], ranges: Ranges
) -> Compute:
    """Give the closure of one scale; raises Unscorable."""
    conclude = compile_conclusion(scale, find_raw_range(definition, scale, ranges))
    if scale.value is not None:
        compute = _compile_value(scale, scale.value, names, conclude)
    else:
        reads = tuple(compile_term(term, scale.id, definition, names, ranges) for term in scale.of)
        compute = _remember(scale, definition, _compile_operation(scale, reads, names, conclude))
    return _compile_when(scale, _compile_lift(scale, compute, names), names)


def _compile_when(scale: Scale, compute: Compute, names: Mapping[str, Name]) -> Compute:
    """Wrap a scale that applies only under a condition."""
    if scale.when is None:
        return compute
    holds = truth(scale.when, names)
    absent = ScaleScore(scale.id, None, None, 0, 0, "not_applicable", ())
    unknown = ScaleScore(scale.id, None, scale.unknown, 0, 0, "condition_unknown", ())

    def conditionally(scope: Scope) -> ScaleScore:
        held = holds(scope)
        return compute(scope) if held else unknown if held is None else absent

    return conditionally


def _compile_operation(
    scale: Scale, reads: tuple[Read, ...], names: Mapping[str, Name], conclude: Conclude
) -> Compute:
    """Compile `op` over terms."""
    identity, group = scale.id, _compile_group(scale, names)
    weights = tuple(steps.plain(term.weight) for term in scale.of)
    collect = {"sum": _add, "mean": _add, "min": _least, "max": _most, "count": _tally, "first": _first}[str(scale.op)]
    weighted = collect is _add and any(weight != 1 for weight in weights)
    hidden = State.NOT_SHOWN

    def compute(scope: Scope) -> ScaleScore:
        items = tuple([read(scope) for read in reads])
        found = [item.points for item in items if item.points is not None]
        answered = len(found)
        applicable = answered + len([0 for item in items if item.points is None and item.state is not hidden])
        if weighted:
            parts = _weigh(items, weights)
        else:
            parts = (answered, applicable)
        value, raw, band, why = conclude(collect(found), *parts, answered, applicable, group(scope) if group else 0)
        return ScaleScore(identity, value, band, answered, applicable, why, items, None, raw)

    return compute


def _remember(scale: Scale, definition: Definition, compute: Compute) -> Compute:
    """Keep the scores of a scale over a few choices by their codes: they depend on nothing else."""
    refs = tuple(term.ref for term in scale.of if term.ref is not None and term.when is None)
    choices = all(isinstance(definition.questions.get(ref), Choice) for ref in refs)
    grouped = scale.by is not None or isinstance(scale.lookup, tuple)
    if len(refs) < len(scale.of) or len(refs) > MOST_TERMS or not choices or grouped:
        return compute
    kept: dict[tuple[object, ...], ScaleScore] = {}

    def remembered(scope: Scope) -> ScaleScore:
        values, states = scope.values, scope.states
        key = tuple([values.get(ref) or (None, states.get(ref)) for ref in refs])
        score = kept.get(key)
        if score is None:
            score = compute(scope)
            if len(kept) < KEPT:
                kept[key] = score
        return score

    return remembered


def _compile_value(
    scale: Scale, value: Expression, names: Mapping[str, Name], conclude: Conclude
) -> Compute:
    """Compile `value`, a calculation; what it names stands in the trace as its items."""
    calculate, group = measure(value, names), _compile_group(scale, names)
    read_parts = [ref for ref in refs(value.tree) if ref.part != "band"]
    sources = dict.fromkeys(f"{ref.name}.{ref.part}" if ref.part else ref.name for ref in read_parts)
    reads = tuple(compile_part(source, names) for source in sources)

    def compute(scope: Scope) -> ScaleScore:
        items = tuple([read(scope) for read in reads])
        answered = len([0 for item in items if item.points is not None])
        applicable = len([0 for item in items if item.state is not State.NOT_SHOWN])
        number = calculate(scope)
        if number is None:
            result: Conclusion = (None, None, scale.unknown, "incomplete" if answered else "nothing_answered")
        elif isinstance(number, Absence):
            result = conclude(0, 0, 0, 0, 0, 0)
        else:
            result = conclude(number, 1, 1, 1, 1, group(scope) if group else 0)
        shown, exact, band, why = result
        return ScaleScore(scale.id, shown, band, answered, applicable, why, items, None, exact)

    return compute


def _add(found: list[Number]) -> Number:
    return sum(found)


def _least(found: list[Number]) -> Number:
    return min(found, default=0)


def _most(found: list[Number]) -> Number:
    return max(found, default=0)


def _tally(found: list[Number]) -> Number:
    return len(found)


def _first(found: list[Number]) -> Number:
    return found[0] if found else 0


def _weigh(items: tuple[Item, ...], weights: tuple[Number, ...]) -> tuple[Number, Number]:
    """Add up the weights of the answered and of all applicable items."""
    answered: Number = 0
    applicable: Number = 0
    for item, weight in zip(items, weights):
        if item.points is not None:
            answered += weight
        if item.points is not None or item.state is not State.NOT_SHOWN:
            applicable += weight
    return answered, applicable


def compile_conclusion(scale: Scale, natural: Range | None) -> Conclude:
    """Give the pure end of a scale: from totals to value, band and why; kept for the totals seen before."""
    follow, round_to = steps.straight_line(scale, natural), scale.round
    tables = [steps.table(points) for points in tables_of(scale)] if scale.lookup is not None else []
    find_band, unknown = steps.band(scale.bands), scale.unknown
    empty = None if scale.empty is None else steps.plain(scale.empty)
    missing = scale.missing or (ANY_MISSING if scale.op in ("count", "first") else NO_MISSING)

    @lru_cache(maxsize=2048)
    def conclude(
        total: Number,
        weight_answered: Number,
        weight_applicable: Number,
        answered: int,
        applicable: int,
        group: int | None,
    ) -> Conclusion:
        refused = _refusal(missing, answered, applicable)
        if refused is not None:
            return None, None, unknown, refused
        if applicable == 0 or (answered == 0 and missing.rule != "zero" and scale.op != "count"):
            if applicable == 0 and empty is not None:
                return empty, empty, find_band(empty), None
            if applicable == 0:
                return None, None, None, "not_applicable"
            return None, None, unknown, "nothing_answered"
        summed = _apply_missing(scale, missing, total, weight_answered, weight_applicable, applicable - answered)
        if summed is None:
            return None, None, unknown, "incomplete"
        exact = follow(summed)
        if not fits(exact):
            return None, None, unknown, "incomplete"
        value = exact if round_to is None else steps.round_number(exact, *round_to)
        if not tables:
            return value, exact, find_band(exact), None
        if group is None or group < 0:
            return None, exact, unknown, "group_unknown" if group is None else "not_in_table"
        found = tables[group](value)
        return (None, exact, unknown, "not_in_table") if found is None else (found, exact, find_band(found), None)

    return conclude


def _refusal(missing: Missing, answered: int, applicable: int) -> str | None:
    """Say why too little was answered, None when the missing rule has enough."""
    lost = applicable - answered
    if lost == 0:
        return None
    allowed = missing.rule != "null" and (missing.max is None or lost <= missing.max)
    if allowed and missing.max_share is not None:
        allowed = lost <= missing.max_share * applicable
    return None if allowed else "too_few_answered" if answered else "nothing_answered"


def _apply_missing(
    scale: Scale, missing: Missing, total: Number, weight_answered: Number, weight_applicable: Number, lost: int
) -> Number | None:
    """Give the raw value: the total with what the missing rule makes of what is not there."""
    zero = lost > 0 and missing.rule == "zero"
    if scale.op in ("min", "max") and zero:
        return min(total, 0) if scale.op == "min" else max(total, 0)
    if scale.op == "mean":
        weight = weight_applicable if zero else weight_answered
        return steps.ratio(total, weight) if weight else None
    if scale.op == "sum" and lost and missing.rule == "prorate":
        return steps.ratio(total * weight_applicable, weight_answered) if weight_answered else None
    return total


def _compile_lift(scale: Scale, compute: Compute, names: Mapping[str, Name]) -> Compute:
    """Wrap a scale whose band the first true row of `lift` moves; an unknown row lifts nothing."""
    tests = tuple(enumerate(truth(lift.when, names) for lift in scale.lift))
    if not tests:
        return compute

    kept: dict[tuple[int, int], tuple[ScaleScore, ScaleScore]] = {}  # by identity, of scores that are kept too

    def lift(score: ScaleScore, index: int) -> ScaleScore:
        found = kept.get((id(score), index))
        if found is None or found[0] is not score:
            found = score, replace(score, band=scale.lift[index].to, lifted_by=index)
            if len(kept) < KEPT:
                kept[id(score), index] = found
        return found[1]

    def lifted(scope: Scope) -> ScaleScore:
        score = compute(scope)
        if score.why != "not_applicable":
            for index, holds in tests:
                if holds(scope):
                    return lift(score, index)
        return score

    return lifted


def _compile_group(scale: Scale, names: Mapping[str, Name]) -> Group | None:
    """Give the norm group's table for a scale that has more than one."""
    if scale.by is not None and isinstance(scale.lookup, dict):
        places, question = {code: place for place, code in enumerate(scale.lookup)}, scale.by

        def by_code(scope: Scope) -> int | None:
            if scope.states.get(question) != State.ANSWERED:
                return None
            value = scope.values[question]
            return places.get(str(value), -1)

        return by_code
    rows = scale.lookup if isinstance(scale.lookup, tuple) else ()
    tests = tuple(truth(row.when, names) for row in rows if isinstance(row, Norm))
    if not tests:
        return None

    def by_condition(scope: Scope) -> int | None:
        for index, holds in enumerate(tests):
            held = holds(scope)
            if held is not False:
                return None if held is None else index
        return -1

    return by_condition
