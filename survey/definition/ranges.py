"""Between which numbers questions, scales and counts can lie: for reversing, rescaling and drawing bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

from survey.definition.absence import find_absent, may_lack, may_lack_term
from survey.definition.calculated import calculated_in, find_calculated_order
from survey.definition.model import Definition
from survey.definition.order import find_order
from survey.definition.reach import NONE_MISSING, Part, Range, reach
from survey.definition.scoring import Norm, Scale, Step, Term
from survey.expression import Number, fits, tree
from survey.expression.numbers import APPLY, round_half_up
from survey.kinds.choices import Choices

Points = dict[str, Number | None] | dict[str, Fraction | None] | tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ranges:
    """The known ranges; a question may have the id of a scale."""

    questions: dict[str, Range]
    scored: dict[str, Range]
    absent: set[str] = field(default_factory=set)  # what may not apply: it leaves the denominator
    empty: dict[str, Number] = field(default_factory=dict)  # of scales: the value when nothing of it applies
    of_engine_1: bool = False  # as the first engine had them: everything answered, a term with a `when` also 0

    def of(self, name: str) -> Range | None:
        """Return the range of what an id alone means."""
        return self.questions.get(name) or self.scored.get(name)

    def read(self, name: str) -> Range | None:
        """Return the range of what a term or a calculation reads by an id alone."""
        return self.questions.get(name) or self.score(name)

    def score(self, name: str) -> Range | None:
        """Return the range of what is read of a scale or a count: a scale of which nothing applies may be empty."""
        found = self.scored.get(name)
        return found if found is None or name not in self.empty else _ordered((*found, self.empty[name]))


def find_ranges(definition: Definition, of_engine_1: bool = False) -> Ranges:
    """Give the range of each question, scale and count that has one; raises order.Cycle."""
    questions = {name: found for name, question in definition.questions.items() if (found := question.range())}
    absent = set() if of_engine_1 else find_absent(definition)
    ranges = Ranges(questions, {}, absent, of_engine_1=of_engine_1)
    calculated = calculated_in(definition)
    for name in find_calculated_order(definition):
        if name not in questions and (reckoned := range_of(calculated[name].value.tree, ranges)):
            questions[name] = reckoned
    for name in find_order(definition):
        scale = definition.scales.get(name)
        if name in definition.counts:
            ranges.scored[name] = (0, len(definition.counts[name].of))
        elif scale is not None:
            if found := find_scale_range(scale, find_raw_range(definition, scale, ranges)):
                ranges.scored[name] = found
            if scale.empty is not None and not of_engine_1:
                ranges.empty[name] = scale.empty
    return ranges


def find_scale_range(scale: Scale, raw: Range | None) -> Range | None:
    """Give the range of a scale's value after all its steps, from that of what it adds up."""
    if scale.range is not None:
        return scale.range
    if scale.lookup is not None:
        values = [value for table in tables_of(scale) for value in values_of(table)]
        return (min(values), max(values)) if values else None
    found = raw
    if scale.rescale is not None:
        found = _ordered(scale.rescale.to) if scale.rescale.source is None else _rescaled(found, scale)
    if found is not None:
        found = _ordered(tuple(end * scale.times + scale.plus for end in found))
    low, high = scale.clip or (None, None)
    if found is None:
        return None if low is None or high is None else (low, high)
    return _clipped(found[0], low, high), _clipped(found[1], low, high)


def find_raw_range(definition: Definition, scale: Scale, ranges: Ranges) -> Range | None:
    """Give the range of what a scale adds up, before any step: where `rescale` without `from` starts.

    It holds whatever is answered, hidden or left out by the missing rule.
    """
    if scale.value is not None:
        return range_of(scale.value.tree, ranges)
    if scale.op == "count":
        return 0, len(scale.of)
    parts = _parts(definition, scale, ranges)
    missing = NONE_MISSING if ranges.of_engine_1 or scale.missing is None else scale.missing
    return None if parts is None else reach(scale.op, parts, missing)


def find_full_range(definition: Definition, scale: Scale, ranges: Ranges) -> Range | None:
    """Give the range of what the terms of a scale come to when all of them are there and answered."""
    if scale.value is not None or scale.op == "count":
        return find_raw_range(definition, scale, ranges)
    parts = _parts(definition, scale, ranges)
    return None if parts is None else reach(scale.op, [replace(part, is_certain=True) for part in parts])


def _parts(definition: Definition, scale: Scale, ranges: Ranges) -> list[Part] | None:
    """Give the terms of a scale with their ranges, None when one has none."""
    found = [find_term_range(definition, term, ranges) for term in scale.of]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return [
        Part(*ends, term.weight, ranges.of_engine_1 or not may_lack_term(term, ranges.absent))
        for ends, term in zip(known, scale.of)
    ]


def find_term_range(definition: Definition, term: Term, ranges: Ranges) -> Range | None:
    """Give the range of one term that is there, after its map and weight; reversing turns a range around."""
    if term.map is not None:
        found = _mapped(definition, term)
    elif term.ref is not None:
        found = ranges.read(term.ref)
        if term.reverse and found is not None and (ends := ranges.of(term.ref)):
            found = _ordered(tuple(ends[0] + ends[1] - end for end in found))
    else:
        found = range_of(term.value.tree, ranges) if term.value is not None else None
    if found is None:
        return None
    low, high = _ordered(tuple(end * term.weight for end in found))
    return (min(low, 0), max(high, 0)) if ranges.of_engine_1 and term.when is not None else (low, high)


def _mapped(definition: Definition, term: Term) -> Range | None:
    """Give the range of the points that a term's own map gives."""
    values = list(values_of(term.map)) if term.map is not None else []
    if not values:
        return None
    if isinstance(definition.questions.get(term.ref or ""), Choices):
        return sum(each for each in values if each < 0), sum(each for each in values if each > 0)
    return min(values), max(values)


def tables_of(scale: Scale) -> list[Points]:
    """Give every table that a scale looks up in: one, or one for each norm group."""
    lookup = scale.lookup
    if isinstance(lookup, dict):
        if scale.by is None:
            return [lookup]  # type: ignore[list-item]
        return list(lookup.values())  # type: ignore[arg-type]
    if lookup and isinstance(lookup[0], Norm):
        return [row.table for row in lookup if isinstance(row, Norm)]
    return [tuple(row for row in lookup or () if isinstance(row, Step))]


def values_of(table: Points) -> Iterable[Number]:
    """Give the numbers that a table can give."""
    found = table.values() if isinstance(table, dict) else [step.value for step in table]
    return [value for value in found if value is not None]


def range_of(node: tree.Tree, ranges: Ranges) -> Range | None:
    """Give between which numbers a calculation lies, None when that cannot be told or is beyond any use."""
    found = _reckoned(node, ranges)
    return found if found is not None and fits(found[0]) and fits(found[1]) else None


def _reckoned(node: tree.Tree, ranges: Ranges) -> Range | None:
    match node:
        case tree.Constant(value):
            return value, value
        case tree.Ref(name, None):
            return ranges.read(name)
        case tree.Ref(name, "value"):
            return ranges.score(name)
        case tree.Negate(part):
            return _combined("-", (0, 0), range_of(part, ranges))
        case tree.Arithmetic(sign, left, right):
            return _combined(sign, range_of(left, ranges), range_of(right, ranges))
        case tree.Choose(_, yes, no):
            first, second = range_of(yes, ranges), range_of(no, ranges)
            return (min(first[0], second[0]), max(first[1], second[1])) if first and second else None
        case tree.Tally(parts):
            return 0, len(parts)
        case tree.Rounded(part, digits):
            found = range_of(part, ranges)
            return None if found is None else (round_half_up(found[0], digits), round_half_up(found[1], digits))
        case tree.Call("floor" | "ceil" as function, (part,)):
            found = range_of(part, ranges)
            return None if found is None else (APPLY[function](found[0]), APPLY[function](found[1]))
        case tree.Call("sum" | "mean" | "min" | "max" as function, parts):
            known = [each for part in parts if (each := range_of(part, ranges)) is not None]
            certain = [ranges.of_engine_1 or not may_lack(part, ranges.absent) for part in parts]
            return _gathered(function, known, certain) if len(known) == len(parts) else None
    return None


def _combined(sign: tree.Operator, left: Range | None, right: Range | None) -> Range | None:
    """Give the range of two ranges added, subtracted, multiplied or divided."""
    if left is None or right is None or (sign == "/" and right[0] <= 0 <= right[1]):
        return None
    if sign == "+":
        return left[0] + right[0], left[1] + right[1]
    if sign == "-":
        return left[0] - right[1], left[1] - right[0]
    ends = [a * b if sign == "*" else Fraction(a) / Fraction(b) for a, b in product(left, right)]
    return min(ends), max(ends)


def _gathered(function: str, found: list[Range], certain: list[bool]) -> Range | None:
    """Give the range of a function of several numbers, which leaves out those that do not apply."""
    return reach(function, [Part(*ends, Fraction(1), is_certain) for ends, is_certain in zip(found, certain)])


def _rescaled(found: Range | None, scale: Scale) -> Range | None:
    """Give where the ends of a range come after `rescale` with its own `from`."""
    if scale.rescale is None or scale.rescale.source is None or found is None:
        return found
    (low, high), (to_low, to_high) = scale.rescale.source, scale.rescale.to
    return _ordered(tuple(to_low + (end - low) * (to_high - to_low) / (high - low) for end in found))


def _clipped(number: Number, low: Number | None, high: Number | None) -> Number:
    """Keep a number between two ends, either of which may be open."""
    if low is not None and number < low:
        return low
    return high if high is not None and number > high else number


def _ordered(ends: tuple[Number, ...]) -> Range:
    return min(ends), max(ends)
