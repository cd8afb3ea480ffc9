"""The path: which pages and questions are visible for these answers, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from survey.answers import State, Value, Values
from survey.definition.model import Definition, Page
from survey.definition.names import question_names
from survey.expression import Name, Scope, truth
from survey.kinds import Choice, Question
from survey.kinds.question import Exact

Test = Callable[[Scope], bool | None]
Reading = tuple[State, Exact | None]


@dataclass(frozen=True, slots=True)
class Path:
    """What is asked of one student: pages and questions in order, and the answers that stand on them."""

    pages: tuple[Page, ...]
    questions: tuple[str, ...]
    values: dict[str, Value]  # only those on the path
    states: dict[str, State]  # of every question of the definition
    points: dict[str, Exact]  # of the answers that count and have points


@dataclass(frozen=True, slots=True)
class QuestionStep:
    """One question with what decides that it is asked, and what its answers mean."""

    question: Question
    id: str
    test: Test | None
    read: Callable[[Value], Reading | None]
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
    not_shown: dict[str, State]  # every question, as it is before the first page

    def parts(self) -> Iterator[QuestionStep]:
        """Yield every question that stands on a page."""
        for step in self.steps:
            yield from step.questions


def find_path(definition: Definition, values: Values) -> Path:
    """Give the pages and questions for these answers; a condition that is unknown hides what it stands at."""
    route = get_route(definition)
    pages: list[Page] = []
    questions: list[str] = []
    on_path: dict[str, Value] = {}
    states = dict(route.not_shown)
    points: dict[str, Exact] = {}
    scope = Scope(on_path, states, points)
    for step in route.steps:
        if step.test is not None and step.test(scope) is not True:
            continue
        before = len(questions)
        for part in step.questions:
            if part.test is not None and part.test(scope) is not True:
                continue
            question = part.id
            questions.append(question)
            if not part.question.takes_answer:
                continue
            reading = None
            if (value := values.get(question)) is not None:
                reading = part.read(value)
                if part.option_tests and reading and not _is_offered(part, value, scope):
                    reading = None
            if reading is None or reading[0] is State.NOT_REACHED or value is None:
                states[question] = State.NOT_REACHED
                continue
            on_path[question] = value
            states[question] = reading[0]
            if reading[1] is not None:
                points[question] = reading[1]
        if len(questions) > before:
            pages.append(step.page)
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
    return Route(definition, steps, dict.fromkeys(definition.questions, State.NOT_SHOWN))


def _question_step(question: Question, names: Mapping[str, Name]) -> QuestionStep:
    options = question.options if isinstance(question, Choice) else {}
    return QuestionStep(
        question,
        question.id,
        truth(question.show_if, names) if question.show_if is not None else None,
        question.readings.get if type(question) is Choice else question.reading,
        {code: truth(option.show_if, names) for code, option in options.items() if option.show_if is not None},
    )


def _is_offered(part: QuestionStep, value: Value, scope: Scope) -> bool:
    """Tell whether every chosen option is still among those shown."""
    codes = value if isinstance(value, tuple) else (value,)
    return all(code not in part.option_tests or part.option_tests[str(code)](scope) is True for code in codes)
