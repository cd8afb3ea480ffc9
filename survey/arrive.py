"""Answers that lead to each page of a definition: its examples, and robots that answer at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from survey import route
from survey.answers import Value
from survey.definition.model import Definition
from survey.kinds import Choice, NumberQuestion, Question
from survey.kinds.choices import Choices
from survey.kinds.question import Refused

#: Robots that are sent when the examples leave pages out: those of the shipped questionnaires need some ten.
MOST_ROBOTS = 200
#: What a robot writes, by kind; of any other kind nothing is asked.
WRITTEN = {
    "short_text": "Voorbeeld",
    "long_text": "Voorbeeld",
    "date": "2026-06-12",
    "month": "2026-06",
    "phone": "0612345678",
    "email": "voorbeeld@example.org",
    "postcode": "1234 AB",
    "municipality": "GM0363",
}

Arrivals = Mapping[str, Mapping[str, Value]]
_found: dict[str, Arrivals] = {}  # by digest, which tells everything of the definition


def find_arrivals(definition: Definition) -> Arrivals:
    """Give for each page that can be reached the answers of the pages before it; the same every time."""
    if definition.digest not in _found:
        _found[definition.digest] = _find(definition)
    return _found[definition.digest]


def _find(definition: Definition) -> Arrivals:
    arrivals: dict[str, Mapping[str, Value]] = {}
    wanted = {page.id for page in definition.pages}
    for given in _tries(definition):
        path = route.find_path(definition, given)
        before: dict[str, Value] = {}
        for page in path.pages:
            arrivals.setdefault(page.id, dict(before))
            before |= {name: given[name] for name in page.questions if name in given}
        if wanted <= set(arrivals):
            break
    return arrivals


def _tries(definition: Definition) -> Iterator[dict[str, Value]]:
    """Yield whole sets of answers, the examples first."""
    for example in definition.examples:
        yield _accepted(definition, example.answers)
    for seed in range(MOST_ROBOTS):
        chance = Random(seed)
        yield _accepted(definition, {name: _answer(each, chance) for name, each in definition.questions.items()})


def _accepted(definition: Definition, given: Mapping[str, object]) -> dict[str, Value]:
    """Give the answers that the questions take."""
    values: dict[str, Value] = {}
    for name, raw in given.items():
        try:
            value = definition.questions[name].accept(raw) if name in definition.questions else None
        except Refused:
            continue
        if value is not None:
            values[name] = value
    return values


def _answer(question: Question, chance: Random) -> object:
    """Give an answer at random."""
    if isinstance(question, Choices):
        return [chance.choice(list(question.options))]
    if isinstance(question, Choice):
        return chance.choice(list(question.options))
    if isinstance(question, NumberQuestion):
        low = int(question.min) if question.min is not None else 0
        high = int(question.max) if question.max is not None else low + 10
        return chance.randint(low, max(low, high))
    return WRITTEN.get(question.kind)
