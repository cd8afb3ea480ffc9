"""`survey walk`: what robots reach, as words or JSON; exit code 1 when something is not reached."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from survey.cli import survey

FILES = Path(__file__).parents[1] / "questionnaires"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(survey, ["walk", *arguments])


def test_whole_definition_is_exit_code_nought() -> None:
    result = run(str(FILES / "route_branches.yaml"), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "pages": {"total": 7, "unreached": []},
        "options": {"total": 17, "unreached": []},
        "longest": ["werk", "zoeken", "waar", "dak", "einde"],
        "shortest": ["werk", "zoeken", "dak"],
        "dead_ends": [],
        "taps": {"min": 8, "max": 15},
    }


def test_walk_is_the_same_every_time() -> None:
    file = str(FILES / "route_branches.yaml")
    assert run(file, "--json").stdout == run(file, "--json").stdout


def test_what_is_not_reached_is_exit_code_one() -> None:
    result = run(str(FILES / "walk_unreached.yaml"), "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["pages"]["unreached"] == ["nooit"]
    assert report["options"]["unreached"] == ["nooit.a", "nooit.b", "hoe.c"]
    assert report["dead_ends"] == ["vast"]


def test_words_say_the_same() -> None:
    result = run(str(FILES / "walk_unreached.yaml"))
    assert result.exit_code == 1
    assert "not reached: nooit" in result.stdout
    assert "taps: " in result.stdout


def test_definition_with_errors_is_exit_code_two(tmp_path: Path) -> None:
    file = tmp_path / "fout.yaml"
    file.write_text("id: fout\nversion: 1\nquestions:\n  a: {options: {x: 0, y: 1}, show_if: b == x}\n")
    result = run(str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{file}:4:39: E106 " in result.stderr


def test_file_that_is_not_there_is_exit_code_two() -> None:
    assert run("nergens.yaml").exit_code == 2
    assert run().exit_code == 2
