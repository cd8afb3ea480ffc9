"""How far a student is, of the longest path that is still possible."""

from __future__ import annotations

from survey.answers import Values
from survey.definition.calculated import places_of
from survey.definition.model import Definition, Page
from survey.expression import Expression, Scope
from survey.route.horizon import Horizon, Key, TooWide
from survey.route.pages import index_of
from survey.route.path import Path, Test, find_path, get_route
from survey.route.variables import HIDDEN


def progress(definition: Definition, values: Values, page: Page | str) -> tuple[int, int]:
    """Give (n, total): the number of a page on the path, and of the longest path still possible on arriving there.

    Only the answers on earlier pages decide the total, so that it never grows while a student goes forward,
    whatever is answered or changed on the way. Pages that are `uncounted` are in neither number.
    """
    index = index_of(definition, page if isinstance(page, str) else page.id)
    path = find_path(definition, values)
    places = get_route(definition).places
    counted = [places[each.id] for each in path.pages if not each.uncounted]
    before = sum(place < index for place in counted)
    number = before + (index in counted)
    return number, max(number, before + _ahead(definition, path, index))


def _ahead(definition: Definition, path: Path, index: int) -> int:
    """Give the most counted pages that can come from a page on."""
    horizon = get_horizon(definition)
    if horizon is None:
        return _at_most(definition, path, index)
    try:
        return horizon.longest(index, _key(horizon, path, index))
    except TooWide:
        return _at_most(definition, path, index)


def _at_most(definition: Definition, path: Path, index: int) -> int:
    """Give the counted pages from a page on that the answers before it do not rule out."""
    steps = get_route(definition).steps
    known = {question for step in steps[:index] for question in step.page.questions}
    known |= {name for name, place in places_of(definition).items() if place < index}
    scope = Scope(path.values, path.states, path.points)

    def may_show(condition: Expression | None, test: Test | None) -> bool:
        return condition is None or test is None or not condition.names <= known or test(scope) is True

    return sum(
        not step.page.uncounted
        and may_show(step.page.show_if, step.test)
        and any(may_show(part.question.show_if, part.test) for part in step.questions)
        for step in steps[index:]
    )


def _key(horizon: Horizon, path: Path, index: int) -> Key:
    """Give what is known, on arriving at a page, of the answers that still matter."""
    asked = set(path.questions)
    return tuple(
        horizon.variables[name].stand_in(path.values.get(name)) if name in asked else HIDDEN
        for name in horizon.live(index)
    )


_horizons: dict[str, tuple[Definition, Horizon | None]] = {}


def get_horizon(definition: Definition) -> Horizon | None:
    """Give the explored definition, kept by its digest; None for one that has too many ways through it."""
    kept = _horizons.get(definition.digest)
    if kept is None or kept[0] is not definition:
        keep_horizon(definition, _explored(definition))
    return _horizons[definition.digest][1]


def keep_horizon(definition: Definition, horizon: Horizon | None) -> None:
    """Keep what was explored of a definition; None: too much to explore."""
    if len(_horizons) > 64:
        _horizons.clear()
    _horizons[definition.digest] = (definition, horizon)


def _explored(definition: Definition) -> Horizon | None:
    horizon = Horizon(definition)
    try:
        horizon.explore(0, ())
    except TooWide:
        return None
    return horizon
