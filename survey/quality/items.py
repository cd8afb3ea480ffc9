"""One question: its states, how many answers are at the ends of its points, and the bands that follow from it alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from survey.answers import State
from survey.definition.model import Definition
from survey.kinds import Choice, Question
from survey.kinds.question import Exact
from survey.quality.cells import Cell, hide_linked
from survey.quality.report import ItemReport
from survey.quality.responses import NO_VALUE, NOT_SHOWN, WRITTEN, Column, Label, Responses, band_labels

MISSING = frozenset({State.UNKNOWN, State.REFUSED, State.NOT_REACHED})
ENDS = ("floor", "ceiling")
#: State, points where they are the lowest or highest, and the band in each scale of this question alone.
Kind = tuple[State, Exact | None, tuple[str, ...]]
Bands = dict[str, Mapping[str, Cell]]


def measure_item(responses: Responses, id_: str, scales: Sequence[str]) -> tuple[ItemReport, Bands]:
    """Give the counts of a question, and those of the bands of `scales`, which are made of it alone.

    All of them count the same people, so they are hidden together; bands come first, then states, then the ends.
    """
    definition, column = responses.definition, responses.questions[id_]
    question = definition.questions[id_]
    ends = _find_ends(question, column)
    kinds = _count_kinds(responses, id_, scales, ends or ())
    cells: dict[tuple[str, str], list[bool]] = {}
    for place, scale in enumerate(scales):
        for label in dict.fromkeys([*band_labels(definition.scales[scale]), *(kind[2][place] for kind in kinds)]):
            cells[scale, label] = [kind[2][place] == label for kind in kinds]
    states = _possible_states(definition, question)
    for state in states:
        cells["state", state] = [kind[0] is state for kind in kinds]
    for end, points in zip(ENDS, ends or ()):
        cells["end", end] = [kind[0] is State.ANSWERED and kind[1] == points for kind in kinds]
    shown = hide_linked(list(kinds.values()), cells)
    answered = shown["state", State.ANSWERED]
    floor, ceiling = (shown.get(("end", end)) for end in ENDS)
    item = ItemReport(
        id=id_,
        states={state.value: shown["state", state] for state in states},
        floor=floor,
        ceiling=ceiling,
        floor_share=_share(floor, answered),
        ceiling_share=_share(ceiling, answered),
    )
    return item, {scale: {label: n for (part, label), n in shown.items() if part == scale} for scale in scales}


def _share(n: Cell | None, whole: Cell) -> float | None:
    return n / whole if isinstance(n, int) and isinstance(whole, int) and whole else None


def reading(question: Question, value: Label) -> tuple[State, Exact | None]:
    """Give state and points of a value in a question's column."""
    assert not isinstance(value, int)
    return (State.ANSWERED, None) if value == WRITTEN else question.reading(value)


def _count_kinds(
    responses: Responses, id_: str, scales: Sequence[str], ends: tuple[Exact, ...]
) -> dict[Kind, int]:
    """Count respondents by everything that is told of this question."""
    question, columns = responses.definition.questions[id_], [responses.questions[id_]]
    columns += [responses.scales[scale] for scale in scales]
    packed, sizes = columns[0].places, [column.size for column in columns]
    for column in columns[1:]:
        packed = packed * column.size + column.places
    counted = np.bincount(packed)
    kinds: dict[Kind, int] = {}
    for found in np.flatnonzero(counted):
        place, *bands = (int(part) for part in np.unravel_index(found, sizes))
        state, points = State.NOT_SHOWN if place == NOT_SHOWN else State.NOT_REACHED, None
        if place >= NO_VALUE:
            state, points = reading(question, columns[0].values[place - NO_VALUE])
        labels = tuple(column.label(band) for column, band in zip(columns[1:], bands))
        kind = (state, points if points in ends else None, labels)
        kinds[kind] = kinds.get(kind, 0) + int(counted[found])
    return kinds


def _possible_states(definition: Definition, question: Question) -> list[State]:
    """Give the states that an answer to a question can have, whatever the respondents did."""
    options = question.options.values() if isinstance(question, Choice) else ()
    pages = (page for page in definition.pages if question.id in page.questions)
    possible = {State.ANSWERED, State.NOT_REACHED} | {option.state for option in options if option.state}
    if question.show_if is not None or any(page.show_if is not None for page in pages):
        possible.add(State.NOT_SHOWN)
    return [state for state in State if state in possible]


def _find_ends(question: Question, column: Column) -> tuple[Exact, Exact] | None:
    """Give the lowest and highest points that a question can give, or that occur where it has no bounds."""
    bounds = question.range()
    if bounds is None:
        points = [points for value in column.values if (points := reading(question, value)[1]) is not None]
        bounds = (min(points), max(points)) if points else None
    return bounds if bounds is not None and bounds[0] < bounds[1] else None
