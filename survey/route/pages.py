"""Going from page to page along the path."""

from __future__ import annotations

from survey.answers import State, Values
from survey.definition.model import Definition, Page
from survey.kinds import Choice, Option
from survey.route.path import find_path, get_route, shown_codes


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
    index, places = index_of(definition, after), get_route(definition).places
    return next((page for page in find_path(definition, values).pages if places[page.id] > index), None)


def previous_page(definition: Definition, values: Values, before: str) -> Page | None:
    """Give the page in front of the page with id `before` on the path, None at its start."""
    index, places = index_of(definition, before), get_route(definition).places
    pages = [page for page in find_path(definition, values).pages if places[page.id] < index]
    return pages[-1] if pages else None


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
    return {code: asked.options[code] for code in shown_codes(definition, path, question)}


def index_of(definition: Definition, page: str) -> int:
    """Give the place of a page in the file; raises LookupError for an id that no page has."""
    index = get_route(definition).places.get(page)
    if index is None:
        raise LookupError(f"no page {page}")
    return index
