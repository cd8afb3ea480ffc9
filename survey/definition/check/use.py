"""What is asked for nothing: answers that nothing reads, and scales of which nobody knows how far they go."""

from __future__ import annotations

from collections.abc import Iterator

from survey.definition.calculated import answers_behind, calculated_in
from survey.definition.check.references import (
    calculations,
    checks_of_answers,
    route_conditions,
    scoring_conditions,
    wording_conditions,
)
from survey.definition.check.texts import texts_of
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.order import Cycle
from survey.definition.piping import pipes_in
from survey.definition.ranges import find_ranges
from survey.definition.said import opened_by_options


def check(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find answers that nothing reads in a definition with a report, and scales with bands but no range."""
    if definition.report is not None:
        yield from _unused(definition, source)
    try:
        scored = find_ranges(definition).scored
    except Cycle:
        return  # found already
    for scale in definition.scales.values():
        if scale.bands and scale.id not in scored:
            message = f"how far `{scale.id}` goes cannot be told, so its bands cannot be checked; give it a `range:`"
            yield source.finding("W219", message, "scales", scale.id, "bands")


def _unused(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find questions of which no score, condition, check, text or section reads the answer."""
    used = _read(definition)
    of_groups = {name: group for group in definition.groups.values() for time in group.instances for name in time}
    for name, question in definition.questions.items():
        is_read = name in used or name in opened_by_options(definition)
        if name in of_groups:  # what one time is used for, all are
            place = [time.index(name) for time in of_groups[name].instances if name in time][0]
            is_read = is_read or any(time[place] in used for time in of_groups[name].instances)
        if not is_read and question.takes_answer:
            message = f"nothing reads the answer to `{name}`; use it or show it in a section, or do not ask"
            yield source.finding("W124", message, "questions", name)
    for name in calculated_in(definition):
        if name not in used:
            yield source.finding("W124", f"nothing reads `{name}`; use it, or take it out", "questions", name)


def _read(definition: Definition) -> set[str]:
    """Give every question that something reads."""
    used: set[str] = set()
    for conditions in (route_conditions, checks_of_answers, wording_conditions):
        for _, _, condition in conditions(definition):
            used |= condition.names
    for _, expression, _ in scoring_conditions(definition):
        used |= expression.names
    for scale in definition.scales.values():
        used |= {term.ref for term in scale.of if term.ref is not None} | {scale.by or ""}
    for said in texts_of(definition):
        used |= {place.question for words in said.text.values() for place in pipes_in(words)}
    if (report := definition.report) is not None:
        used |= {report.destination or "", report.wants or "", report.contact or ""}
        used |= {name for section in report.sections for name in section.questions}
    used |= {name for _, expression in calculations(definition) for name in expression.names}
    return used | set(answers_behind(definition, used))
