"""Whether an answer goes with the others: the checks that a question makes when its page is sent."""

from __future__ import annotations

from survey.answers import Values
from survey.definition.model import Definition
from survey.definition.names import question_names
from survey.expression import Scope, truth
from survey.kinds.question import Check
from survey.route.path import find_path


def find_broken(definition: Definition, values: Values, question: str) -> Check | None:
    """Give the first check of a question that is true of these answers; what is unknown lets them pass."""
    checks = definition.questions[question].checks
    if not checks:
        return None
    path, names = find_path(definition, values), question_names(definition)
    scope = Scope(path.values, path.states, path.points)
    return next((check for check in checks if truth(check.when, names)(scope) is True), None)
