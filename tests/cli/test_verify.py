"""`survey verify`, as an operator types it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from factories import MASTER_KEY, make_campus
from flask import Flask
from stages import FINE, make_course

from survey.cli import survey
from survey.store.database import db
from survey.store.surveying import StoredOutcome


@pytest.fixture
def installation(own_app: Flask, own_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    """Give an application of two schools, one sitting each, that the environment names."""
    monkeypatch.setenv("SURVEY_DATABASE_URL", own_database)
    monkeypatch.setenv("SURVEY_MASTER_KEY", encode(MASTER_KEY))
    monkeypatch.setenv("SURVEY_VAR", str(tmp_path))
    with own_app.app_context():
        vault = own_app.extensions["vault"]
        for name in ("ROC Waterland", "Deltion Voorbeeld"):
            make_course(make_campus(db.session(), vault, name)).send(FINE)
            db.session.commit()
            db.session.remove()
    return own_app


def encode(key: bytes) -> str:
    """Give a key as the environment holds it."""
    return base64.b64encode(key).decode()


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, ["verify", *words])


def test_all_schools_are_verified_unless_one_is_named(installation: Flask) -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (0, "2 equal\n0 different\n"), result.output
    result = run("--school", "roc waterland")
    assert (result.exit_code, result.stdout) == (0, "1 equal\n0 different\n")


def test_what_differs_is_named_by_its_ids_and_nothing_else(installation: Flask) -> None:
    with installation.app_context():
        session = db.session()
        stored = session.query(StoredOutcome).execution_options(across_schools="test").first()
        assert stored is not None
        session.info["school_id"] = stored.school_id
        stored.engine = 99
        ids = (stored.id, stored.sitting_id)
        session.commit()
        db.session.remove()
    result = run()
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == f"no_engine: outcome {ids[0]} of sitting {ids[1]}"
    found = json.loads(run("--json").stdout)
    assert found == {
        "equal": 1,
        "different": 0,
        "erased": 0,
        "unreadable": 0,
        "no_engine": 1,
        "outcomes": [{"outcome": ids[0], "sitting": ids[1], "verdict": "no_engine"}],
    }


def test_an_unknown_school_ends_with_2(installation: Flask) -> None:
    result = run("--school", "Nergens")
    assert result.exit_code == 2 and "no school `Nergens`" in result.stderr and result.stdout == ""


def test_another_master_key_ends_with_2(installation: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_MASTER_KEY", encode(bytes(32)))
    result = run()
    assert result.exit_code == 2 and "does not open" in result.stderr and result.stdout == ""


@pytest.mark.usefixtures("opens_database")
def test_a_database_without_tables_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("SURVEY_MASTER_KEY", encode(MASTER_KEY))
    (tmp_path / "var").mkdir()
    result = run()
    assert result.exit_code == 2 and "survey db upgrade" in result.stderr


@pytest.mark.parametrize("command", ["verify", "quality"])
def test_a_queue_that_cannot_be_opened_is_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_VAR", str(tmp_path))
    monkeypatch.setenv("SURVEY_MASTER_KEY", encode(MASTER_KEY))
    monkeypatch.setenv("SURVEY_QUEUE_URL", "postgresql://nobody:geheim@127.0.0.1:1/nothing")
    result = CliRunner().invoke(survey, [command])
    assert result.exit_code == 2 and isinstance(result.exception, SystemExit)
    assert "SURVEY_QUEUE_URL" in result.stderr and "geheim" not in result.stderr
