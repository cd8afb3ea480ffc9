"""What may not apply to a student, so that it leaves the denominator of a scale."""

from __future__ import annotations

from survey.answers import State
from survey.definition.calculated import calculated_in, find_calculated_order
from survey.definition.model import Definition
from survey.definition.order import find_order
from survey.definition.scoring import Scale, Term
from survey.expression import refs, tree
from survey.kinds import Choice
from survey.kinds.question import Question


def find_absent(definition: Definition) -> set[str]:
    """Give the ids of questions and scales that may not apply; raises order.Cycle."""
    asked = {
        name
        for page in definition.pages
        for name in page.questions
        if page.show_if is None and name in definition.questions and not _may_be_hidden(definition.questions[name])
    }
    absent = set(definition.questions) - asked
    calculated = calculated_in(definition)
    for name in find_calculated_order(definition):
        if not may_lack(calculated[name].value.tree, absent):
            absent.discard(name)
    for name in find_order(definition):
        if name in definition.scales and _may_not_apply(definition.scales[name], absent):
            absent.add(name)
    return absent


def may_lack_term(term: Term, absent: set[str]) -> bool:
    """Say whether a term may leave the denominator."""
    if term.when is not None or term.value is None:
        return term.when is not None or term.ref in absent
    return may_lack(term.value.tree, absent)


def may_lack(node: tree.Tree, absent: set[str]) -> bool:
    """Say whether a calculation may not apply; some functions leave out what does not."""
    match node:
        case tree.Call("sum" | "mean" | "min" | "max", parts):
            return all(may_lack(part, absent) for part in parts)
        case tree.Choose(_, yes, no):
            return may_lack(yes, absent) or may_lack(no, absent)
        case tree.Tally():
            return False
    return any(ref.name in absent for ref in refs(node))


def _may_be_hidden(question: Question) -> bool:
    """Say whether a question may not be shown, or be answered with "does not apply to me"."""
    options = question.options.values() if isinstance(question, Choice) else ()
    return question.show_if is not None or any(option.state is State.NOT_SHOWN for option in options)


def _may_not_apply(scale: Scale, absent: set[str]) -> bool:
    """Say whether a scale may have no value because nothing of it applies."""
    if scale.when is not None or scale.empty is not None:
        return scale.when is not None
    if scale.value is not None:
        return may_lack(scale.value.tree, absent)
    return all(may_lack_term(term, absent) for term in scale.of)
