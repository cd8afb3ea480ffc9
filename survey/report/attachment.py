"""The same facts for a machine: the JSON that travels inside the file (docs/document.schema.json)."""

from __future__ import annotations

import json
from typing import Any

from survey.report.agreed import Agreement
from survey.report.agreement import REACTION
from survey.report.document import Domains
from survey.report.domains import compose_domains, list_circumstances
from survey.report.sections import holds
from survey.report.source import Source
from survey.report.text import bound
from survey.report.trace import write_trace


def write_attachment(source: Source, agreement: Agreement | None) -> str:
    """Give JSON text under Dutch names: only what the document shows, so only what the receiver may see."""
    definition, report = source.definition, source.definition.report
    domains = [each for block in compose_domains(source) if isinstance(block, Domains) for each in block.domains]
    shown = [question_id for section in source.parts for question_id in section.questions]
    if report and report.destination and not holds(report.sections, report.destination):
        shown.insert(0, report.destination)
    said = {question_id: source.answer(question_id) for question_id in shown}
    content = {
        "soort": "overgangsdocument",
        "status": "concept" if agreement is None else "vastgesteld",
        "taal": source.words.language,
        "vragenlijst": {"id": definition.id, "versie": definition.version, "kenmerk": definition.digest},
        "feiten": source.facts.to_json(),
        "antwoorden": {question_id: answer for question_id, answer in said.items() if answer},
        "domeinen": [
            {"naam": each.title, "beeld": each.band, "vraagt_hulp": each.asked, "redenen": list(each.reasons)}
            for each in domains
        ],
        "nog_niet_geregeld": [{"id": each, "tekst": sentence} for each, sentence in list_circumstances(source)],
        "niet_gedeeld": list(source.titles),
        "onderbouwing": write_trace(source),
        "instemming": None if agreement is None else _write_agreement(agreement),
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _write_agreement(agreement: Agreement) -> dict[str, Any]:
    """Give who agreed, when and how, to which sections, and the student's reaction."""
    consents = [
        {
            "wie": {"student": "student", "parent": "ouder"}[each.by],
            "op": each.at.isoformat(timespec="seconds"),
            "hoe": "papier" if each.recorded_by else "telefoon",
            "vastgelegd_door": each.recorded_by,
            "tekst": {"versie": each.words, "taal": each.language, "kenmerk": each.text},
        }
        for each in agreement.consents
    ]
    return {"door": consents, "gedeeld": sorted(agreement.sections), "reactie": bound(agreement.reaction, REACTION)}
