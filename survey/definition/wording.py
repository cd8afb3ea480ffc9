"""Texts that depend on earlier answers: which of their wordings is said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from survey.answers import State, Value, Values
from survey.definition.model import Definition
from survey.expression import Expression, Scope, Truth, truth
from survey.kinds import Choice
from survey.kinds.question import Exact, Varied

Path = tuple[str | int, ...]
#: The texts of a question that may have several wordings; so may those of its options, and the title of a page.
PLACES = ("text", "hint", "why")


def choose(definition: Definition, text: dict[str, str], values: Values) -> dict[str, str]:
    """Give the first wording whose condition is true of these answers, else the last one.

    `values` are the answers that may be told to the reader; what is not among them is missing.
    """
    if not isinstance(text, Varied):
        return text
    for row in text.variants:
        if _test(row.when)(_scope(definition, row.when, values)) is True:
            return row.text
    return text


def wordings(definition: Definition) -> Iterator[tuple[Path, Varied]]:
    """Yield every text that has several wordings, with its path."""
    for path, text in _texts(definition):
        if isinstance(text, Varied):
            yield path, text


def _texts(definition: Definition) -> Iterator[tuple[Path, dict[str, str]]]:
    for index, page in enumerate(definition.pages):
        yield ("pages", index, "title"), page.title
    for question in definition.questions.values():
        path: Path = ("questions", question.id)
        yield from (((*path, word), getattr(question, word)) for word in PLACES)
        if isinstance(question, Choice):
            for code, option in question.options.items():
                yield (*path, "options", code, "text"), option.text


@lru_cache(maxsize=2048)
def _test(condition: Expression) -> Truth:
    """Compile a condition over answers, which tells the same of any definition."""
    return truth(condition)


def _scope(definition: Definition, condition: Expression, values: Values) -> Scope:
    """Give what one condition reads."""
    known: dict[str, Value] = {}
    states: dict[str, State] = dict.fromkeys(condition.names, State.NOT_REACHED)
    points: dict[str, Exact] = {}
    for name in condition.names & values.keys():
        known[name] = values[name]
        states[name], exact = definition.questions[name].reading(values[name])
        if exact is not None:
            points[name] = exact
    return Scope(known, states, points)
