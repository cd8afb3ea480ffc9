"""One scale over columns: gather its terms, then conclude once for each different total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey.answers import State, Value
from survey.definition.model import Definition
from survey.definition.ranges import Ranges, find_raw_range, tables_of
from survey.definition.scoring import Norm, Scale, Term
from survey.expression import Expression, Number, Scope, parse, refs
from survey.expression.scope import NOT_APPLICABLE
from survey.score.cohort import numbers
from survey.score.cohort.columns import ScaleColumn
from survey.score.cohort.conditions import Reader
from survey.score.cohort.numbers import Ints, NotVectorised, Numbers
from survey.score.cohort.truths import NONE, Flags
from survey.score.scales import Conclude, Conclusion, compile_conclusion
from survey.score.terms import compile_points, compile_term

#: A norm group that cannot be told, and one that has no table.
UNTOLD, NO_TABLE = -2, -1
NOWHERE = np.array(-1)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a scale is concluded from; the weights are None where they are the numbers of items."""

    total: Numbers
    answered: Ints
    applicable: Ints
    group: Ints
    weight_answered: Numbers | None = None
    weight_applicable: Numbers | None = None


def reckon_scale(scale: Scale, definition: Definition, reader: Reader, ranges: Ranges) -> ScaleColumn:
    """Give the results of one scale; raises NotVectorised."""
    conclude = compile_conclusion(scale, find_raw_range(definition, scale, ranges))
    try:
        if scale.value is not None:
            found = _calculate(scale, scale.value, reader, conclude)
        else:
            terms = [_term(term, scale.id, definition, reader, ranges) for term in scale.of]
            found = _conclude(scale, conclude, _add_up(scale, terms, _group(scale, reader)), reader.columns.size)
    except NotVectorised as reason:
        raise NotVectorised(f"scale `{scale.id}`: {reason}") from None
    return _when(scale, _lift(scale, found, reader), reader)


def _add_up(scale: Scale, terms: Sequence[Numbers], group: Ints) -> Totals:
    """Add up, or take the lowest, highest or first, with how much was answered of what applies."""
    answered: Ints = np.array(0)
    applicable: Ints = np.array(0)
    for term in terms:
        answered, applicable = answered + term.there, applicable + ~term.absent
    if scale.op in ("min", "max"):
        return Totals(numbers.extreme(scale.op, terms), answered, applicable, group)
    if scale.op == "first":
        return Totals(numbers.first(terms), answered, applicable, group)
    if scale.op == "count":
        return Totals(numbers.whole(answered, 0, len(terms)), answered, applicable, group)
    total = numbers.add_up(terms)
    if all(term.weight == 1 for term in scale.of):
        return Totals(total, answered, applicable, group)
    weights = [(numbers.constant(each.weight), term) for each, term in zip(scale.of, terms, strict=True)]
    weight_answered = numbers.add_up([weight.moved(term.missing, term.absent) for weight, term in weights])
    weight_applicable = numbers.add_up([weight.moved(NONE, term.absent) for weight, term in weights])
    return Totals(total, answered, applicable, group, weight_answered, weight_applicable)


def _conclude(scale: Scale, conclude: Conclude, totals: Totals, size: int) -> ScaleColumn:
    """Conclude once for each different set of totals, by the same function as one by one."""
    weights = [weight for weight in (totals.weight_answered, totals.weight_applicable) if weight is not None]
    counts = [(part, 0, int(np.max(part, initial=0))) for part in (totals.answered, totals.applicable)]
    parts = [(part.top, part.low, part.high) for part in (totals.total, *weights)]
    parts += [*counts, (totals.group, UNTOLD, len(tables_of(scale)))]
    key, width = np.zeros(size, np.int64), 1
    for column, low, high in parts:
        width *= high - low + 1
        if width >= numbers.LIMIT:
            raise NotVectorised("there are too many possible totals for 64 bits")
        if high > low:
            key = key * (high - low + 1) + (column - low)
    known, place = numbers.different(key, 0, width - 1)
    rows = np.zeros(len(known), np.int64)
    rows[place] = np.arange(size)  # one response with each of the sets

    def pick(part: Numbers) -> list[Number]:
        return numbers.exact(part, np.broadcast_to(part.top, size)[rows].tolist())

    answered, applicable, group = (
        np.broadcast_to(part, size)[rows].tolist() for part in (totals.answered, totals.applicable, totals.group)
    )
    weighed = [pick(weight) for weight in weights] or [answered, applicable]
    sets = zip(pick(totals.total), *weighed, answered, applicable, group, strict=True)
    conclusions = [conclude(*each[:5], None if each[5] == UNTOLD else each[5]) for each in sets]
    return _column(scale, conclusions, place, totals.answered, totals.applicable)


def _calculate(scale: Scale, value: Expression, reader: Reader, conclude: Conclude) -> ScaleColumn:
    """Reckon `value`; the ids that it names are its items."""
    sources = dict.fromkeys(
        f"{ref.name}.{ref.part}" if ref.part else ref.name for ref in refs(value.tree) if ref.part != "band"
    )
    items = [reader.calculation(parse(source)) for source in sources]
    answered: Ints = np.array(0)
    applicable: Ints = np.array(0)
    for item in items:
        answered, applicable = answered + item.there, applicable + ~item.absent
    found = reader.calculation(value)
    there = found.there
    total = numbers.add_up([found])  # 0 where there is no number
    group = np.where(there, _group(scale, reader), 0)
    column = _conclude(scale, conclude, Totals(total, there * 1, there * 1, group), reader.columns.size)
    column = _instead(column, found.missing & (answered > 0), (None, None, scale.unknown, "incomplete"), scale)
    column = _instead(column, found.missing & (answered == 0), (None, None, scale.unknown, "nothing_answered"), scale)
    return replace(column, answered=answered, applicable=applicable)


def _column(
    scale: Scale, conclusions: Sequence[Conclusion], place: Ints, answered: Ints, applicable: Ints
) -> ScaleColumn:
    """Give conclusions as a column, with their bands as places in all labels of the scale."""
    names = [edge.label for edge in scale.bands] + [lift.to for lift in scale.lift] + [scale.unknown]
    labels = tuple(dict.fromkeys(name for name in names if name is not None))
    bands = np.array([-1 if band is None else labels.index(band) for _, _, band, _ in conclusions], np.int16)
    return ScaleColumn(tuple(conclusions), place, labels, bands[place], answered, applicable, NOWHERE)


def _instead(column: ScaleColumn, where: Flags, conclusion: Conclusion, scale: Scale) -> ScaleColumn:
    """Put one conclusion in place of others."""
    conclusions = (*column.conclusions, conclusion)
    place = np.where(where, len(conclusions) - 1, column.place)
    return _column(scale, conclusions, place, column.answered, column.applicable)


def _lift(scale: Scale, column: ScaleColumn, reader: Reader) -> ScaleColumn:
    """Move the bands that the first true row of `lift` moves; an unknown row lifts nothing."""
    if not scale.lift:
        return column
    band, lifted_by, waits = column.band, column.lifted_by, ~column.where([NOT_APPLICABLE])
    for row, lift in enumerate(scale.lift):
        lifts = waits & reader.condition(lift.when).yes
        band, lifted_by = np.where(lifts, column.labels.index(lift.to), band), np.where(lifts, row, lifted_by)
        waits = waits & ~lifts
    return replace(column, band=band, lifted_by=lifted_by)


def _when(scale: Scale, column: ScaleColumn, reader: Reader) -> ScaleColumn:
    """Take away what applies only under a condition."""
    if scale.when is None:
        return column
    held = reader.condition(scale.when)
    lifted = np.where(held.yes, column.lifted_by, -1)
    band = column.band
    column = _instead(column, held.no, (None, None, None, NOT_APPLICABLE), scale)
    column = _instead(column, held.unknown, (None, None, scale.unknown, "condition_unknown"), scale)
    return replace(
        column,
        band=np.where(held.yes, band, column.band),
        answered=column.answered * held.yes,
        applicable=column.applicable * held.yes,
        lifted_by=lifted,
    )


def _term(term: Term, owner: str, definition: Definition, reader: Reader, ranges: Ranges) -> Numbers:
    """Give the points of one term; raises NotVectorised."""
    if term.ref in definition.questions:
        found = _question(term, owner, definition, reader, ranges)
    else:
        expression = term.value if term.value is not None else parse(term.ref or "")
        found = reader.calculation(expression)
        if term.map is not None or term.reverse or term.weight != 1:
            found = numbers.each(found, compile_points(term, owner, ranges))
    if term.when is None:
        return found
    held = reader.condition(term.when)
    absent = held.no | found.absent
    return found.moved((found.missing | held.unknown) & ~absent, absent)


def _question(term: Term, owner: str, definition: Definition, reader: Reader, ranges: Ranges) -> Numbers:
    """Give the points of a question's answers: each answer that occurs is read once, as one by one."""
    ref = term.ref or ""
    read = compile_term(term.model_copy(update={"when": None}), owner, definition, reader.names, ranges)
    asked = reader.columns.of(ref)
    return asked.numbers([read(Scope({ref: value}, {ref: State.ANSWERED})).points for value in asked.values])


def _group(scale: Scale, reader: Reader) -> Ints:
    """Give which table of `lookup` is used: its place, NO_TABLE or UNTOLD."""
    if scale.by is not None and isinstance(scale.lookup, dict):
        places = {code: place for place, code in enumerate(scale.lookup)}
        asked = reader.columns.of(scale.by)
        found = np.array([*(_table_of(value, places) for value in asked.values), UNTOLD])[asked.index]
        return np.where(asked.answered, found, UNTOLD)
    rows = [row for row in scale.lookup or () if isinstance(row, Norm)]
    if not rows:
        return np.array(0)
    group = np.array(NO_TABLE)
    for place, row in reversed(list(enumerate(rows))):
        held = reader.condition(row.when)
        group = np.where(held.yes, place, np.where(held.no, group, UNTOLD))
    return group


def _table_of(value: Value, places: dict[str, int]) -> int:
    return places.get(str(value), NO_TABLE)
