"""What lists show of a student's answers: where to, whether help is asked, how much is still to be arranged."""

from __future__ import annotations

from dataclasses import dataclass

from survey.answers import Values
from survey.definition.model import Definition, Report
from survey.score.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Summary:
    """Codes, which the definition says in words; what is not known (yet) is None."""

    destination: str | None = None  # of the definition's report.destination
    asked: str | None = None  # value of its report.asked
    low: int | None = None  # bounds of its report.not_arranged
    high: int | None = None

    def to_json(self) -> list[str | int | None]:
        """Return it as short as it is stored."""
        return [self.destination, self.asked, self.low, self.high]


NOTHING = Summary()


def summarise(definition: Definition, values: Values, outcome: Outcome | None) -> Summary:
    """Return the summary of answers that were given so far, and of their outcome once they were sent."""
    report = definition.report or Report()
    given = values.get(report.destination) if report.destination else None
    destination = None if given is None else str(given)
    if outcome is None:
        return Summary(destination)
    value = outcome.rules[report.asked].value if report.asked else None
    count = outcome.counts[report.not_arranged] if report.not_arranged else None
    return Summary(
        destination=destination,
        asked=None if value is None else str(value),
        low=count.low if count else None,
        high=count.high if count else None,
    )
