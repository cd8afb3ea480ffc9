"""`survey run` and `survey worker`: what they refuse before they start, and that they stop when asked."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey import log
from survey.cli import serve, survey

SHIPPED = files("survey.questionnaires")


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation with a migrated database."""
    monkeypatch.setenv("SURVEY_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(log, "configure", lambda: None)
    assert CliRunner().invoke(survey, ["db", "upgrade"]).exit_code == 0
    return tmp_path / "var"


def refused(command: str) -> Result:
    """Run a command that must not start."""
    result = CliRunner().invoke(survey, [command])
    assert result.exit_code == 2, result.output
    return result


@pytest.mark.usefixtures("opens_database")
@pytest.mark.parametrize("command", ["run", "worker"])
def test_database_without_migrations_is_refused(var: Path, command: str) -> None:
    with sqlite3.connect(var / "survey.sqlite") as connection:
        connection.execute("delete from alembic_version")
    connection.close()
    assert "survey db upgrade" in refused(command).stderr


@pytest.mark.usefixtures("opens_database")
@pytest.mark.parametrize("command", ["run", "worker"])
def test_broken_definition_of_the_school_is_refused_by_line(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    own = tmp_path / "eigen"
    own.mkdir()
    (own / "1.yaml").write_text("id: eigen\nversion: 1\nquestions:\n  a: {kind: dans}\nscales: {}\n")
    monkeypatch.setenv("SURVEY_QUESTIONNAIRES", str(own))
    assert f"{own}/1.yaml:4:7: E" in refused(command).stderr


@pytest.mark.usefixtures("opens_database")
def test_database_that_does_not_answer_is_named(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert "SURVEY_DATABASE_URL" in refused("run").stderr


@pytest.mark.usefixtures("opens_database")
@pytest.mark.parametrize("words", [["run"], ["worker"], ["db", "upgrade"]], ids=" ".join)
def test_queue_that_cannot_be_opened_is_named(var: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.setenv("SURVEY_QUEUE_URL", "postgresql://nobody:geheim@127.0.0.1:1/nothing")
    result = CliRunner().invoke(survey, words)
    assert result.exit_code == 2 and isinstance(result.exception, SystemExit)
    assert "SURVEY_QUEUE_URL" in result.stderr and "geheim" not in result.output


@pytest.mark.usefixtures("opens_database")
def test_definition_that_cannot_be_read_is_named(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "eigen" / "1.yaml").mkdir(parents=True)
    monkeypatch.setenv("SURVEY_QUESTIONNAIRES", str(tmp_path / "eigen"))
    assert f"{tmp_path}/eigen/1.yaml: cannot be read" in refused("run").stderr


@pytest.mark.usefixtures("opens_database")
def test_all_is_right_and_every_questionnaire_is_read(var: Path) -> None:
    app, settings = serve.ready_app()
    assert settings.var == var
    assert serve.broken_definitions(settings) == []
    serve.read_pages(app)
    serve.close_connections(app)


def test_shipped_definitions_are_found() -> None:
    names = sorted(path.name for path in Path(str(SHIPPED)).iterdir() if (path / "1.yaml").is_file())
    assert len(names) >= 2


def test_web_server_never_loads_the_layout_engine(tmp_path: Path) -> None:
    """A document is set by the worker alone; `survey score` needs neither web framework nor database."""
    serve = (
        "import survey.cli.serve; from survey import create_app; from survey.config import Settings; "
        f"create_app(Settings.from_environment({{'SURVEY_VAR': {str(tmp_path)!r}, 'SURVEY_MASTER_KEY': '{'A' * 43}='}}))"
    )
    for code, unwanted in {serve: ["weasyprint"], "import survey.cli.score": ["flask", "sqlalchemy", "weasyprint"]}.items():
        asks = f"import sys; {code}; print(*[name for name in {unwanted} if name in sys.modules])"
        loaded = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
        assert loaded.stdout.split() == []
