"""What can still come: every way through a definition that makes a difference, as layers of states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.answers import State, Value
from survey.definition.calculated import calculated_in
from survey.definition.model import Definition
from survey.definition.names import question_names
from survey.expression import Expression, Scope, truth
from survey.kinds import Choice, Choices
from survey.kinds.question import Exact
from survey.route.path import PageStep, QuestionStep, get_route
from survey.route.variables import EMPTY, HIDDEN, Known, Variable, conditions, variables_of

#: What is known of the variables that still matter, in their order.
Key = tuple[Known, ...]
#: More steps than this are not explored (measured: they take half a second).
MAX_STEPS = 50_000


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


#: A page half answered: what its variables so far became, whether anything was shown, fewest and most taps.
_Partial = tuple[Key, bool, int, int]


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
        self._own = [tuple(q for q in step.page.questions if q in self.variables) for step in self.steps]
        self._conditional = [bool(_asked(step)) for step in self.steps]
        self._longest: list[dict[Key, int]] = [{} for _ in self.steps] + [{(): 0}]
        self._spent = 0
        names = question_names(definition)
        self._tests = {condition.source: truth(condition, names) for condition in asked}
        self._seen: dict[str, frozenset[str]] = {}  # option codes of questions that always offer them all
        self._told: dict[tuple[str, Key], bool] = {}
        calculated = calculated_in(definition)
        self._open = {  # a calculation is not taken apart: what asks for one can be either way
            condition.source
            for condition in asked
            for name in condition.names
            if name in calculated or (name in self.variables and self.variables[name].is_open)
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
        if key in self._longest[index]:
            return self._longest[index][key]
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
        names = (*self._live[index], *self._own[index])
        places = [names.index(name) for name in self._live[index + 1]]
        ways: dict[tuple[Key, bool], Step] = {}
        for answers, is_shown, fewest, most in self._answer(index, key):
            known = key + answers
            to = tuple([known[place] for place in places])
            next_tap = int(is_shown)
            before = ways.get((to, is_shown))
            if before is None:
                ways[to, is_shown] = Step(to, is_shown, fewest + next_tap, most + next_tap)
            else:
                fewest, most = min(fewest + next_tap, before.fewest_taps), max(most + next_tap, before.most_taps)
                ways[to, is_shown] = Step(to, is_shown, fewest, most)
        return list(ways.values())

    def _answer(self, index: int, key: Key) -> list[_Partial]:
        """Give every way to answer a page from what is known before it."""
        step, live, own = self.steps[index], self._live[index], self._own[index]
        known = dict(zip(live, key, strict=True)) if self._conditional[index] else {}
        partials: list[_Partial] = []
        for shown in self._holds(step.page.show_if, known):
            start: list[_Partial] = [((), False, 0, 0)]
            for part in step.questions:
                after: list[_Partial] = []
                for before in start:
                    if self._conditional[index]:
                        known.update(zip(own, before[0]))
                    after += self._ask(part, before, known, shown)
                self._spend(len(after))
                start = _merge(after) if len(step.questions) > 1 else after
            if not start and shown:
                self.sight.dead_ends.add(step.page.id)
            partials += start
        return partials

    def _ask(
        self, part: QuestionStep, before: _Partial, known: dict[str, Known], page_shown: bool
    ) -> Iterator[_Partial]:
        """Give every way to answer one question."""
        answers, is_shown, low, high = before
        variable = self.variables.get(part.id)
        for shown in self._holds(part.question.show_if, known) if page_shown else (False,):
            if not shown:
                yield (*answers, HIDDEN) if variable else answers, is_shown, low, high
                continue
            self.sight.questions.add(part.id)
            codes = self._offered(part, known)
            fewest, most = _taps(part, len(codes))
            for answer in self._answers(part, variable, codes):
                yield (*answers, answer) if variable else answers, True, low + fewest, high + most

    def _offered(self, part: QuestionStep, known: dict[str, Known]) -> frozenset[str]:
        """Give the codes of the options that are shown, and see them."""
        if not isinstance(part.question, Choice):
            return frozenset()
        options = part.question.options
        if not part.option_tests and part.id in self._seen:
            return self._seen[part.id]
        codes = frozenset(code for code, option in options.items() if any(self._holds(option.show_if, known)))
        self.sight.options |= {(part.id, code) for code in codes}
        if not part.option_tests:
            self._seen[part.id] = codes
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
            self._told[about] = self._tests[condition.source](scope) is True
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
    merged: dict[tuple[Key, bool], _Partial] = {}
    for answers, is_shown, fewest, most in partials:
        if (answers, is_shown) in merged:
            other = merged[answers, is_shown]
            fewest, most = min(fewest, other[2]), max(most, other[3])
        merged[answers, is_shown] = (answers, is_shown, fewest, most)
    return list(merged.values())


def _taps(part: QuestionStep, options: int) -> tuple[int, int]:
    """Give the fewest and most taps that one question takes: one for each option, one to go to a field.

    What the school knows needs none.
    """
    question = part.question
    if not question.takes_answer:
        return 0, 0
    most = 1
    if isinstance(question, Choices):
        most = max(1, options - len(question.exclusive_codes))
    return (1 if question.required and question.prefill is None else 0), most
