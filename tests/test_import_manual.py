"""The manual on lists names every heading and every limit that the program knows."""

from __future__ import annotations

import re
from pathlib import Path

from survey.i18n import catalogue
from survey.intake import Mistake
from survey.intake.mapping import FIELDS, headings
from survey.intake.reading import MOST_COLUMNS, MOST_ROWS
from survey.web.saying import say_mistake

MANUAL = (Path(__file__).resolve().parent.parent / "docs" / "import.md").read_text(encoding="utf-8")


def test_every_heading_is_in_the_manual() -> None:
    assert [name for field in (*FIELDS, "never") for name in headings()[field] if name not in MANUAL] == []


def test_limits_of_the_manual_are_those_of_the_program() -> None:
    assert f"{MOST_ROWS:,} rows" in MANUAL and f"{MOST_COLUMNS} columns" in MANUAL


def test_every_reason_to_refuse_a_cell_has_words_of_its_own() -> None:
    source = (Path(__file__).resolve().parent.parent / "survey" / "intake" / "rows.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'Refused\("(\w+)"\)', source)) - {"text_invalid"}
    other = say_mistake(Mistake("phone", "?", "x"), catalogue("nl"))
    assert len(codes) >= 6
    assert [code for code in codes if say_mistake(Mistake("phone", code, "x"), catalogue("nl")) == other] == []
