"""The operator's manual names everything that an operator can set or run."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import click
import pytest

from survey.cli import survey
from survey.config import Settings
from survey.environment import Reader

ROOT = Path(__file__).resolve().parent.parent
MANUAL = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| `(SURVEY_\w+)` \| (.+?) \|", MANUAL, re.MULTILINE)
KEY = b64encode(bytes(32)).decode()


def variables(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return every variable that is asked for when the settings are read."""
    readers: list[Reader] = []
    refuse = Reader.refuse_unknown

    def watched(reader: Reader) -> None:
        readers.append(reader)
        refuse(reader)

    monkeypatch.setattr(Reader, "refuse_unknown", watched)
    Settings.from_environment({"SURVEY_MASTER_KEY": KEY})
    return readers[0].known


def commands(group: click.Group, words: str = "survey") -> list[str]:
    """Return every command with the words that run it."""
    context, found = click.Context(group), []
    for name in group.list_commands(context):
        command, told = group.get_command(context, name), f"{words} {name}"
        found += commands(command, told) if isinstance(command, click.Group) else [told]
    return found


def test_table_names_every_setting_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name, _ in TABLE]
    assert len(names) == len(set(names))
    assert set(names) == variables(monkeypatch)


def test_manual_speaks_of_no_setting_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(re.findall(r"SURVEY_[A-Z_]+", MANUAL)) <= variables(monkeypatch)


def test_table_gives_the_defaults() -> None:
    settings = Settings.from_environment({"SURVEY_MASTER_KEY": KEY})
    defaults = dict(TABLE)
    var = str(Path("var").absolute())
    assert Path(defaults["SURVEY_VAR"].strip("`")).absolute() == settings.var
    told = {
        "SURVEY_BASE_URL": settings.base_url,
        "SURVEY_DATABASE_URL": settings.database_url,
        "SURVEY_QUEUE_URL": settings.queue_url,
        "SURVEY_MAIL_URL": settings.mail_url,
        "SURVEY_RENDER_SECONDS": str(settings.render_seconds),
    }
    for name, value in told.items():
        assert defaults[name].strip("`").replace("$SURVEY_VAR", var) == value, name


@pytest.mark.parametrize("words", commands(survey))
def test_manual_names_every_command(words: str) -> None:
    assert re.search(rf"\b{words}\b", MANUAL)


def test_manual_names_no_command_that_does_not_exist() -> None:
    known = {words.split()[1] for words in commands(survey)}
    told = re.findall(r"^    survey (\w+)|`survey (\w+)", MANUAL, re.MULTILINE)
    assert {first or second for first, second in told} <= known


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)\)", MANUAL))
def test_links_of_the_manual_lead_somewhere(target: str) -> None:
    assert (ROOT / "docs" / target).is_file()
