"""`survey report` makes a file from files, the same each time, or says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from paper import pages_of

from survey.cli.report import report

DEFINITION = Path(__file__).parents[1] / "questionnaires" / "report_sharing.yaml"


def run(tmp_path: Path, answers: str, *more: str, definition: Path = DEFINITION, given: str | None = None) -> Result:
    """Run the command on answers in a file."""
    file = tmp_path / "answers.json"
    file.write_text(answers, "utf-8")
    target = tmp_path / "document.pdf"
    target.unlink(missing_ok=True)
    return CliRunner().invoke(report, [str(definition), given or str(file), "-o", str(target), *more])


def text_of(tmp_path: Path) -> str:
    """Give the text of the document that was made."""
    return "".join(pages_of((tmp_path / "document.pdf").read_bytes()))


def test_answers_give_a_document(tmp_path: Path) -> None:
    result = run(tmp_path, '{"plan": "klopt_niet", "woorden": "Ik kan goed luisteren."}')
    assert (result.exit_code, result.output) == (0, "")
    text = text_of(tmp_path)
    for words in ("CONCEPT - NIET VERSTUREN", "Heeft nog geen plan.", "Ik kan goed luisteren."):
        assert words in text


def test_nothing_answered_and_no_facts_is_enough(tmp_path: Path) -> None:
    assert run(tmp_path, "{}").exit_code == 0
    assert "Nog in te vullen door de school" in text_of(tmp_path)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    answers = '{"plan": "klopt", "doel": "werken"}'
    assert run(tmp_path, answers).exit_code == 0
    first = (tmp_path / "document.pdf").read_bytes()
    command = [sys.executable, "-m", "survey.cli", "report", str(DEFINITION), "-", "-o", "-"]
    again = subprocess.run(command, input=answers.encode(), capture_output=True, check=True)
    assert again.stdout == first
    assert again.stderr == b""


def test_facts_language_and_date_are_used(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"student": {"naam": "Yara El Amrani"}, "datum": "2026-01-02"}), "utf-8-sig")
    result = run(tmp_path, '{"plan": "klopt_niet"}', "--facts", str(facts), "--lang", "en", "--date", "2026-06-04")
    assert result.exit_code == 0, result.output
    text = text_of(tmp_path)
    for words in ("Yara El Amrani", "Has no plan yet.", "concept, 4 June 2026"):
        assert words in text


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ('{"plan": "misschien"}', "plan: there is no option `misschien`"),
        ('{"plam": "klopt"}', "there is no question `plam`"),
        ("[]", "JSON object"),
        ("{", "JSON"),
        ("", "give one JSON object; here are 0"),
        ('{"plan": "klopt"}\n{"plan": "klopt"}', "here are 2"),
    ],
)
def test_bad_answers_are_named_and_give_no_file(tmp_path: Path, answers: str, words: str) -> None:
    result = run(tmp_path, answers)
    assert result.exit_code == 1
    assert words in result.stderr
    assert not (tmp_path / "document.pdf").exists()


@pytest.mark.parametrize(("facts", "words"), [("{", "not JSON"), ('{"student": {"bsn": "1"}}', "student.bsn: is not known")])
def test_bad_facts_name_the_field(tmp_path: Path, facts: str, words: str) -> None:
    file = tmp_path / "facts.json"
    file.write_text(facts)
    result = run(tmp_path, "{}", "--facts", str(file))
    assert result.exit_code == 1
    assert words in result.stderr


def test_wrong_use_and_what_cannot_be_read_exit_with_2(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: x\nversion: 1\nquestions: {}\nscales: {a: {op: sum, of: [weg]}}\n")
    assert run(tmp_path, "{}", "--lang", "xx").exit_code == 2
    assert run(tmp_path, "{}", "--date", "gisteren").exit_code == 2
    assert run(tmp_path, "{}", "--facts", str(tmp_path / "no.json")).exit_code == 2
    assert run(tmp_path, "{}", given=str(tmp_path / "no.json")).exit_code == 2
    assert run(tmp_path, "{}", definition=tmp_path / "no.yaml").exit_code == 2
    result = run(tmp_path, "{}", definition=broken)
    assert result.exit_code == 2
    assert "broken.yaml" in result.stderr
    assert run(tmp_path, "{}", "-o", str(tmp_path / "no" / "document.pdf")).exit_code == 2
