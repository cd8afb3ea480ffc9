"""Drafts of what a school accounts with: whole, from the questionnaire, and open where only the school knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.accountability import OPEN, Keeper, compose_account
from survey.definition.load import load
from survey.definition.model import Definition
from survey.i18n import catalogue
from survey.sheet import Sheet

QUESTIONNAIRES = Path(__file__).parent.parent / "questionnaires"
KEEPER = Keeper("ROC Waterland", "020 000 0000", "fg@waterland.example", 24)


@pytest.fixture(scope="module")
def definition() -> Definition:
    """Give the shipped questionnaire."""
    return load(QUESTIONNAIRES / "overstap" / "1.yaml")


def cells(sheet: Sheet) -> list[str]:
    return [cell for _, tables in sheet.groups for table in tables for row in table.rows for cell in row]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_is_accounted_for(definition: Definition, language: str) -> None:
    words = catalogue(language)
    sheet = compose_account(definition, KEEPER, words)
    rows = [row for table in sheet.groups[1][1] for row in table.rows]
    asked = [each for each in definition.questions.values() if each.takes_answer]
    assert len(rows) == len(asked) > 20
    said = {row[0]: row for row in rows}
    for question in asked:
        text = words.words(question.text)
        row = said.get(text) or said[words.text("{question} (sensitive)", question=text)]
        assert (row[0] != text) == question.sensitive
        assert row[1] == " ".join(words.words(question.purpose).split()) and OPEN not in row
        assert all(words.text(role) in row[3] for role in question.seen_by)
        assert all(words.text(role) in row[4] for role in question.shared_with)


def test_all_points_of_the_model_are_there_in_order(definition: Definition) -> None:
    sheet = compose_account(definition, KEEPER, catalogue("nl"))
    parts = sheet.groups[2][1]
    numbers = [int(row[0].partition(".")[0]) for table in parts[:2] for row in table.rows]
    assert numbers == list(range(1, 16)) and "16" in parts[2].title and "17" in parts[3].title
    assert parts[0].rows[1][0] == "2. Persoonsgegevens" and "BSN" in parts[0].rows[1][1]


def test_what_the_school_knows_is_filled_in_and_the_rest_is_open(definition: Definition) -> None:
    words = catalogue("nl")
    known, unknown = (cells(compose_account(definition, keeper, words)) for keeper in (KEEPER, Keeper()))
    register = dict(zip(known[:22:2], known[1:22:2], strict=True))
    assert register["Verwerkingsverantwoordelijke"] == "ROC Waterland. 020 000 0000."
    assert register["Functionaris gegevensbescherming"] == "fg@waterland.example"
    assert register["Bewaartermijn"].startswith("24 maanden")
    assert sum(OPEN in cell for cell in known) < sum(OPEN in cell for cell in unknown)
    assert not any("ROC" in cell for cell in unknown)


def test_what_a_questionnaire_does_not_say_is_open_and_no_error(definition: Definition) -> None:
    bare = replace_all(definition)
    sheet = compose_account(bare, Keeper(), catalogue("en"))
    rows = [row for table in sheet.groups[1][1] for row in table.rows]
    assert {row[1] for row in rows} == {OPEN} and {row[3:] for row in rows} == {("–", "–")}
    assert "None is marked sensitive." in cells(sheet)


def replace_all(definition: Definition) -> Definition:
    """Return the questionnaire without what it says of its questions."""
    nothing = {"purpose": {}, "ground": {}, "seen_by": (), "shared_with": (), "sensitive": False, "topic": None}
    questions = {name: each.model_copy(update=nothing) for name, each in definition.questions.items()}
    return definition.model_copy(update={"questions": questions, "ground": {}, "topics": {}})
