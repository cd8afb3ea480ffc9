"""Which pages and questions are visible for these answers, in which order; the only truth of visibility."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey.answers import State, Value, Values
from survey.definition.model import Definition, Page
from survey.expression import Scope, truth
from survey.kinds import Choice, Option, Question
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


def find_path(definition: Definition, values: Values) -> Path:
    """Give the pages and questions for these answers; a condition that is unknown hides what it stands at."""
    route = get_route(definition)
    pages: list[Page] = []
    questions: list[str] = []
    on_path: dict[str, Value] = {}
    states = dict(route.not_shown)
    points: dict[str, Exact] = {}
    scope = Scope(values=on_path, states=states, points=points, scales={}, counts={}, rules={})
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


def first_open(definition: Definition, values: Values) -> Page | None:
    """Give the first page on the path with a question that must still be answered, None when all are."""
    path = find_path(definition, values)
    asked = set(path.questions)
    for page in path.pages:
        for question in page.questions:
            if question in asked and path.states[question] is State.NOT_REACHED:
                if definition.questions[question].required:
                    return page
    return None


def next_page(definition: Definition, values: Values, after: str) -> Page | None:
    """Give the page behind the page with id `after` on the path, None at its end."""
    index = _index(definition, after)
    return next((page for page in find_path(definition, values).pages if _index(definition, page.id) > index), None)


def previous_page(definition: Definition, values: Values, before: str) -> Page | None:
    """Give the page in front of the page with id `before` on the path, None at its start."""
    index = _index(definition, before)
    pages = [page for page in find_path(definition, values).pages if _index(definition, page.id) < index]
    return pages[-1] if pages else None


def progress(definition: Definition, values: Values, page: str) -> tuple[int, int]:
    """Give (n, total): the number of the page with id `page`, of the longest path still possible there."""
    path = find_path(definition, values)
    index = _index(definition, page)
    counted = [each for each in path.pages if not each.uncounted]
    done = sum(_index(definition, each.id) <= index for each in counted)
    return done, len(counted)


def questions_on(definition: Definition, values: Values, page: Page) -> tuple[str, ...]:
    """Give the questions of a page that these answers show."""
    asked = set(find_path(definition, values).questions)
    return tuple(question for question in page.questions if question in asked)


def offered(definition: Definition, values: Values, question: str) -> dict[str, Option]:
    """Give the options of a choice that these answers leave open, by code in order."""
    asked = definition.questions[question]
    if not isinstance(asked, Choice):
        return {}
    path = find_path(definition, values)
    scope = Scope(values=path.values, states=path.states, points=path.points, scales={}, counts={}, rules={})
    return {
        code: option
        for code, option in asked.options.items()
        if option.show_if is None or truth(option.show_if)(scope) is True
    }


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
    steps = tuple(
        PageStep(
            page,
            truth(page.show_if) if page.show_if is not None else None,
            tuple(_question_step(definition.questions[question]) for question in page.questions),
        )
        for page in definition.pages
    )
    return Route(definition, steps, dict.fromkeys(definition.questions, State.NOT_SHOWN))


def _question_step(question: Question) -> QuestionStep:
    options = question.options if isinstance(question, Choice) else {}
    return QuestionStep(
        question,
        question.id,
        truth(question.show_if) if question.show_if is not None else None,
        question.readings.get if type(question) is Choice else question.reading,
        {code: truth(option.show_if) for code, option in options.items() if option.show_if is not None},
    )


def _is_offered(part: QuestionStep, value: Value, scope: Scope) -> bool:
    """Tell whether every chosen option is still among those shown."""
    codes = value if isinstance(value, tuple) else (value,)
    return all(code not in part.option_tests or part.option_tests[str(code)](scope) is True for code in codes)


def _index(definition: Definition, page: str) -> int:
    """Give the place of a page in the file; raises LookupError for an id that no page has."""
    for index, each in enumerate(definition.pages):
        if each.id == page:
            return index
    raise LookupError(f"no page {page}")
