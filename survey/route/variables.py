"""The answers that decide the route, in as few classes as make a difference to it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from survey.answers import State, Value
from survey.definition.model import Definition
from survey.expression import Expression, tree
from survey.expression.tree import refs
from survey.kinds import Choice, Choices, NumberQuestion, Question

#: A question that is not on the path, and one that is and stays empty.
HIDDEN, EMPTY = State.NOT_SHOWN, State.NOT_REACHED
#: What is known of one question: that it has no answer, or the value that stands for its class.
Known = State | Value
#: Of more ticks than this, not every combination is tried: what depends on them may then be both shown and hidden.
MAX_TICKS = 8


@dataclass(frozen=True, slots=True)
class Variable:
    """A question that some condition asks for, with one value for each class of answers."""

    question: Question
    candidates: tuple[Value, ...]
    codes: dict[str, str]  # option code -> the code that stands for its class
    thresholds: frozenset[Fraction] = frozenset()  # the numbers that conditions compare with
    is_open: bool = False  # not every class is among the candidates: what asks for it can be either way

    def stand_in(self, value: Value | None) -> Known:
        """Give the value that stands for the class of an answer."""
        if value is None:
            return EMPTY
        if isinstance(value, tuple):
            if not self.codes:  # a person: only that there is one can be asked for
                return self.candidates[-1]
            chosen = {self.codes.get(code, code) for code in value}
            return tuple(code for code in dict.fromkeys(self.codes.values()) if code in chosen)
        if isinstance(value, Fraction):
            return self._nearest(value)
        if self.codes:
            return self.codes.get(value, EMPTY)
        return value if value in self.candidates else self.candidates[-1]

    def _nearest(self, number: Fraction) -> Known:
        """Give the candidate that lies between the same thresholds."""
        numbers = [candidate for candidate in self.candidates if isinstance(candidate, Fraction)]
        index = bisect_left(numbers, number)
        if number in numbers:
            return number
        around = numbers[max(index - 1, 0):index + 1]
        beside = [each for each in around if each not in self.thresholds]
        return beside[0] if beside else numbers[min(index, len(numbers) - 1)]

    def offered(self, codes: frozenset[str]) -> tuple[Value, ...]:
        """Give the candidates that can be chosen when only these option codes are shown."""
        if not self.codes or len(codes) == len(self.codes):
            return self.candidates
        left = {self.codes[code] for code in codes}
        return tuple(value for value in self.candidates if left.issuperset(_codes_in(value)))


def _codes_in(value: Value) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def conditions(definition: Definition) -> Iterator[Expression]:
    """Yield every condition that the route depends on."""
    for page in definition.pages:
        if page.show_if is not None:
            yield page.show_if
    for question in definition.questions.values():
        if question.show_if is not None:
            yield question.show_if
        if isinstance(question, Choice):
            yield from (option.show_if for option in question.options.values() if option.show_if is not None)


def variables_of(definition: Definition, asked: list[Expression]) -> dict[str, Variable]:
    """Give the variable of every question that these conditions name."""
    names = dict.fromkeys(name for condition in asked for name in sorted(condition.names))
    return {
        name: _variable(definition.questions[name], [condition for condition in asked if name in condition.names])
        for name in names
        if name in definition.questions and definition.questions[name].takes_answer
    }


def _variable(question: Question, asked: list[Expression]) -> Variable:
    if isinstance(question, Choice):
        codes = _classes(question, asked)
        if isinstance(question, Choices):
            candidates, is_open = _ticks(question, codes)
            return Variable(question, candidates, codes, is_open=is_open)
        return Variable(question, tuple(dict.fromkeys(codes.values())), codes)
    leaves = [leaf for condition in asked for leaf in simple_leaves(condition.tree, question.id)]
    is_open = any(leaf is None for leaf in leaves)
    if isinstance(question, NumberQuestion):
        thresholds = frozenset(leaf for leaf in leaves if isinstance(leaf, Fraction))
        return Variable(question, _numbers(question, thresholds), {}, thresholds, is_open)
    words = tuple(dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, str)))
    return Variable(question, (*words, max([*words, "."], key=len) + "."), {}, is_open=is_open)


def simple_leaves(node: tree.Tree, name: str) -> Iterator[Fraction | str | None]:
    """Yield what a question is compared with; None where it is reckoned with instead."""
    match node:
        case tree.Logic(_, parts) | tree.Tally(parts):
            for part in parts:
                yield from simple_leaves(part, name)
        case tree.Not(part):
            yield from simple_leaves(part, name)
        case tree.Compare(_, tree.Ref(ref), tree.Constant(edge)) | tree.Compare(_, tree.Constant(edge), tree.Ref(ref)):
            if ref == name:
                yield Fraction(edge)
        case tree.Compare(_, tree.Tally(parts), tree.Constant()):
            for part in parts:
                yield from simple_leaves(part, name)
        case tree.Member(ref, symbols):
            if ref.name == name:
                for symbol in symbols:
                    yield symbol.text if symbol.number is None else Fraction(symbol.number)
                    yield symbol.text
        case tree.Truth() | tree.Answered() | tree.IsMissing():
            return
        case _:
            if any(ref.name == name for ref in refs(node)):
                yield None


def _classes(question: Choice, asked: list[Expression]) -> dict[str, str]:
    """Give for each option code the first code that no condition tells from it."""
    mentioned = {
        symbol.text if symbol.number is None or symbol.text in question.options else str(symbol.number)
        for condition in asked
        for member in _members(condition.tree)
        if member.ref.name == question.id
        for symbol in member.symbols
    }
    uses_points = any(asks_points(condition.tree, question.id) for condition in asked)
    several = isinstance(question, Choices)
    first: dict[object, str] = {}
    classes = {}
    for code, option in question.options.items():
        state, points = question.readings[code]
        stands_apart = code in mentioned or (several and (uses_points or option.exclusive))
        key = (code if stands_apart else "", state, points if uses_points else None, option.show_if)
        classes[code] = first.setdefault(key, code)
    return classes


def asks_points(node: tree.Tree, name: str) -> bool:
    """Tell whether a question's points are asked for, and not only its codes."""
    asked = sum(ref.name == name for ref in refs(node))
    by_code = sum(member.ref.name == name for member in _members(node))
    return asked > by_code


def _members(node: tree.Tree) -> Iterator[tree.Member]:
    """Walk over every comparison with codes."""
    match node:
        case tree.Member():
            yield node
        case tree.Logic(_, parts) | tree.Tally(parts) | tree.Call(_, parts):
            for part in parts:
                yield from _members(part)
        case tree.Not(part) | tree.Negate(part) | tree.Rounded(part):
            yield from _members(part)
        case tree.Compare(_, left, right) | tree.Arithmetic(_, left, right):
            yield from _members(left)
            yield from _members(right)
        case tree.Choose(condition, yes, no):
            for part in (condition, yes, no):
                yield from _members(part)


def _ticks(question: Choices, codes: dict[str, str]) -> tuple[tuple[Value, ...], bool]:
    """Give the combinations that can be ticked, by class; whether some were left out."""
    standing = tuple(dict.fromkeys(codes.values()))
    alone = [code for code in standing if code in question.exclusive_codes]
    together = [code for code in standing if code not in question.exclusive_codes]
    sizes = range(1, len(together) + 1) if len(together) <= MAX_TICKS else (1, 2, len(together))
    ticks: list[Value] = [(code,) for code in alone]
    ticks += [chosen for size in sizes for chosen in combinations(together, size)]
    return tuple(ticks), len(together) > MAX_TICKS


def _numbers(question: NumberQuestion, thresholds: frozenset[Fraction]) -> tuple[Value, ...]:
    """Give each threshold and one number on both sides of it, within the bounds."""
    step = Fraction(1) if question.integer else Fraction(1, 1000)
    near = {threshold + side for threshold in thresholds for side in (-step, Fraction(0), step)}
    edges = {edge for edge in (question.min, question.max) if edge is not None} or {Fraction(0)}
    return tuple(
        number
        for number in sorted(near | edges)
        if (question.min is None or number >= question.min)
        and (question.max is None or number <= question.max)
        and (not question.integer or number.denominator == 1)
    )
