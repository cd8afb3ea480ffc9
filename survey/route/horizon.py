"""What can still come: every way through a definition that makes a difference, as layers of states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from survey.answers import State, Value
from survey.definition.model import Definition
from survey.definition.names import question_names
from survey.expression import Expression, Scope, truth
from survey.kinds import Choice, Choices
from survey.kinds.question import Exact
from survey.route.path import PageStep, QuestionStep, get_route
from survey.route.variables import EMPTY, HIDDEN, Known, Variable, conditions, variables_of

#: What is known of the variables that still matter, in their order.
Key = tuple[Known, ...]
#: More steps than this are not explored (measured: 200,000 steps take about two seconds).
MAX_STEPS = 200_000


class TooWide(ValueError):
    """A definition with more ways through it than are worth trying."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way over one page: where it leads, and what it costs."""

    to: Key
    is_shown: bool
    fewest_taps: int
    most_taps: int


@dataclass(slots=True)
class Sight:
    """What was seen on the way: questions and options that are shown, pages that cannot be left."""

    questions: set[str] = field(default_factory=set)
    options: set[tuple[str, str]] = field(default_factory=set)
    dead_ends: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Partial:
    """A page half answered."""

    known: tuple[tuple[str, Known], ...]
    is_shown: bool
    fewest: int
    most: int


class Horizon:
    """Explores a definition page by page; the same for every student, so made once per definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.steps = get_route(definition).steps
        asked = list(conditions(definition))
        self.variables = variables_of(definition, asked)
        self.sight = Sight()
        self.layers: list[dict[Key, list[Step]]] = [{} for _ in self.steps]
        self._live = self._find_live()
        self._longest: list[dict[Key, int]] = [{} for _ in self.steps] + [{(): 0}]
        self._spent = 0
        self._names = question_names(definition)
        self._told: dict[tuple[str, Key], bool] = {}
        self._open = {
            condition.source
            for condition in asked
            for name in condition.names
            if name in self.variables and self.variables[name].is_open
        }

    def live(self, index: int) -> tuple[str, ...]:
        """Give the variables of earlier pages that still matter from a page on."""
        return self._live[index]

    def explore(self, index: int, key: Key) -> None:
        """Find every way from one state on; raises TooWide."""
        waiting, self._spent = [(index, key)], 0
        while waiting:
            index, key = waiting.pop()
            if index == len(self.steps) or key in self.layers[index]:
                continue
            steps = self._leave(index, key)
            self.layers[index][key] = steps
            waiting += [(index + 1, step.to) for step in steps]

    def longest(self, index: int, key: Key) -> int:
        """Give the most pages that can still come from a state on, those that are not counted apart."""
        self.explore(index, key)
        for layer in range(len(self.steps) - 1, index - 1, -1):
            counts = not self.steps[layer].page.uncounted
            later = self._longest[layer + 1]
            for state, ways in self.layers[layer].items():
                if state not in self._longest[layer]:
                    ahead = [later[way.to] + (counts and way.is_shown) for way in ways]
                    self._longest[layer][state] = max(ahead, default=0)
        return self._longest[index].get(key, 0)

    def _find_live(self) -> list[tuple[str, ...]]:
        """Find, for each page, the earlier variables that it or a later one asks for."""
        live: list[tuple[str, ...]] = [()]
        needed: set[str] = set()
        own = {question: index for index, step in enumerate(self.steps) for question in step.page.questions}
        for index in range(len(self.steps) - 1, -1, -1):
            needed |= {name for condition in _asked(self.steps[index]) for name in condition.names}
            live.append(tuple(name for name in self.variables if name in needed and own.get(name, index) < index))
        return live[::-1]

    def _leave(self, index: int, key: Key) -> list[Step]:
        """Give the ways over one page, one for each difference that later pages can tell."""
        step, later = self.steps[index], self._live[index + 1]
        ways: dict[tuple[Key, bool], Step] = {}
        for partial in self._answer(step, dict(zip(self._live[index], key, strict=True))):
            known = dict(partial.known)
            to = tuple(known.get(name, HIDDEN) for name in later)
            before = ways.get((to, partial.is_shown))
            next_tap = int(partial.is_shown)
            fewest, most = partial.fewest + next_tap, partial.most + next_tap
            if before:
                fewest, most = min(fewest, before.fewest_taps), max(most, before.most_taps)
            ways[to, partial.is_shown] = Step(to, partial.is_shown, fewest, most)
        return list(ways.values())

    def _answer(self, step: PageStep, known: dict[str, Known]) -> Iterable[_Partial]:
        """Give every way to answer a page from what is known before it."""
        partials: list[_Partial] = []
        for shown in self._holds(step.page.show_if, known):
            start = [_Partial(tuple(known.items()), False, 0, 0)]
            for part in step.questions:
                start = [after for before in start for after in self._ask(part, before, shown)]
                self._spend(len(start))
                start = _merge(start)
            if not start and shown:
                self.sight.dead_ends.add(step.page.id)
            partials += start
        return partials

    def _ask(self, part: QuestionStep, before: _Partial, page_shown: bool) -> Iterable[_Partial]:
        """Give every way to answer one question."""
        known = dict(before.known)
        variable = self.variables.get(part.id)
        for shown in self._holds(part.question.show_if, known) if page_shown else (False,):
            if not shown:
                hidden = (*before.known, (part.id, HIDDEN)) if variable else before.known
                yield _Partial(hidden, before.is_shown, before.fewest, before.most)
                continue
            self.sight.questions.add(part.id)
            codes = self._offered(part, known)
            fewest, most = _taps(part, len(codes))
            for answer in self._answers(part, variable, codes):
                after = (*before.known, (part.id, answer)) if variable else before.known
                yield _Partial(after, True, before.fewest + fewest, before.most + most)

    def _offered(self, part: QuestionStep, known: dict[str, Known]) -> frozenset[str]:
        """Give the codes of the options that are shown, and see them."""
        if not isinstance(part.question, Choice):
            return frozenset()
        options = part.question.options
        codes = frozenset(code for code, option in options.items() if any(self._holds(option.show_if, known)))
        self.sight.options |= {(part.id, code) for code in codes}
        return codes

    def _answers(self, part: QuestionStep, variable: Variable | None, codes: frozenset[str]) -> tuple[Known, ...]:
        """Give the answers that make a difference; none at all when a choice that must be made offers nothing."""
        can_answer = bool(codes) or not isinstance(part.question, Choice)
        empty: tuple[Known, ...] = () if part.question.required else (EMPTY,)
        if variable is None:
            return (EMPTY,) if can_answer or empty else ()
        return (*(variable.offered(codes) if can_answer else ()), *empty)

    def _holds(self, condition: Expression | None, known: dict[str, Known]) -> tuple[bool, ...]:
        """Tell whether a condition shows something; both when that cannot be told from the classes."""
        if condition is None:
            return (True,)
        if condition.source in self._open:
            return (True, False)
        names = tuple(name for name in sorted(condition.names) if name in known)
        about = (condition.source, tuple(known[name] for name in names))
        if about not in self._told:
            self._spend(1)
            scope = self._scope(dict(zip(names, about[1], strict=True)))
            self._told[about] = truth(condition, self._names)(scope) is True
        return (self._told[about],)

    def _scope(self, known: dict[str, Known]) -> Scope:
        """Give what conditions read, from the stand-ins."""
        values: dict[str, Value] = {}
        states: dict[str, State] = {}
        points: dict[str, Exact] = {}
        for name, value in known.items():
            if isinstance(value, State):
                states[name] = value
                continue
            values[name] = value
            states[name], exact = self.variables[name].question.reading(value)
            if exact is not None:
                points[name] = exact
        return Scope(values, states, points)

    def _spend(self, amount: int) -> None:
        self._spent += amount
        if self._spent > MAX_STEPS:
            raise TooWide(self.definition.id)


def _asked(step: PageStep) -> list[Expression]:
    """Give every condition on a page."""
    asked = [step.page.show_if]
    for part in step.questions:
        asked.append(part.question.show_if)
        if isinstance(part.question, Choice):
            asked += [option.show_if for option in part.question.options.values()]
    return [condition for condition in asked if condition is not None]


def _merge(partials: list[_Partial]) -> list[_Partial]:
    """Keep one of those that know the same, with the widest taps."""
    merged: dict[object, _Partial] = {}
    for each in partials:
        key = (each.known, each.is_shown)
        if other := merged.get(key):
            each = _Partial(each.known, each.is_shown, min(each.fewest, other.fewest), max(each.most, other.most))
        merged[key] = each
    return list(merged.values())


def _taps(part: QuestionStep, options: int) -> tuple[int, int]:
    """Give the fewest and most taps that one question takes: one for each option, one to go to a field."""
    question = part.question
    if not question.takes_answer:
        return 0, 0
    most = 1
    if isinstance(question, Choices):
        most = max(1, options - len(question.exclusive_codes))
    return (1 if question.required else 0), most
