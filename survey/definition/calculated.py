"""Calculated values: in which order they are reckoned, and of which answers each is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from survey.definition.model import Definition
from survey.definition.order import Cycle, put_in_order
from survey.kinds import Calculated


def calculated_in(definition: Definition) -> dict[str, Calculated]:
    """Give the calculated values of a definition by id, in file order."""
    return {name: each for name, each in definition.questions.items() if isinstance(each, Calculated)}


def find_calculated_order(definition: Definition) -> tuple[str, ...]:
    """Give the ids of the calculated values so that none comes before one that it reads; raises order.Cycle."""
    return put_in_order({name: tuple(sorted(each.value.names)) for name, each in calculated_in(definition).items()})


def answers_behind(definition: Definition, names: Iterable[str]) -> dict[str, None]:
    """Give names with each calculated value replaced by the answers that it is made of, each once and in order."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(names)[::-1]
    while waiting:
        name = waiting.pop()
        question = definition.questions.get(name)
        if not isinstance(question, Calculated):
            found[name] = None
        elif name not in seen:
            seen.add(name)
            waiting += sorted(question.value.names, reverse=True)
    return found


def places_of(definition: Definition) -> dict[str, int]:
    """Give the page of each question by its index; of a calculated value that of the last answer in it.

    What is on no page, or is made of such a thing, is left out.
    """
    places = {question: index for index, page in enumerate(definition.pages) for question in page.questions}
    for name in calculated_in(definition):
        behind = [places.get(each) for each in answers_behind(definition, [name])]
        known = [index for index in behind if index is not None]
        if known and len(known) == len(behind):
            places[name] = max(known)
    return places


def find_ring(definition: Definition) -> Cycle | None:
    """Give a ring of calculated values that are made of each other, None when there is none."""
    try:
        find_calculated_order(definition)
    except Cycle as cycle:
        return cycle
    return None


def by_page(definition: Definition, places: Mapping[str, int]) -> dict[int, list[str]]:
    """Give the calculated values by the page behind which they are known, in an order in which each can be reckoned."""
    found: dict[int, list[str]] = {}
    for name in find_calculated_order(definition):
        found.setdefault(places.get(name, -1), []).append(name)
    return found
