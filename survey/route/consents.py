"""Questions that are asked only after an own yes: what was said to them goes when that yes is taken back."""

from __future__ import annotations

from survey.answers import Values
from survey.definition.model import Definition
from survey.route.path import find_path


def consented(definition: Definition, values: Values) -> frozenset[str]:
    """Return the questions that are asked because of a consent that these answers give."""
    asked = set(find_path(definition, values).questions)
    return frozenset(id_ for id_, question in definition.questions.items() if question.consent and id_ in asked)


def without_consent(definition: Definition, values: Values) -> tuple[str, ...]:
    """Return the questions that have an answer although the consent to ask them was taken back."""
    needing = {id_ for id_, question in definition.questions.items() if question.consent and id_ in values}
    return tuple(sorted(needing - consented(definition, values))) if needing else ()


def asks_consent(definition: Definition, question: str) -> bool:
    """Return whether a question is itself the one that asks for a consent."""
    return any(each.consent == question for each in definition.questions.values())
