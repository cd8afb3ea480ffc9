"""What a receiver may see: an answer when its question allows it, a result when all that it was made of may be seen."""

from __future__ import annotations

from collections.abc import Iterable

from survey.definition.model import Circumstance, Definition, Rule, Scale
from survey.expression import Expression

#: The receiver of the document, as a definition's `shared_with` calls it.
RECEIVER = "municipality"


class Sharing:
    """Tells what of one definition a receiver may see; what is not known is not shared."""

    def __init__(self, definition: Definition, receiver: str = RECEIVER) -> None:
        """Remember each decision, as results are made of results."""
        self._definition = definition
        self._receiver = receiver
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
        return self._all(circumstance.when.names)

    def _decide(self, name: str) -> bool:
        definition = self._definition
        if name in definition.questions:
            return self._receiver in definition.questions[name].shared_with
        if name in definition.scales:
            return self._all(_made_of(definition.scales[name]))
        if name in definition.counts:
            return all(self.allows_circumstance(each) for each in definition.counts[name].of)
        return name in definition.rules and self._all(_decided_by(definition.rules[name]))

    def _all(self, names: Iterable[str]) -> bool:
        return all(self.allows(name) for name in names)


def _made_of(scale: Scale) -> set[str]:
    """Give all names that a scale's value or band depends on."""
    conditions: list[Expression | None] = [scale.value, scale.when, *(lift.when for lift in scale.lift)]
    names = {term.ref for term in scale.of}
    conditions += [term.when for term in scale.of]
    names.update(name for condition in conditions if condition is not None for name in condition.names)
    return names | ({scale.by} if scale.by else set())


def _decided_by(rule: Rule) -> set[str]:
    """Give all names that a rule's cases ask for."""
    return {name for case in rule.cases for name in case.when.names}
