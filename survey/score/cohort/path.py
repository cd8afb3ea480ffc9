"""The path of many students at once: which questions are on it, and what their answers are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from survey.answers import State, Value
from survey.definition.calculated import by_page, calculated_in, places_of
from survey.definition.model import Definition
from survey.definition.names import question_names
from survey.kinds import Calculated, Choice
from survey.kinds.question import exact
from survey.route.path import QuestionStep, get_route
from survey.score.cohort.columns import Asked, Columns
from survey.score.cohort.conditions import Reader
from survey.score.cohort.matrix import Cohort
from survey.score.cohort.numbers import Ints
from survey.score.cohort.truths import ALL, Flags


def find_columns(definition: Definition, cohort: Cohort) -> Columns:
    """Give the questions of all responses; each page and question is decided by those before it."""
    columns = Columns(cohort.size)
    reader = Reader(columns, question_names(definition))
    calculated = calculated_in(definition)
    reckoned = by_page(definition, places_of(definition)) if calculated else {}
    for index, page in enumerate(get_route(definition).steps):
        for name in reckoned.get(index - 1, ()):
            reckon(reader, calculated[name])
        show_if = page.page.show_if
        on_page = ALL if show_if is None else reader.condition(show_if).yes
        for step in page.questions:
            show_if = step.question.show_if
            shown = on_page if show_if is None else on_page & reader.condition(show_if).yes
            columns.shown[step.id] = shown
            if step.read is not None:
                ask(reader, step, shown, cohort)
    for name in reckoned.get(len(definition.pages) - 1, ()):
        reckon(reader, calculated[name])
    return columns


def reckon(reader: Reader, question: Calculated) -> None:
    """Add a calculated value to the columns, as if its numbers had been answered."""
    found, size = reader.calculation(question.value), reader.columns.size
    tops, places = np.unique(np.broadcast_to(found.top, size), return_inverse=True)
    values = [Fraction(int(top), found.bottom) for top in tops]
    there = np.broadcast_to(found.there, size)
    missing = np.broadcast_to(found.missing & ~found.absent, size)
    reader.columns.asked[question.id] = Asked(tuple(values), np.where(there, places, -1), there, missing)
    reader.columns.points[question.id] = [exact(value) for value in values]


def ask(reader: Reader, step: QuestionStep, shown: Flags, cohort: Cohort) -> None:
    """Add one question to the columns, by the states and points that its kind gives each answer."""
    codes, values = cohort.column(step.id)
    assert step.read is not None
    readings = [step.read(value) for value in values]
    index: Ints = np.where(shown, codes, -1)
    if None in readings:  # no answer to this question: as if it were not given
        index = np.array([*(place if found else -1 for place, found in enumerate(readings)), -1])[index]
    index = _offered(reader, step.question, values, index) if step.option_tests else index
    states = [found[0] if found else State.NOT_REACHED for found in readings] + [State.NOT_REACHED]
    answered = np.array([state is State.ANSWERED for state in states])[index]
    missing = np.array([state not in (State.ANSWERED, State.NOT_SHOWN) for state in states])[index] & shown
    reader.columns.asked[step.id] = Asked(values, index, answered, missing)
    reader.columns.points[step.id] = [found[1] if found else None for found in readings]


def _offered(reader: Reader, question: object, values: Sequence[Value], index: Ints) -> Ints:
    """Take away the answers with an option that these students were not shown."""
    assert isinstance(question, Choice)
    for code, option in question.options.items():
        if option.show_if is None:
            continue
        has = np.array([*(code in value if isinstance(value, tuple) else code == value for value in values), False])
        index = np.where(has[index] & ~reader.condition(option.show_if).yes, -1, index)
    return index
