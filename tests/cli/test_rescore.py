"""`survey rescore`: tables of what would move, from a file or from what is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from factories import Campus
from sqlalchemy.orm import Session
from stages import FINE, SOURCE, WORRIED, Course, make_course

from survey.cli import survey, verify
from survey.store.database import only_reads
from survey.vault import Vault

ROOT = Path(__file__).parents[2]
EQ5D = ROOT / "tests" / "questionnaires" / "oracles" / "eq5d_5l.yaml"
Run = Callable[..., Result]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Give a folder with a definition, a changed one and answers."""
    (tmp_path / "a.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(changed(SOURCE), encoding="utf-8")
    given = [WORRIED, FINE, FINE, {"doel": "leren", "slapen": "ja", "eten": "nee"}]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(each) + "\n" for each in given), encoding="utf-8")
    return tmp_path


def changed(source: str) -> str:
    """Give the definition with another edge, without a flag, and with a code renamed."""
    assert "{below: 1, label: goed}" in source
    return (
        source.replace("{below: 1, label: goed}", "{below: 2, label: goed}")
        .replace("werken: {text: Werken}", "bezig: {text: Werken}")
        .replace("doel in [werken]", "doel in [bezig]")
    )


def run_files(folder: Path, *more: str) -> Result:
    """Run the command on files."""
    words = ["--what-if", f"{folder}/b.yaml", "--with", f"{folder}/a.yaml", "--answers", f"{folder}/answers.jsonl"]
    return CliRunner().invoke(survey, ["rescore", *words, *more])


def test_files_give_a_table_of_each_part(files: Path) -> None:
    result = run_files(files)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "4 responses"
    assert "  question `doel` has no code `werken` any more: who chose it counts as not reached" in lines
    at = lines.index("scale thuis")
    assert [line.split() for line in lines[at + 1 : at + 4]] == [["was", "goed", "hulp"], ["goed", "2", "0"], ["hulp", "1", "1"]]
    assert "flag dakloos: nothing moves" in lines


@pytest.mark.parametrize("more", [(), ("--one-by-one",)])
def test_json_gives_the_same_either_way(files: Path, more: tuple[str, ...]) -> None:
    found = json.loads(run_files(files, "--json", *more).stdout)
    assert (found["responses"], found["erased"]) == (4, 0)
    parts = {each["id"]: each["moves"] for each in found["parts"]}
    assert parts["thuis"] == [["goed", "goed", 2], ["hulp", "goed", 1], ["hulp", "hulp", 1]]
    assert [each["id"] for each in found["parts"]] == ["thuis", "vraag", "spoed", "dakloos", "honger"]


def test_a_picture_is_drawn(files: Path) -> None:
    assert run_files(files, "--picture", f"{files}/moves.svg").exit_code == 0
    assert (files / "moves.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert run_files(files, "--picture", f"{files}/no/folder.svg").exit_code == 2


def test_lines_that_cannot_be_used_are_said_and_the_rest_counts(files: Path) -> None:
    with (files / "answers.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"doel": "vissen"}\nnonsense\n')
    result = run_files(files)
    assert result.exit_code == 1 and result.stdout.startswith("4 responses")
    assert "answers.jsonl:5: doel: there is no option `vissen`" in result.stderr and ":6: answers:" in result.stderr


def test_what_columns_cannot_hold_names_the_way_out(tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps({f"eq5d_5l_{name}": 2 for name in ("mobility", "selfcare", "usual", "pain", "anxiety")}))
    words = ["rescore", "--what-if", str(EQ5D), "--with", str(EQ5D), "--answers", str(answers)]
    refused = CliRunner().invoke(survey, words)
    if "there is no question" in refused.stderr:
        pytest.fail(refused.stderr)
    assert refused.exit_code == 2 and "--one-by-one" in refused.stderr and refused.stdout == ""
    assert CliRunner().invoke(survey, [*words, "--one-by-one"]).exit_code == 0


@pytest.mark.parametrize("words", [("--with", "a.yaml"), ("--answers", "x"), ("--with", "a", "--answers", "x", "--school", "y")])
def test_half_a_comparison_is_wrong_use(files: Path, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(survey, ["rescore", "--what-if", f"{files}/b.yaml", *words])
    assert result.exit_code == 2 and "--answers together with --with" in result.stderr


@pytest.mark.parametrize("name", ["b.yaml", "gone.yaml"])
def test_a_definition_that_cannot_be_used_ends_with_2(files: Path, name: str) -> None:
    (files / "b.yaml").write_text("id: x\nversion: 1\n", encoding="utf-8")
    result = CliRunner().invoke(survey, ["rescore", "--what-if", f"{files}/{name}"])
    assert result.exit_code == 2 and name in result.stderr


# What is stored


@pytest.fixture
def stored(school: Campus, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Give a course whose session the command reads."""

    @contextmanager
    def reading(name: str | None) -> Iterator[tuple[Session, Vault]]:
        school.session.flush()
        yield school.session, school.vault

    monkeypatch.setattr(verify, "reading", reading)
    return make_course(school)


def run_stored(tmp_path: Path, *more: str) -> Result:
    """Run the command on what is stored, against the changed definition under the id of the round's."""
    (tmp_path / "b.yaml").write_text(changed(SOURCE).replace("id: stap", "id: proef"), encoding="utf-8")
    return CliRunner().invoke(survey, ["rescore", "--what-if", f"{tmp_path}/b.yaml", *more])


def cells(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return {each["id"]: each["moves"] for each in json.loads(result.stdout)["parts"]}


def test_stored_responses_move_with_small_cells_hidden(stored: Course, tmp_path: Path) -> None:
    for number in range(8):
        stored.send(FINE, f"Noor {number}")
    stored.send(WORRIED)
    stored.begin("Yara Smit")  # not sent
    found = cells(run_stored(tmp_path, "--json"))
    assert found["thuis"] == [["goed", "goed", "5+"], ["hulp", "hulp", "<5"]]
    assert found["honger"] == [["not raised", "not raised", "5+"], ["raised", "raised", "<5"]]
    assert cells(run_stored(tmp_path, "--json", "--one-by-one")) == found


def test_too_few_stored_responses_show_nothing(stored: Course, tmp_path: Path) -> None:
    stored.send(FINE)
    result = run_stored(tmp_path)
    assert result.exit_code == 0 and result.stdout.splitlines()[0] == "<5 responses"
    assert "thuis" not in result.stdout and "known people" in result.stdout


def test_erased_sittings_are_counted_apart(stored: Course, tmp_path: Path) -> None:
    for number in range(6):
        sent = stored.send(FINE, f"Noor {number}")
    sent.wrapped_key = b""
    assert run_stored(tmp_path).stdout.splitlines()[0] == "5 responses, and 1 erased"


def test_nothing_stored_is_said(stored: Course, tmp_path: Path) -> None:
    assert run_stored(tmp_path).stdout.splitlines()[0] == "0 responses"


def test_nothing_is_touched(stored: Course, tmp_path: Path) -> None:
    for number in range(5):
        stored.send(FINE, f"Noor {number}")
    stored.session.commit()
    only_reads(stored.session)
    assert run_stored(tmp_path).exit_code == 0
    assert not stored.session.dirty and not stored.session.new
