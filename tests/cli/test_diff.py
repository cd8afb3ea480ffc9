"""`survey diff` and `survey sheet`: what changed and what there is, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stages import FINE, SOURCE, WORRIED

from survey.cli import survey
from survey.definition.load import shipped_files


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    """Give two versions of one questionnaire."""
    (tmp_path / "1.yaml").write_text(SOURCE, encoding="utf-8")
    changed = SOURCE.replace("version: 1", "version: 2").replace("{below: 1, label: goed}", "{below: 4, label: goed}")
    (tmp_path / "2.yaml").write_text(changed, encoding="utf-8")
    return str(tmp_path / "1.yaml"), str(tmp_path / "2.yaml")


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(survey, list(arguments))


def test_change_is_said_and_known_by_the_exit_code(pair: tuple[str, str]) -> None:
    result = run("diff", *pair)
    assert (result.exit_code, result.output) == (1, "scale thuis: other band limits: was goed < 1, hulp, is goed < 4, hulp\n")
    assert "schaal thuis: andere grenzen van de niveaus" in run("diff", *pair, "--lang", "nl").output
    same = run("diff", pair[0], pair[0])
    assert (same.exit_code, same.output) == (0, "Nothing changed.\n")


def test_responses_that_would_change_band_are_counted(pair: tuple[str, str], tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text("\n".join(json.dumps(each) for each in (FINE, WORRIED, WORRIED)), encoding="utf-8")
    result = run("diff", *pair, "--responses", str(answers))
    assert "3 responses" in result.output and "scale thuis: hulp -> goed: 2" in result.output
    plain = json.loads(run("diff", *pair, "--responses", str(answers), "--json").output)
    assert plain["responses"] == 3
    assert {"part": "scale", "id": "thuis", "before": "hulp", "after": "goed", "responses": 2} in plain["moves"]
    assert plain["changes"][0]["before"] == "goed < 1, hulp"


def test_wrong_use_is_said(pair: tuple[str, str], tmp_path: Path) -> None:
    assert run("diff", *pair, "--stored", "--responses", "x").exit_code == 2
    assert "nergens.jsonl" in run("diff", *pair, "--responses", str(tmp_path / "nergens.jsonl")).output
    (tmp_path / "wrong.jsonl").write_text('{"nergens": 1}\n', encoding="utf-8")
    result = run("diff", *pair, "--responses", str(tmp_path / "wrong.jsonl"))
    assert result.exit_code == 2 and "wrong.jsonl:1: nergens: there is no question" in result.output
    (tmp_path / "3.yaml").write_text("id: [\n", encoding="utf-8")
    assert run("diff", pair[0], str(tmp_path / "3.yaml")).exit_code == 2


@pytest.mark.parametrize(("name", "start"), [("x.html", b"<!doctype html>"), ("x.pdf", b"%PDF")])
def test_sheet_is_written_as_page_or_pdf(tmp_path: Path, name: str, start: bytes) -> None:
    path = next(path for path in shipped_files() if path.parent.name == "checkin")
    for more in ((), ("--accounting",)):
        assert run("sheet", str(path), "-o", str(tmp_path / name), *more).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(start)


def test_sheet_of_a_broken_file_or_to_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text("id: [\n", encoding="utf-8")
    assert "E001" in run("sheet", str(tmp_path / "1.yaml"), "-o", str(tmp_path / "x.pdf")).output
    assert "ends in .pdf or .html" in run("sheet", str(shipped_files()[0]), "-o", str(tmp_path / "x.docx")).output
