"""`survey translate`: files that translators open in their own tools."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.definition.load import shipped_files
from survey.definition.po import read_catalogue

CHECKIN = next(path for path in shipped_files() if path.parent.name == "checkin")


def export(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(survey, ["translate", "export", *arguments])


def test_export_gives_a_file_that_gettext_tools_read(tmp_path: Path) -> None:
    result = export(str(CHECKIN), "--language", "tr", "-o", str(tmp_path / "1.tr.po"))
    assert result.exit_code == 0 and result.output == ""
    with (tmp_path / "1.tr.po").open("rb") as file:
        entries = [entry for entry in read_po(file, abort_invalid=True) if entry.id]
    assert len(entries) > 20 and all(entry.context for entry in entries)


def test_export_goes_to_standard_output() -> None:
    assert read_catalogue(export(str(CHECKIN), "--language", "uk").output.encode()).head["language"] == "uk"


def test_interface_has_the_words_of_the_pages_with_the_plurals_of_the_language() -> None:
    result = export("--interface", "--language", "cy")
    assert result.exit_code == 0
    assert '#. nl: Volgende\nmsgid "Next"\nmsgstr ""' in result.output and 'msgstr[4] ""' in result.output


def test_interface_keeps_what_is_translated_already() -> None:
    result = export("--interface", "--language", "ar")
    assert result.exit_code == 0
    assert '#. nl: Volgende\nmsgid "Next"\nmsgstr "التالي"' in result.output and 'msgstr[5] ""' not in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([str(CHECKIN), "--language", "klingons"], "is no language code"),
        ([str(CHECKIN), "--language", "x1"], "is no language code"),
        (["--language", "ar"], "name a definition, or give --interface"),
        ([str(CHECKIN), "--interface", "--language", "ar"], "name a definition, or give --interface"),
        ([str(CHECKIN), "--language", "ar", "-o", "/nergens/x.po"], "No such file"),
    ],
)
def test_wrong_use_is_said(arguments: list[str], message: str) -> None:
    result = export(*arguments)
    assert result.exit_code == 2 and message in result.output


def test_file_that_cannot_be_read_is_said_by_line(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text("id: [\n", encoding="utf-8")
    assert "1.yaml:1: this is no YAML" in export(str(tmp_path / "1.yaml"), "--language", "ar").output
    (tmp_path / "1.yaml").write_text("id: x\nversion: 1\n", encoding="utf-8")
    assert "languages: [nl]" in export(str(tmp_path / "1.yaml"), "--language", "ar").output
