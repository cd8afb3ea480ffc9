"""The quality report as plain values for JSON; docs/quality.md describes each field."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from survey.quality.cells import ENOUGH
from survey.quality.report import Report

#: Enough to read and to compare by; more would tell of single respondents.
DIGITS = 3
NOTES = (
    "This questionnaire is an aid for a talk. It is not validated.",
    "A domain is a list of things that may be arranged or not: a low alpha is no defect of it.",
)
FEW = f"There are fewer than {ENOUGH} responses: no figures are given."


def plain_report(report: Report, digits: int | None = None) -> dict[str, Any]:
    """Give a report as a JSON object; figures are rounded to `digits` decimals when told so."""
    plain: dict[str, Any] = _round(asdict(report), digits)
    return {**plain, "notes": [*NOTES, *([FEW] if report.n is None else [])]}


def _round(value: Any, digits: int | None) -> Any:
    if isinstance(value, dict):
        return {name: _round(part, digits) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_round(part, digits) for part in value]
    return round(value, digits) if isinstance(value, float) and digits is not None else value
