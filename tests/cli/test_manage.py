"""`survey db` and `survey staff`, as an operator types them."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey

pytestmark = pytest.mark.usefixtures("opens_database")


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of an installation that is not there yet."""
    monkeypatch.setenv("SURVEY_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(survey, words, input=typed)


def add(*words: str, typed: str = "") -> Result:
    return run("staff", "add", "joke@voorbeeld.nl", "--name", "Joke Kok", "--school", "ROC Waterkant", *words, typed=typed)


def test_upgrade_makes_what_is_missing_and_may_be_repeated(var: Path) -> None:
    for _ in range(2):
        result = run("db", "upgrade")
        assert (result.exit_code, result.stdout) == (0, "")
    assert "up to date" in result.stderr
    (key,) = (var / "keys").iterdir()
    assert key.stat().st_mode & 0o077 == 0
    assert (var / "survey.sqlite").exists()


def test_lost_key_is_asked_for_and_not_replaced(var: Path, own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new key would open nothing of what is there, on a server of its own too."""
    monkeypatch.setenv("SURVEY_DATABASE_URL", own_database)
    result = run("db", "upgrade")
    assert result.exit_code == 2 and "needs the key from its backup" in result.stderr
    assert not (var / "keys").exists()


def test_no_key_is_made_while_the_database_is_away(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_DATABASE_URL", "postgresql://wil:geheim@127.0.0.1:1/overstap")
    result = run("db", "upgrade")
    assert result.exit_code == 2 and "does not answer" in result.stderr and "geheim" not in result.stderr
    assert not (var / "keys").exists()


def test_account_is_made_with_its_school(var: Path) -> None:
    run("db", "upgrade")
    result = add("--role", "coordinator", "--generate")
    assert result.exit_code == 0, result.stderr
    assert len(result.stdout.strip()) >= 12
    assert "joke@voorbeeld.nl is coordinator at ROC Waterkant" in result.stderr
    second = run(
        "staff", "add", "piet@voorbeeld.nl", "--name", "Piet Bos", "--school", "roc waterkant", "--generate"
    )
    assert second.exit_code == 0
    with sqlite3.connect(var / "survey.sqlite") as connection:
        assert connection.execute("select count(*) from school").fetchone() == (1,)
        assert connection.execute("select role from staff order by role").fetchall() == [("coordinator",), ("mentor",)]
    connection.close()


def test_password_is_asked_for_twice_and_not_shown(var: Path) -> None:
    run("db", "upgrade")
    result = add(typed="een lang wachtwoord\neen lang wachtwoord\n")
    assert result.exit_code == 0
    assert "een lang wachtwoord" not in result.output


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        ((), "kort\nkort\n", "12"),
        (("--role", "baas"), "", "baas"),
    ],
    ids=["short password", "unknown role"],
)
def test_account_that_cannot_be_is_refused(var: Path, words: tuple[str, ...], typed: str, said: str) -> None:
    run("db", "upgrade")
    result = add(*words, typed=typed)
    assert result.exit_code == 2
    assert said in result.stderr


def test_address_that_is_taken_is_refused(var: Path) -> None:
    run("db", "upgrade")
    add("--generate")
    result = add("--generate")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "joke@voorbeeld.nl" in result.stderr


def test_database_without_migrations_is_refused(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("db", "upgrade")
    with sqlite3.connect(var / "survey.sqlite") as connection:
        connection.execute("delete from alembic_version")
    connection.close()
    result = add("--generate")
    assert result.exit_code == 2
    assert "survey db upgrade" in result.stderr


def test_key_of_another_database_is_refused(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("db", "upgrade")
    add("--generate")
    monkeypatch.setenv("SURVEY_MASTER_KEY", b64encode(bytes(32)).decode())
    for result in (add("--generate"), run("run"), run("worker")):
        assert result.exit_code == 2
        assert "SURVEY_KEY_FILE: this key does not open this database" in result.stderr


def test_database_that_does_not_answer_is_named(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_DATABASE_URL", "postgresql://nobody:geheim@127.0.0.1:1/nothing")
    result = run("db", "upgrade")
    assert result.exit_code == 2 and isinstance(result.exception, SystemExit)
    assert "SURVEY_DATABASE_URL" in result.stderr and "geheim" not in result.stderr


def test_folder_is_its_owners_alone(var: Path) -> None:
    run("db", "upgrade")
    assert var.stat().st_mode & 0o077 == 0


def test_wrong_settings_are_all_named_at_once(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_WORKERS", "veel")
    monkeypatch.setenv("SURVEY_BASE_URL", "overstap")
    result = run("db", "upgrade")
    assert result.exit_code == 2
    assert "SURVEY_WORKERS" in result.stderr and "SURVEY_BASE_URL" in result.stderr


def test_every_command_describes_itself() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for command in ("check", "walk", "score", "report", "run", "worker", "demo", "db", "staff"):
        assert f"\n  {command} " in result.stdout


def test_unknown_command_is_wrong_use() -> None:
    assert run("dans").exit_code == 2


def test_school_is_made_and_its_administrator_gets_a_link(var: Path) -> None:
    run("db", "upgrade")
    words = ("--administrator", "ad@voorbeeld.nl", "--administrator-name", "Ad Beheer")
    result = run("school", "add", "ROC Waterkant", "--kind", "vso", *words)
    assert result.exit_code == 0 and "ad@voorbeeld.nl" in result.stderr
    assert run("school", "list").stdout == "ROC Waterkant\n"
    with sqlite3.connect(var / "survey.sqlite") as connection:
        assert connection.execute("select role, password from staff").fetchall() == [("administrator", "")]
        assert connection.execute("select count(*) from mail").fetchone() == (1,)
        assert '"vso"' in connection.execute("select settings from school").fetchone()[0]
    connection.close()
    assert run("school", "add", "roc waterkant", *words).exit_code == 2
    assert run("school", "add", "Nog een", *words).exit_code == 2
    assert run("school", "list").stdout == "ROC Waterkant\n"
