"""`survey quality` on a file of answers and on stored responses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey

DEFINITION = """\
id: rust
version: 2
answers: {vier: {nooit: 0, soms: 1, vaak: 2, altijd: 3, weet_niet: {state: unknown}}}
questions: {slaap: {answers: vier}, eten: {answers: vier}, druk: {answers: vier}}
scales: {rust: {op: sum, of: [slaap, eten, -druk], bands: [{below: 5, label: weinig}, {label: veel}]}}
"""
CODES = ("nooit", "soms", "vaak", "altijd")


@pytest.fixture
def definition(tmp_path: Path) -> str:
    """Give the file of a small scale."""
    path = tmp_path / "rust.yaml"
    path.write_text(DEFINITION, encoding="utf-8")
    return str(path)


def lines(n: int) -> list[str]:
    """Return answers of as many people, more or less of one kind each."""
    return [
        json.dumps({"slaap": CODES[i % 4], "eten": CODES[(i + i // 7 % 2) % 4], "druk": CODES[3 - (i + i // 5 % 2) % 4]})
        for i in range(n)
    ]


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(survey, ["quality", *words], input=typed)


def test_report_as_json_holds_every_figure(definition: str) -> None:
    result = run("--json", definition, typed="\n".join(lines(60)))
    report = json.loads(result.stdout)
    assert (result.exit_code, report["questionnaire"], report["version"], report["n"]) == (0, "rust", 2, 60)
    (scale,) = report["scales"]
    assert 0.3 < scale["alpha_interval"][0] < scale["alpha"] < scale["alpha_interval"][1] < 1
    assert [item["reversed"] for item in scale["items"]] == [False, False, True]
    assert report["items"][0]["states"] == {"answered": 60, "unknown": "<10", "not_reached": "<10"}
    assert sum(report["distributions"][0]["cells"].values()) == 60


def test_report_for_people_says_what_it_is_no_proof_of(definition: str) -> None:
    result = run(definition, typed="\n".join(lines(60)))
    assert "It is not validated." in result.stdout and "a low alpha is no defect" in result.stdout
    for title in ("Scales", "Items in their scale", "Bands and values", "Floor and ceiling", "Answered and missing"):
        assert f"\n{title}\n" in result.stdout


def test_nothing_is_told_of_fewer_than_thirty(definition: str) -> None:
    result = run(definition, typed="\n".join(lines(29)))
    assert result.exit_code == 0 and "fewer than 30 responses" in result.stdout and "Scales" not in result.stdout
    report = json.loads(run("--json", definition, typed="\n".join(lines(29))).stdout)
    assert report["n"] is None and not report["items"] and not report["distributions"] and not report["pages"]


def test_line_that_cannot_be_used_is_named_and_the_rest_goes_on(definition: str) -> None:
    typed = "\n".join(["{}", '{"slaap": "graag"}', "geen JSON", *lines(40)])
    result = run("--json", definition, typed=typed)
    assert result.exit_code == 1 and json.loads(result.stdout)["n"] == 41
    assert "line 2: `slaap`: there is no option `graag`" in result.stderr and "line 3: this is not JSON" in result.stderr


@pytest.mark.parametrize("option", [("--round", "x"), ("--school", "ROC Waterland")])
def test_stored_responses_and_a_file_exclude_each_other(definition: str, option: tuple[str, str]) -> None:
    result = run(definition, *option)
    assert result.exit_code == 2 and "stored responses" in result.stderr


def test_definition_that_is_not_there_is_refused() -> None:
    assert run("nergens.yaml").exit_code == 2


@pytest.mark.usefixtures("opens_database")
class TestStored:
    """On a database of its own."""

    @pytest.fixture(autouse=True)
    def installation(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SURVEY_VAR", str(tmp_path / "var"))
        assert CliRunner().invoke(survey, ["db", "upgrade"]).exit_code == 0

    def test_without_responses_nothing_is_printed(self) -> None:
        result = run()
        assert (result.exit_code, result.stdout) == (0, "") and "Nobody has begun" in result.stderr

    @pytest.mark.parametrize("option", [("--round", "x"), ("--school", "ROC Nergens")])
    def test_name_that_is_unknown_is_refused(self, option: tuple[str, str]) -> None:
        result = run(*option)
        assert result.exit_code == 2 and "there is no" in result.stderr
