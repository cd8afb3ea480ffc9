"""Every case that a set of conditions can tell apart, tried one by one: which rows of a table can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from survey.answers import State, Value
from survey.definition.model import Count, Definition, Scale
from survey.definition.names import find_names
from survey.definition.ranges import find_ranges
from survey.definition.reach import Range
from survey.definition.scoring import BandEdge
from survey.expression import Expression, Name, Scope, tree, truth
from survey.expression.tree import refs
from survey.kinds.question import Exact
from survey.route.variables import EMPTY, HIDDEN, Known, simple_leaves, variables_of
from survey.score.outcome import CountScore, ScaleScore

#: Tables with more cells than this are not tried (measured: some two seconds).
MAX_CELLS = 100_000
#: Why a scale in a case has no value.
MISSING, NOT_APPLICABLE = "missing", "not_applicable"


@dataclass(frozen=True, slots=True)
class Part:
    """What one name is in a case, and how that is said; `is_known` is false for what is missing or not there."""

    name: str
    label: str
    held: Known | ScaleScore | CountScore | str | int | None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """One case: what every name is, and which conditions hold in it."""

    parts: tuple[Part, ...]
    holds: tuple[bool | None, ...]

    def __str__(self) -> str:
        """Say the case: `wants is no and open is many`."""
        return " and ".join(f"{part.name} is {part.label}" for part in self.parts)


class Truths:
    """The names of one definition with what each can be; as if they did not depend on each other."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.names: dict[str, Name] = find_names(definition)
        self.ranges = find_ranges(definition)
        conditional = {question.id for question in definition.questions.values() if question.show_if is not None}
        for page in definition.pages:
            if page.show_if is not None:
                conditional |= set(page.questions)
        self.conditional = conditional

    def cells(self, conditions: Sequence[Expression]) -> Iterator[Cell]:
        """Yield every case of these conditions; none at all when there are too many, or they reckon with numbers."""
        parts = self._parts(conditions)
        if parts is None or prod(len(each) for each in parts) > MAX_CELLS:
            return
        tests = [truth(condition, self.names) for condition in conditions]
        for chosen in product(*parts):
            scope = self._scope(chosen)
            yield Cell(chosen, tuple(test(scope) for test in tests))

    def _parts(self, conditions: Sequence[Expression]) -> list[list[Part]] | None:
        """Give what each name can be, None when that is not a short list."""
        named = dict.fromkeys(
            (ref.name, ref.part is None and ref.name in self.definition.questions)
            for condition in conditions
            for ref in refs(condition.tree)
        )
        used = {ref.part for condition in conditions for ref in refs(condition.tree)}
        if used - {None, "band", "value", "low", "high"} or any(self._reckons(conditions, name) for name, _ in named):
            return None
        variables = variables_of(self.definition, list(conditions))
        parts: list[list[Part]] = []
        for name, is_question in named:
            if is_question and name in variables:
                candidates = variables[name].candidates
                parts.append(self._answers(name, candidates))
            elif name in self.definition.scales:
                parts.append(self._scale(self.definition.scales[name], conditions))
            elif name in self.definition.counts:
                parts.append(self._count(self.definition.counts[name]))
            elif name in self.definition.rules:
                parts.append(self._rule(name))
            else:
                return None
        return parts

    @staticmethod
    def _reckons(conditions: Sequence[Expression], name: str) -> bool:
        return any(leaf is None for condition in conditions for leaf in simple_leaves(condition.tree, name))

    def _answers(self, name: str, candidates: tuple[Value, ...]) -> list[Part]:
        question = self.definition.questions[name]
        parts = [
            Part(name, _say(value), value, is_known=question.state(value) is State.ANSWERED) for value in candidates
        ]
        parts.append(Part(name, "not answered", EMPTY, is_known=False))
        if name in self.conditional:
            parts.append(Part(name, "not shown", HIDDEN, is_known=False))
        return parts

    def _scale(self, scale: Scale, conditions: Sequence[Expression]) -> list[Part]:
        leaves = [leaf for each in conditions for leaf in simple_leaves(each.tree, scale.id)]
        edges = [edge.below for edge in scale.bands if edge.below is not None]
        edges += [leaf for leaf in leaves if isinstance(leaf, Fraction)]
        values = _around(edges, self.ranges.scored.get(scale.id))
        labels = dict.fromkeys(lift.to for lift in scale.lift)
        parts = [Part(scale.id, _say(value), _scored(scale, value, _band(scale.bands, value))) for value in values]
        parts += [
            Part(scale.id, f"{_say(value)}, lifted", _scored(scale, value, label, lifted_by=0))
            for label in labels
            for value in values
        ]
        for why in (MISSING, NOT_APPLICABLE):
            score = _scored(scale, None, scale.unknown, why)
            parts.append(Part(scale.id, why.replace("_", " "), score, is_known=False))
        return parts

    def _count(self, count: Count) -> list[Part]:
        most = len(count.of)
        parts = []
        for number in range(most + 1):
            band = _band(count.bands, Fraction(number))
            score = CountScore(count.id, number, number, (), (), (band,) if band else ())
            parts.append(Part(count.id, str(number), score))
        bands = tuple(edge.label for edge in count.bands)
        parts.append(Part(count.id, "not certain", CountScore(count.id, 0, most, (), (), bands), is_known=False))
        return parts

    def _rule(self, name: str) -> list[Part]:
        rule = self.definition.rules[name]
        values = dict.fromkeys([*(case.value for case in rule.cases), rule.unknown])
        parts = [Part(name, str(value), value) for value in values if value is not None]
        return parts if rule.unknown is not None else [*parts, Part(name, "unknown", None, is_known=False)]

    def _scope(self, chosen: tuple[Part, ...]) -> Scope:
        values: dict[str, Value] = {}
        states: dict[str, State] = {}
        points: dict[str, Exact] = {}
        scales: dict[str, ScaleScore] = {}
        counts: dict[str, CountScore] = {}
        rules: dict[str, str | int | None] = {}
        for part in chosen:
            held = part.held
            if isinstance(held, ScaleScore):
                scales[part.name] = held
            elif isinstance(held, CountScore):
                counts[part.name] = held
            elif isinstance(held, State):
                states[part.name] = held
            elif part.name in self.definition.rules:
                rules[part.name] = held  # type: ignore[assignment]
            elif held is not None and not isinstance(held, int):
                values[part.name] = held
                states[part.name], exact = self.definition.questions[part.name].reading(held)
                if exact is not None:
                    points[part.name] = exact
        return Scope(values, states, points, scales, counts, rules)


def is_certain(expression: Expression) -> bool:
    """Tell whether a condition is `true` itself."""
    return isinstance(expression.tree, tree.Truth) and expression.tree.value


def _say(value: Value) -> str:
    if isinstance(value, tuple):
        return " + ".join(value)
    return f"{float(value):g}" if isinstance(value, Fraction) else value


def _scored(
    scale: Scale, value: Fraction | None, band: str | None, why: str | None = None, lifted_by: int | None = None
) -> ScaleScore:
    return ScaleScore(scale.id, value, band, 1, 1, why, (), lifted_by)


def _band(bands: tuple[BandEdge, ...], value: Fraction) -> str | None:
    return next((edge.label for edge in bands if edge.below is None or value < edge.below), None)


def _around(edges: list[Fraction], found: Range | None) -> list[Fraction]:
    """Give each edge and a value on both sides of it, as far as the range goes."""
    step = Fraction(1, 1000)
    values = {edge + side for edge in edges for side in (-step, Fraction(0), step)}
    if found is None:
        return sorted(values or {Fraction(0)})
    low, high = Fraction(found[0]), Fraction(found[1])
    return sorted({value for value in values if low <= value <= high} | {low, high})
