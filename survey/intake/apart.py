"""A list read and checked far from any key, and what comes back from there: plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from survey.intake.mapping import choose
from survey.intake.reading import Unreadable, read_file
from survey.intake.rows import Checked, Mistake, check_row
from survey.profile import DAYS


def read_checked(content: bytes, sheet: str, heading: int, columns: Mapping[str, int], today: date) -> bytes:
    """Return {"rows": [...]} of a file as JSON, or {"problem": why} when there are none."""
    try:
        mapped = choose(read_file(content), sheet, heading, columns)
    except Unreadable as refusal:
        return json.dumps({"problem": refusal.code}).encode()
    rows = [check_row(number, cells, columns, today) for number, cells in mapped.rows]
    return json.dumps({"rows": [_plain(row) for row in rows]}).encode()


def open_checked(raw: Sequence[Any]) -> Checked:
    """Return one of those rows."""
    number, facts, mistakes = raw
    days = {name: date.fromisoformat(facts[name]) for name in DAYS if name in facts}
    return Checked(number, {**facts, **days}, tuple(Mistake(**mistake) for mistake in mistakes))


def _plain(row: Checked) -> list[Any]:
    facts = {name: str(value) for name, value in row.facts.items()}
    return [row.row, facts, [asdict(mistake) for mistake in row.mistakes]]
