"""`survey check`: findings on standard output, one line each; the exit code tells errors from none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey

SOUND = "id: goed\nversion: 1\nquestions:\n  werk: {text: Heb je werk?, options: {ja: 1, nee: 0}}\n"
WARNS = SOUND + "scales:\n  s: {op: sum, of: [werk, werk]}\n"
BROKEN = SOUND + "scales:\n  s: {op: sum, of: [werkt]}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(survey, ["check", *arguments])


def test_sound_file_gives_nothing_and_exit_code_nought(folder: Path) -> None:
    (folder / "goed.yaml").write_text(SOUND)
    result = run("goed.yaml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 file, 0 errors, 0 warnings\n"


def test_error_is_one_line_with_file_line_and_code(folder: Path) -> None:
    (folder / "fout.yaml").write_text(BROKEN)
    result = run("fout.yaml")
    assert result.exit_code == 1
    assert result.stdout == "fout.yaml:6:21: E102 there is no question or scale `werkt`; did you mean `werk`?\n"


def test_warning_fails_only_when_strict(folder: Path) -> None:
    (folder / "let_op.yaml").write_text(WARNS)
    assert run("let_op.yaml").exit_code == 0
    assert run("let_op.yaml").stdout.startswith("let_op.yaml:6:27: W217 ")
    assert run("let_op.yaml", "--strict").exit_code == 1


def test_publish_asks_for_what_students_need(folder: Path) -> None:
    (folder / "goed.yaml").write_text(SOUND)
    result = run("--publish", "goed.yaml")
    assert result.exit_code == 1
    assert "goed.yaml:4:3: E271 " in result.stdout


def test_missing_translation_is_said_once(folder: Path) -> None:
    (folder / "goed.yaml").write_text(SOUND.replace("version: 1", "version: 1\nlanguages: [nl, en]"))
    assert "W263" in run("goed.yaml").stdout
    published = run("--publish", "goed.yaml").stdout
    assert "E263" in published and "W263" not in published


def test_folder_means_every_yaml_file_below_it(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "fout.yaml").write_text(BROKEN)
    (folder / "a" / "goed.yaml").write_text(SOUND)
    (folder / "a" / "geen.txt").write_text("geen definitie")
    result = run("a")
    assert result.exit_code == 1
    assert result.stdout.startswith("a/b/fout.yaml:6:21: ")
    assert result.stderr == "2 files, 1 error, 0 warnings\n"


def test_json_is_a_list_of_the_same_findings(folder: Path) -> None:
    (folder / "fout.yaml").write_text(BROKEN)
    result = run("fout.yaml", "--json")
    assert result.exit_code == 1
    [finding] = json.loads(result.stdout)
    assert finding["file"] == "fout.yaml"
    assert (finding["line"], finding["code"]) == (6, "E102")
    (folder / "goed.yaml").write_text(SOUND)
    assert json.loads(run("goed.yaml", "--json").stdout) == []


def test_syntax_error_is_a_finding_at_its_line(folder: Path) -> None:
    (folder / "fout.yaml").write_text(SOUND + "scales: [\n")
    result = run("fout.yaml")
    assert result.exit_code == 1
    assert result.stdout.startswith("fout.yaml:5: E001 ")


def test_failed_example_says_what_was_expected_and_what_came(folder: Path) -> None:
    example = "examples:\n  - name: Noor\n    answers: {werk: ja}\n    expect:\n      s: 3\n"
    (folder / "fout.yaml").write_text(SOUND + "scales:\n  s: {op: sum, of: [werk]}\n" + example)
    result = run("fout.yaml")
    assert result.exit_code == 1
    assert result.stdout == "fout.yaml:11:7: E302 example `Noor`: expected s 3, got 1\n"


@pytest.mark.parametrize("arguments", [[], ["nergens.yaml"], ["leeg"], ["--anders", "goed.yaml"]])
def test_wrong_use_is_exit_code_two(folder: Path, arguments: list[str]) -> None:
    (folder / "goed.yaml").write_text(SOUND)
    (folder / "leeg").mkdir()
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_help_names_the_options() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert all(option in result.stdout for option in ("--publish", "--strict", "--json"))


def test_without_paths_the_folder_of_the_setting_is_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "eigen").mkdir()
    (folder / "eigen" / "1.yaml").write_text(BROKEN)
    assert run().exit_code == 2
    monkeypatch.setenv("SURVEY_QUESTIONNAIRES", str(folder / "eigen"))
    assert "1.yaml:6:21: E102" in run().stdout
