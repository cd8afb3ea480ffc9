"""What a definition says that cannot be right, found without running it (every code: docs/checks.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from survey.definition.check import fairness, publishing, reading, references, scoring, texts, use
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition

Check = Callable[[Definition, Source], Iterator[Finding]]

#: In the order of docs/checks.md.
ALWAYS: tuple[Check, ...] = (references.check, scoring.check, fairness.check, texts.check, reading.check, use.check)
#: Advice for who is at work on a definition, and a fault once students get it.
FAULTS_WHEN_PUBLISHED = {"W104": "E104", "W209": "E209", "W292": "E292", "W297": "E297"}
#: What only who is about to publish needs to hear.
OF_PUBLISHING = frozenset({"W298"})


def check(definition: Definition, source: Source, publish: bool = False) -> list[Finding]:
    """Give all findings in the order of the lines; with `publish` also what students need."""
    findings = {finding for each in ALWAYS for finding in each(definition, source)}
    findings |= set(publishing.check(definition, source, publish))
    findings |= {remark for remark in source.remarks if publish or remark.code not in OF_PUBLISHING}
    if publish:
        findings = {replace(each, code=FAULTS_WHEN_PUBLISHED.get(each.code, each.code)) for each in findings}
    return sorted(findings)
