"""Conditions and calculations over columns: the same trees as the closures of survey.expression, for all at once."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from survey.answers import Value
from survey.expression import Expression, Name, tree
from survey.expression.compile import QUESTION, part_role, role_of
from survey.expression.dates import add_months, ordinal
from survey.expression.scope import NOT_APPLICABLE, Role
from survey.score.cohort import numbers
from survey.score.cohort.columns import Columns
from survey.score.cohort.numbers import Ints, Numbers
from survey.score.cohort.truths import ALL, NONE, Truths, definite, every, opposite, some

#: A number between two ends; of a plain number they are the same.
Bounds = tuple[Numbers, Numbers]


class Reader:
    """Evaluates expressions over columns, given what each id is."""

    def __init__(self, columns: Columns, names: Mapping[str, Name]) -> None:
        self.columns, self.names = columns, names

    def role(self, ref: tree.Ref) -> Role:
        """Return where the value of a reference is found."""
        name = self.names.get(ref.name, QUESTION)
        return role_of(name.kind) if ref.part is None else part_role(name)

    def condition(self, expression: Expression) -> Truths:
        """Return where a condition holds and where it does not."""
        assert isinstance(expression.tree, tree.Condition)
        return self.truth(expression.tree)

    def calculation(self, expression: Expression) -> Numbers:
        """Return the numbers of a calculation."""
        assert not isinstance(expression.tree, tree.Condition)
        return self.number(expression.tree)

    def truth(self, node: tree.Condition) -> Truths:
        """Evaluate a condition."""
        match node:
            case tree.Truth(value):
                return Truths(ALL, NONE) if value else Truths(NONE, ALL)
            case tree.Logic(is_every, parts):
                return (every if is_every else some)([self.truth(part) for part in parts])
            case tree.Not(part):
                return opposite(self.truth(part))
            case tree.Answered(ref):
                return self.answered(ref)
            case tree.IsMissing(ref, negated):
                return self.answered(ref) if negated else self.missing(ref)
            case tree.Member():
                return self.member(node)
            case tree.Compare():
                return self.compare(node)

    def compare(self, node: tree.Compare) -> Truths:
        """Compare two numbers; a count is compared by its bounds."""
        left, right = self.bounds(node.left), self.bounds(node.right)
        if left is None and right is None:
            return numbers.compare(node.comparator, self.number(node.left), self.number(node.right))
        return compare_bounds(node.comparator, left or self.point(node.left), right or self.point(node.right))

    def bounds(self, node: tree.Quantity) -> Bounds | None:
        """Return the low and high end of a count, None for a plain number."""
        match node:
            case tree.Tally(parts):
                return tally([self.truth(part) for part in parts])
            case tree.Ref(name, None) if self.role(node) == "count":
                count = self.columns.counts[name]
                return numbers.whole(count.low, 0, count.most), numbers.whole(count.high, 0, count.most)
        return None

    def point(self, node: tree.Quantity) -> Bounds:
        """Return a plain number as bounds that are the same."""
        value = self.number(node)
        return value, value

    def answered(self, ref: tree.Ref) -> Truths:
        """Ask whether there is an answer that counts, or a result."""
        columns, name = self.columns, ref.name
        match self.role(ref):
            case "question":
                return definite(columns.of(name).answered)
            case "rule":
                rule = columns.rules[name]
                return definite(np.array([value is not None for value in rule.values])[rule.index])
            case "count":
                return definite(columns.counts[name].low == columns.counts[name].high)
            case "scale":
                scale = columns.scales[name]
                return definite(np.array([value is not None for value in scale.values], bool)[scale.place])

    def missing(self, ref: tree.Ref) -> Truths:
        """Ask whether something that applies has no answer or result."""
        there, role = self.answered(ref), self.role(ref)
        if role == "question":
            return definite(self.columns.of(ref.name).missing)
        if role == "scale":
            return definite(there.no & ~self.columns.scales[ref.name].where([NOT_APPLICABLE]))
        return opposite(there)

    def member(self, node: tree.Member) -> Truths:
        """Ask whether a code, band or value is one of the symbols."""
        wanted = frozenset({s.text for s in node.symbols} | {s.number for s in node.symbols if s.number is not None})
        role = self.role(node.ref)
        if node.ref.part == "band":
            if role == "question":  # it has no bands: never known
                return Truths(NONE, NONE)
            found = self.count_band if role == "count" else self.scale_band
        else:
            found = self.rule_value if role == "rule" else self.code
        return found(node.ref.name, wanted, node.negated)

    def code(self, name: str, wanted: frozenset[object], negated: bool) -> Truths:
        """Ask for an answer; a code that is named is found even when its option says "don't know"."""
        asked = self.columns.of(name)
        hits = np.array([*(is_one_of(value, wanted) for value in asked.values), False])[asked.index]
        if negated:
            yes = asked.answered & ~hits
            return Truths(yes, ~yes & (hits | ~asked.missing))
        return Truths(hits, ~(hits | asked.missing))

    def scale_band(self, name: str, wanted: frozenset[object], negated: bool) -> Truths:
        """Ask for a scale's band; the band for "unknown" is found only by its name."""
        scale = self.columns.scales[name]
        hits = np.array([*(label in wanted for label in scale.labels), False])[scale.band]
        definite_band = scale.where([None]) | (scale.lifted_by >= 0)
        other = ~hits & definite_band
        does_not_apply = ~hits & ~definite_band & scale.where([NOT_APPLICABLE])
        return Truths(other, hits | does_not_apply) if negated else Truths(hits, other | does_not_apply)

    def count_band(self, name: str, wanted: frozenset[object], negated: bool) -> Truths:
        """Ask for a count's band: unknown while its bounds allow both."""
        count = self.columns.counts[name]
        pair = count.low * (count.most + 1) + count.high
        other = np.array([wanted.isdisjoint(bands) for bands in count.bands])[pair]
        found = np.array([wanted.issuperset(bands) for bands in count.bands])[pair] & ~other
        return Truths(other, found) if negated else Truths(found, other)

    def rule_value(self, name: str, wanted: frozenset[object], negated: bool) -> Truths:
        """Ask for a rule's value; a rule without one is unknown."""
        rule = self.columns.rules[name]
        yes = np.array([value is not None and (value in wanted) is not negated for value in rule.values])
        no = np.array([value is not None and (value in wanted) is negated for value in rule.values])
        return Truths(yes[rule.index], no[rule.index])

    def number(self, node: tree.Quantity) -> Numbers:
        """Evaluate a calculation."""
        match node:
            case tree.Constant(value):
                return numbers.constant(value)
            case tree.Ref():
                return self.quantity(node)
            case tree.Arithmetic(sign, left, right):
                return numbers.combine(sign, self.number(left), self.number(right))
            case tree.Negate(part):
                value_of = self.number(part)
                return value_of.times(-1, value_of.bottom)
            case tree.Rounded(part, digits):
                return numbers.round_half_up(self.number(part), digits)
            case tree.Call("abs" | "floor" | "ceil" as name, (part,)):
                return numbers.function(name, self.number(part))
            case tree.Call(name, parts):
                return numbers.gathered(name, [self.number(part) for part in parts])
            case tree.Choose(condition, yes, no):
                return numbers.choose(self.truth(condition), self.number(yes), self.number(no))
            case tree.Between():
                return self.between(node)
            case tree.Tally(parts):
                low, high = tally([self.truth(part) for part in parts])
                return low.moved(low.top != high.top, NONE)

    def between(self, node: tree.Between) -> Numbers:
        """Measure from one day to another; ages are not a matter of subtracting."""
        if node.measure != "days":
            raise numbers.NotVectorised("an age is reckoned from two days at once")
        return numbers.combine("-", self.day(node.second), self.day(node.first))

    def day(self, node: tree.Day) -> Numbers:
        """Return the day numbers of a question, of a written day, or of so many months from one."""
        months = 0
        while isinstance(node, tree.Shifted):
            months, node = months + node.months, node.part
        if isinstance(node, tree.Whole):
            return numbers.constant(add_months(ordinal(node.written) or 1, months))
        asked = self.columns.of(node.name)
        days = [ordinal(value) if isinstance(value, str) else None for value in asked.values]
        return asked.numbers([None if day is None else add_months(day, months) for day in days])

    def quantity(self, ref: tree.Ref) -> Numbers:
        """Return the numbers of an id, or of a part of it."""
        columns, name, role = self.columns, ref.name, self.role(ref)
        if role == "count" and ref.part in (None, "low", "high"):
            count = columns.counts[name]
            ends = {"low": count.low, "high": count.high}
            return numbers.whole(ends[ref.part], 0, count.most) if ref.part else count.numbers()
        if role == "scale":
            scale = columns.scales[name]
            if ref.part in ("answered", "applicable"):
                parts = scale.answered if ref.part == "answered" else scale.applicable
                return numbers.whole(parts, 0, int(np.max(parts, initial=0)))
            if ref.part in (None, "value"):
                return scale.numbers()
        if role == "rule" and ref.part is None:
            rule = columns.rules[name]
            return numbers.from_table(rule.index, [value if isinstance(value, int) else None for value in rule.values])
        if role == "question" and ref.part is None:
            return self.points(name)
        return numbers.constant(0).moved(ALL, NONE)  # a part that it does not have is always missing

    def points(self, name: str) -> Numbers:
        """Return the points of a question's answers."""
        return self.columns.of(name).numbers(self.columns.points.get(name, ()))


def is_one_of(value: Value, wanted: frozenset[object]) -> bool:
    """Tell whether an answer is, or holds, one of the codes."""
    return not wanted.isdisjoint(value) if isinstance(value, tuple) else value in wanted


def tally(parts: list[Truths]) -> Bounds:
    """Count the true conditions: low takes every unknown one as false, high as true."""
    low: Ints = np.array(0)
    high: Ints = np.array(0)
    for part in parts:
        low, high = low + part.yes, high + ~part.no
    return numbers.whole(low, 0, len(parts)), numbers.whole(high, 0, len(parts))


def compare_bounds(comparator: tree.Comparator, left: Bounds, right: Bounds) -> Truths:
    """Compare by bounds: definite only where every number between them gives the same."""
    if comparator in ("==", "!="):
        apart = some([numbers.compare("<", left[1], right[0]), numbers.compare("<", right[1], left[0])])
        exact = every([numbers.compare("==", one, other) for one, other in product(left, right)])
        absent = left[0].absent | right[0].absent
        same, other = exact.yes, apart.yes
        return Truths(same, other | absent) if comparator == "==" else Truths(other, same | absent)
    ends = [numbers.compare(comparator, left[0], right[1]), numbers.compare(comparator, left[1], right[0])]
    return Truths(ends[0].yes & ends[1].yes, ends[0].no & ends[1].no)
