"""All that can be found of a definition: read, looked through, and tried out by robots and its examples."""

from __future__ import annotations

from survey.definition.bundle import Bundle
from survey.definition.check import check
from survey.definition.finding import Finding
from survey.definition.load import parse
from survey.definition.model import Definition
from survey.rehearse import rehearse


def examine(files: Bundle, publish: bool = False) -> tuple[Definition | None, list[Finding]]:
    """Give the model, unless it cannot be read, and every finding in the order of the lines."""
    definition, source, findings = parse(files)
    if definition is None or source is None:
        return None, findings
    looked_at = set(findings) - set(check(definition, source))  # what publishing judges otherwise
    looked_at |= set(check(definition, source, publish))
    return definition, source.once(looked_at | set(rehearse(definition, source, publish)))
