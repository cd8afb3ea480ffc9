"""The path: which pages and questions are visible for these answers, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from survey.answers import State, Value, Values
from survey.definition.calculated import by_page, calculated_in, places_of
from survey.definition.model import Definition, Page
from survey.definition.names import question_names
from survey.expression import Absence, Name, Quantity, Scope, measure, truth
from survey.kinds import Choice, Choices, NumberQuestion, Question
from survey.kinds.question import Exact

Test = Callable[[Scope], bool | None]
#: State and points of a value, None when it is no answer to the question.
Read = Callable[[Value], tuple[State, Exact | None] | None]
#: What is looked at for each question and page, as tuples: the path is found for every score and every page.
Ask = tuple[str, Test | None, Read | None, dict[str, Test]]
#: Calculated values with what reckons each.
Reckon = tuple[tuple[str, Quantity], ...]
PageAsks = tuple[Page, Test | None, tuple[Ask, ...], Reckon]
#: Pages and questions of a path, and what is looked at for each question on it that takes an answer.
Found = tuple[tuple[Page, ...], tuple[str, ...], tuple[Ask, ...]]
#: Ways through one definition that are kept, by option codes and numbers: no text of a student stays here.
KEPT = 4096
#: Looked up once: reaching a member of an enumeration takes longer than the rest of a step.
NOT_REACHED, ANSWERED = State.NOT_REACHED, State.ANSWERED


@dataclass(frozen=True, slots=True)
class Path:
    """What is asked of one student: pages and questions in order, and the answers that stand on them."""

    pages: tuple[Page, ...]
    questions: tuple[str, ...]
    values: dict[str, Value]  # only those on the path, and the calculated ones
    states: dict[str, State]  # of every question of the definition
    points: dict[str, Exact]  # of the answers that count and have points


@dataclass(frozen=True, slots=True)
class QuestionStep:
    """One question with what decides that it is asked, and what its answers mean."""

    question: Question
    id: str
    test: Test | None
    read: Read | None  # None: it takes no answer
    option_tests: dict[str, Test]  # of the options that are not always offered


@dataclass(frozen=True, slots=True)
class PageStep:
    """One page with what decides that it is shown."""

    page: Page
    test: Test | None
    questions: tuple[QuestionStep, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A definition with its conditions compiled, to find paths quickly."""

    definition: Definition
    steps: tuple[PageStep, ...]
    asks: tuple[PageAsks, ...]  # the same, for speed
    places: dict[str, int]  # the index of each page by its id
    deciders: tuple[str, ...] | None  # the questions that conditions ask for; None: not all have options or a number
    kept: dict[tuple[Value | None, ...], Found]  # by their answers
    not_shown: dict[str, State]  # every question, as it is before the first page
    reckoned: Reckon  # every calculated value

    def parts(self) -> Iterator[QuestionStep]:
        """Yield every question that stands on a page."""
        for step in self.steps:
            yield from step.questions


def find_path(definition: Definition, values: Values) -> Path:
    """Give the pages and questions for these answers; a condition that is unknown hides what it stands at."""
    route = get_route(definition)
    if route.deciders is None:
        return _decide(route, values)
    value_of = values.get
    key = tuple([value_of(name) for name in route.deciders])
    found = route.kept.get(key)
    if found is None:
        path = _decide(route, values)
        if len(route.kept) < KEPT:
            asked = set(path.questions)
            asks = tuple(ask for _, _, asks, _ in route.asks for ask in asks if ask[0] in asked and ask[2] is not None)
            route.kept[key] = (path.pages, path.questions, asks)
        return path
    return _fill(route, found, value_of)


def _fill(route: Route, found: Found, value_of: Callable[[str], Value | None]) -> Path:
    """Give the path of which the pages and questions are known already."""
    pages, questions, asks = found
    on_path: dict[str, Value] = {}
    states = route.not_shown.copy()
    points: dict[str, Exact] = {}
    for question, _, read, option_tests in asks:
        value = value_of(question)
        reading = None if value is None or read is None else read(value)
        if value is None or reading is None:
            states[question] = NOT_REACHED
        elif option_tests and not _is_offered(option_tests, value, Scope(on_path, states, points)):
            states[question] = NOT_REACHED
        else:
            on_path[question] = value
            states[question], exact = reading
            if exact is not None:
                points[question] = exact
    if route.reckoned:
        _reckon(route.reckoned, on_path, states, points)
    return Path(pages, questions, on_path, states, points)


def _reckon(
    reckoned: Reckon, on_path: dict[str, Value], states: dict[str, State], points: dict[str, Exact]
) -> None:
    """Add calculated values to the answers; what does not apply stays not shown, what is missing is unknown."""
    scope = Scope(on_path, states, points)
    for name, measured in reckoned:
        number = measured(scope)
        if number is None:
            states[name] = State.UNKNOWN
        elif not isinstance(number, Absence):
            on_path[name], states[name], points[name] = Fraction(number), ANSWERED, number


def _decide(route: Route, values: Values) -> Path:
    """Give the path by every condition on it."""
    pages: list[Page] = []
    questions: list[str] = []
    on_path: dict[str, Value] = {}
    states = route.not_shown.copy()
    points: dict[str, Exact] = {}
    scope = Scope(on_path, states, points)
    value_of = values.get
    for page, page_test, asks, before in route.asks:
        if before:
            _reckon(before, on_path, states, points)
        if page_test is not None and page_test(scope) is not True:
            continue
        is_shown = False
        for question, test, read, option_tests in asks:
            if test is not None and test(scope) is not True:
                continue
            is_shown = True
            questions.append(question)
            if read is None:
                continue
            value = value_of(question)
            reading = None if value is None else read(value)
            if value is None or reading is None or (option_tests and not _is_offered(option_tests, value, scope)):
                states[question] = NOT_REACHED
                continue
            on_path[question] = value
            states[question], exact = reading
            if exact is not None:
                points[question] = exact
        if is_shown:
            pages.append(page)
    if route.reckoned:
        _reckon(route.reckoned, on_path, states, points)
    return Path(tuple(pages), tuple(questions), on_path, states, points)


def shown_codes(definition: Definition, path: Path, question: str) -> tuple[str, ...]:
    """Give the codes of the options of a choice that a path shows, in order; none for another kind."""
    asked = definition.questions[question]
    tests = next((part.option_tests for part in get_route(definition).parts() if part.id == question), {})
    scope = Scope(path.values, path.states, path.points)
    codes = asked.options if isinstance(asked, Choice) else ()
    return tuple(code for code in codes if code not in tests or tests[code](scope) is True)


_routes: dict[str, Route] = {}


def get_route(definition: Definition) -> Route:
    """Give the compiled route of a definition, kept by its digest."""
    route = _routes.get(definition.digest)
    if route is None or route.definition is not definition:
        if len(_routes) > 64:
            _routes.clear()
        route = _routes[definition.digest] = _compile(definition)
    return route


def _compile(definition: Definition) -> Route:
    """Compile every condition of a definition's pages, questions and options once."""
    names = question_names(definition)
    steps = tuple(
        PageStep(
            page,
            truth(page.show_if, names) if page.show_if is not None else None,
            tuple(_question_step(definition.questions[question], names) for question in page.questions),
        )
        for page in definition.pages
    )
    reckoned = _reckoned(definition, names)
    asks = tuple(
        (
            step.page,
            step.test,
            tuple((part.id, part.test, part.read, part.option_tests) for part in step.questions),
            reckoned.get(index - 1, ()),
        )
        for index, step in enumerate(steps)
    )
    not_shown = dict.fromkeys(definition.questions, State.NOT_SHOWN)
    every = tuple(each for parts in reckoned.values() for each in parts)
    places = {page.id: index for index, page in enumerate(definition.pages)}
    return Route(definition, steps, asks, places, _deciders(definition), {}, not_shown, every)


def _reckoned(definition: Definition, names: Mapping[str, Name]) -> dict[int, Reckon]:
    """Compile the calculated values, by the page behind which each is known."""
    calculated = calculated_in(definition)
    found = by_page(definition, places_of(definition)) if calculated else {}
    return {
        index: tuple((name, measure(calculated[name].value, names)) for name in found[index]) for index in sorted(found)
    }


def _deciders(definition: Definition) -> tuple[str, ...] | None:
    """Give the questions that decide the path when all of them are choices or numbers."""
    asked = [page.show_if for page in definition.pages]
    asked += [question.show_if for question in definition.questions.values()]
    asked += [
        option.show_if
        for question in definition.questions.values()
        if isinstance(question, Choice)
        for option in question.options.values()
    ]
    names = sorted({name for condition in asked if condition is not None for name in condition.names})
    questions = [definition.questions.get(name) for name in names]
    is_kept = [isinstance(each, Choice | NumberQuestion) and each.takes_answer for each in questions]
    return tuple(names) if all(is_kept) else None


def _question_step(question: Question, names: Mapping[str, Name]) -> QuestionStep:
    options = question.options if isinstance(question, Choice) else {}
    return QuestionStep(
        question,
        question.id,
        truth(question.show_if, names) if question.show_if is not None else None,
        _reader(question),
        {code: truth(option.show_if, names) for code, option in options.items() if option.show_if is not None},
    )


def _reader(question: Question) -> Read | None:
    """Give what reads a question's values: a look-up where one code is the answer."""
    if not question.takes_answer:
        return None
    if isinstance(question, Choice) and not isinstance(question, Choices):
        return question.readings.get

    def read(value: Value) -> tuple[State, Exact | None] | None:
        reading = question.reading(value)
        return None if reading[0] is NOT_REACHED else reading

    return read


def _is_offered(option_tests: Mapping[str, Test], value: Value, scope: Scope) -> bool:
    """Tell whether every chosen option is still among those shown."""
    codes = value if isinstance(value, tuple) else (value,)
    return all(code not in option_tests or option_tests[str(code)](scope) is True for code in codes)
