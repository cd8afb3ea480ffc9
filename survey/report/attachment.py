"""The same facts for a machine: the JSON that travels inside the file (docs/document.schema.json)."""

from __future__ import annotations

import json

from survey.report.document import Domains, Status
from survey.report.domains import compose_domains, list_circumstances, list_hidden
from survey.report.source import Source

_STATES = {Status.CONCEPT: "concept", Status.FINAL: "vastgesteld"}


def write_attachment(source: Source, status: Status) -> str:
    """Give JSON text under Dutch names: only what the document shows, so only what the receiver may see."""
    definition, report = source.definition, source.definition.report
    domains = [each for block in compose_domains(source) if isinstance(block, Domains) for each in block.domains]
    shown = [question_id for section in (report.sections if report else ()) for question_id in section.questions]
    if report and report.destination and report.destination not in shown:
        shown.insert(0, report.destination)
    said = {question_id: source.answer(question_id) for question_id in shown}
    content = {
        "soort": "overgangsdocument",
        "status": _STATES[status],
        "taal": source.words.language,
        "vragenlijst": {"id": definition.id, "versie": definition.version, "kenmerk": definition.digest},
        "feiten": source.facts.to_json(),
        "antwoorden": {question_id: answer for question_id, answer in said.items() if answer},
        "domeinen": [
            {"naam": each.title, "beeld": each.band, "vraagt_hulp": each.asked, "redenen": list(each.reasons)}
            for each in domains
        ],
        "nog_niet_geregeld": [{"id": each, "tekst": sentence} for each, sentence in list_circumstances(source)],
        "niet_gedeeld": list_hidden(source),
    }
    return json.dumps(content, ensure_ascii=False, indent=1)
