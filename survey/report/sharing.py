"""What a receiver may see: an answer when its question allows it, a result when all that it was made of may be seen."""

from __future__ import annotations

from collections.abc import Iterable

from survey.definition.model import Circumstance, Definition
from survey.expression import Expression
from survey.kinds import Calculated
from survey.kinds.question import Frozen

#: The receiver of the document, as a definition's `shared_with` calls it.
RECEIVER = "municipality"


class Sharing:
    """Tells what of one definition a receiver may see; what is not known is not shared."""

    def __init__(
        self, definition: Definition, receiver: str = RECEIVER, withheld: frozenset[str] = frozenset()
    ) -> None:
        """Remember each decision, as results are made of results; `withheld` are questions that the student keeps."""
        self._definition = definition
        self._receiver = receiver
        self._withheld = withheld
        self._known: dict[str, bool] = {}

    def allows(self, name: str | None) -> bool:
        """Say whether the receiver may see a question, scale, count or rule."""
        if name is None:
            return False
        if name not in self._known:
            self._known[name] = False  # a circle is refused by the check; here it only ends the search
            self._known[name] = self._decide(name)
        return self._known[name]

    def allows_circumstance(self, circumstance: Circumstance) -> bool:
        """Say whether the receiver may see that a circumstance holds."""
        return self._all(made_of(circumstance))

    def _decide(self, name: str) -> bool:
        definition = self._definition
        if isinstance(question := definition.questions.get(name), Calculated):
            return name not in self._withheld and self._all(question.value.names)
        if name in definition.questions:
            return name not in self._withheld and self._receiver in definition.questions[name].shared_with
        if name in definition.scales:
            return self._all(made_of(definition.scales[name]))
        if name in definition.counts:
            return all(self.allows_circumstance(each) for each in definition.counts[name].of)
        return name in definition.rules and self._all(made_of(definition.rules[name]))

    def _all(self, names: Iterable[str]) -> bool:
        return all(self.allows(name) for name in names)


def questions_in(definition: Definition, name: str) -> frozenset[str]:
    """Return the questions and calculated values that a result is made of, through every one within it."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in definition.questions:
            found.add(name)
            if isinstance(question := definition.questions[name], Calculated):
                waiting += question.value.names
        for results in (definition.scales, definition.counts, definition.rules):
            if name in results:
                waiting += made_of(results[name])
    return frozenset(found)


def made_of(part: object) -> set[str]:
    """Give every name that a part of a definition depends on, wherever a condition or a term stands in it."""
    names: set[str] = set()
    match part:
        case Expression():
            names |= part.names
        case Frozen():
            names |= {name for name in (getattr(part, "ref", None), getattr(part, "by", None)) if name is not None}
            names.update(*(made_of(value) for _, value in part))
        case dict():
            names.update(*map(made_of, part.values()))
        case tuple():
            names.update(*map(made_of, part))
    return names
