"""Settings: defaults that are right, everything wrong said at once by name, and no secret shown."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from survey.config import Settings, WrongSettings
from survey.environment import is_private, make_key
from survey.store.database import is_new

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the least that works."""
    return {"SURVEY_MASTER_KEY": KEY, "SURVEY_VAR": str(tmp_path / "var")}


def problems(environ: dict[str, str]) -> dict[str, str]:
    """Return what is wrong, by the name of the variable."""
    with pytest.raises(WrongSettings) as caught:
        Settings.from_environment(environ)
    return {problem.name: problem.message for problem in caught.value.problems}


def test_defaults_stay_below_one_folder(environ: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_environment(environ)
    var = tmp_path / "var"
    assert settings.database_url == f"sqlite:///{var}/survey.sqlite"
    assert settings.queue_url == f"sqlite:///{var}/queue.sqlite"
    assert settings.mail_url == f"file:{var}/mail"
    assert settings.mail_from == "no-reply@localhost"
    assert settings.master_key == bytes(range(32))
    assert settings.questionnaires is None and settings.trusted_hosts == ()
    assert settings.render_seconds == 30 and settings.workers >= 1


def test_everything_set_is_read(environ: dict[str, str], tmp_path: Path) -> None:
    environ |= {
        "SURVEY_BASE_URL": "https://overstap.voorbeeld.nl/",
        "SURVEY_DATABASE_URL": "postgres://overstap:geheim@db.lan:5433/overstap?sslmode=require",
        "SURVEY_QUEUE_URL": "redis://127.0.0.1:6379/2",
        "SURVEY_MAIL_URL": "smtps://overstap:geheim@mail.voorbeeld.nl:465",
        "SURVEY_MAIL_FROM": "overstap@voorbeeld.nl",
        "SURVEY_QUESTIONNAIRES": str(tmp_path),
        "SURVEY_TRUSTED_HOSTS": "overstap.lan, 192.168.1.4",
        "SURVEY_RENDER_SECONDS": "45",
        "SURVEY_WORKERS": " 3 ",
        "SURVEY_PROXIES": "1",
    }
    settings = Settings.from_environment(environ)
    assert settings.base_url == "https://overstap.voorbeeld.nl"
    assert settings.database_url == "postgresql+psycopg://overstap:geheim@db.lan:5433/overstap?sslmode=require"
    assert settings.queue_url == "redis://127.0.0.1:6379/2"
    assert settings.mail_url == "smtps://overstap:geheim@mail.voorbeeld.nl:465"
    assert settings.trusted_hosts == ("overstap.lan", "192.168.1.4")
    assert (settings.questionnaires, settings.render_seconds, settings.workers) == (tmp_path, 45, 3)
    assert settings.proxies == 1


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_understood_in_every_spelling(environ: dict[str, str], scheme: str) -> None:
    environ |= {"SURVEY_DATABASE_URL": f"{scheme}://a@h/x", "SURVEY_QUEUE_URL": f"{scheme}://a@h/x"}
    settings = Settings.from_environment(environ)
    assert settings.database_url == "postgresql+psycopg://a@h/x"
    assert settings.queue_url == "postgresql://a@h/x"


def test_relative_paths_become_absolute(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environ |= {"SURVEY_VAR": "var", "SURVEY_DATABASE_URL": "sqlite:///data/a.sqlite", "SURVEY_MAIL_URL": "file:post"}
    settings = Settings.from_environment(environ)
    assert settings.var == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/a.sqlite"
    assert settings.mail_url == f"file:{tmp_path}/post"
    assert settings.sms_url is None
    assert Settings.from_environment(environ | {"SURVEY_SMS_URL": "file:sms"}).sms_url == f"file:{tmp_path}/sms"


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    found = problems(
        {
            "SURVEY_VAR": str(tmp_path),
            "SURVEY_BASE_URL": "overstap.voorbeeld.nl",
            "SURVEY_DATABASE_URL": "mysql://localhost/overstap",
            "SURVEY_QUEUE_URL": "amqp://localhost",
            "SURVEY_MASTER_KEY": "kort",
            "SURVEY_MAIL_URL": "mail.voorbeeld.nl",
            "SURVEY_MAIL_FROM": "overstap",
            "SURVEY_QUESTIONNAIRES": str(tmp_path / "nergens"),
            "SURVEY_TRUSTED_HOSTS": "https://overstap.lan",
            "SURVEY_RENDER_SECONDS": "lang",
            "SURVEY_WORKERS": "0",
            "SURVEY_WORKER": "2",
        }
    )
    assert len(found) == 11
    assert found["SURVEY_WORKER"] == "unknown; did you mean SURVEY_WORKERS?"
    assert "write https://host" in found["SURVEY_BASE_URL"]
    assert "from 1 to 64" in found["SURVEY_WORKERS"]
    assert "32 random bytes" in found["SURVEY_MASTER_KEY"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SURVEY_BASE_URL", "https://voorbeeld.nl/overstap"),
        ("SURVEY_BASE_URL", "https://voorbeeld.nl:0"),
        ("SURVEY_BASE_URL", "https://voorbeeld.nl:99999"),
        ("SURVEY_BASE_URL", "https://[::1"),
        ("SURVEY_BASE_URL", "ftp://voorbeeld.nl"),
        ("SURVEY_BASE_URL", "http://voorbeeld.nl"),
        ("SURVEY_DATABASE_URL", "sqlite:///:memory:"),
        ("SURVEY_DATABASE_URL", "sqlite://"),
        ("SURVEY_DATABASE_URL", "sqlite:///"),
        ("SURVEY_DATABASE_URL", "postgresql://localhost"),
        ("SURVEY_MAIL_URL", "file:"),
        ("SURVEY_SMS_URL", "file:"),
        ("SURVEY_SMS_URL", "https://sms.voorbeeld.nl"),
        ("SURVEY_MAIL_URL", "smtp://"),
        ("SURVEY_MAIL_FROM", "a@b, c@d"),
        ("SURVEY_TRUSTED_HOSTS", "overstap.lan:8000"),
        ("SURVEY_RENDER_SECONDS", "-1"),
        ("SURVEY_WORKERS", "²"),
        ("SURVEY_WORKERS", "9" * 5000),
        ("SURVEY_MASTER_KEY", base64.b64encode(bytes(33)).decode()),
        ("SURVEY_NONSENSE", "1"),
    ],
)
def test_wrong_value_is_refused_by_name(environ: dict[str, str], name: str, value: str) -> None:
    assert list(problems(environ | {name: value})) == [name]


def test_variables_of_tests_are_left_alone(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ | {"SURVEY_TEST_POSTGRES": "postgresql://a@h"})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "192.168.1.4", "10.0.0.2", "[::1]", "school.lan", "laptop"])
def test_plain_http_is_for_one_machine_or_network_and_warned_of(environ: dict[str, str], host: str) -> None:
    settings = Settings.from_environment(environ | {"SURVEY_BASE_URL": f"http://{host}:5000"})
    assert len(settings.warnings()) == 1


def test_documents_name_the_page_that_checks_them_where_others_can_reach_it(environ: dict[str, str]) -> None:
    reached = {"https://voorbeeld.nl": "https://voorbeeld.nl/verify", "http://127.0.0.1:5000": "", "http://localhost": ""}
    for base, address in reached.items():
        assert Settings.from_environment(environ | {"SURVEY_BASE_URL": base}).verify_address == address


def test_https_needs_no_warning(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ | {"SURVEY_BASE_URL": "https://voorbeeld.nl"}).warnings() == ()


def test_public_addresses_are_not_private() -> None:
    assert not is_private("93.184.216.34") and not is_private("voorbeeld.nl")


def test_settings_show_no_secret(environ: dict[str, str]) -> None:
    environ |= {
        "SURVEY_DATABASE_URL": "postgresql://overstap:geheim@db.lan:5433/overstap",
        "SURVEY_QUEUE_URL": "redis://:geheim@127.0.0.1:6379/2",
        "SURVEY_MAIL_URL": "smtps://overstap:geheim@mail.voorbeeld.nl",
    }
    shown = repr(Settings.from_environment(environ))
    assert "geheim" not in shown and "\\x01" not in shown and "master_key" not in shown
    assert "overstap:***@db.lan:5433" in shown


def test_problems_name_the_variable_on_a_line_each(environ: dict[str, str]) -> None:
    with pytest.raises(WrongSettings) as caught:
        Settings.from_environment(environ | {"SURVEY_WORKERS": "x", "SURVEY_MAIL_FROM": "x"})
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == ["SURVEY_MAIL_FROM", "SURVEY_WORKERS"]


# The key


def test_missing_key_says_how_to_get_one(tmp_path: Path) -> None:
    message = problems({"SURVEY_VAR": str(tmp_path)})["SURVEY_KEY_FILE"]
    assert "survey db upgrade" in message and "backup" in message


def test_prepare_makes_a_key_for_its_owner_only_and_keeps_it(tmp_path: Path) -> None:
    environ = {"SURVEY_VAR": str(tmp_path / "var")}
    first = Settings.prepare(environ, is_new)
    path = tmp_path / "var" / "keys" / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(first.master_key) == 32
    assert Settings.prepare(environ, is_new).master_key == first.master_key
    assert Settings.from_environment(environ).master_key == first.master_key
    assert [entry.name for entry in path.parent.iterdir()] == ["master.key"]


def test_two_servers_have_two_keys(tmp_path: Path) -> None:
    keys = {Settings.prepare({"SURVEY_VAR": str(tmp_path / name)}, is_new).master_key for name in "ab"}
    assert len(keys) == 2


def test_prepare_makes_no_key_beside_a_database(tmp_path: Path) -> None:
    (tmp_path / "survey.sqlite").touch()
    with pytest.raises(WrongSettings, match="backup"):
        Settings.prepare({"SURVEY_VAR": str(tmp_path)}, is_new)


def test_prepare_makes_no_key_when_one_is_given(tmp_path: Path) -> None:
    Settings.prepare({"SURVEY_VAR": str(tmp_path), "SURVEY_MASTER_KEY": KEY}, is_new)
    assert not (tmp_path / "keys").exists()


def test_prepare_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    with pytest.raises(WrongSettings, match="SURVEY_KEY_FILE: cannot make"):
        Settings.prepare({"SURVEY_VAR": str(tmp_path)}, is_new)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602])
def test_key_that_everyone_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    make_key(path)
    path.chmod(mode)
    assert "chmod 600" in problems({"SURVEY_VAR": str(tmp_path), "SURVEY_KEY_FILE": str(path)})["SURVEY_KEY_FILE"]


def test_file_without_a_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, "géén sleutel".encode())
    os.close(descriptor)
    message = problems({"SURVEY_VAR": str(tmp_path), "SURVEY_KEY_FILE": str(path)})["SURVEY_KEY_FILE"]
    assert "32 random bytes" in message and "sleutel" not in message


def test_folder_for_a_key_is_refused(tmp_path: Path) -> None:
    found = problems({"SURVEY_VAR": str(tmp_path), "SURVEY_KEY_FILE": str(tmp_path)})
    assert "cannot read" in found["SURVEY_KEY_FILE"]


def test_key_after_a_rotation_is_taken(environ: dict[str, str]) -> None:
    key = base64.b64encode(bytes(range(64))).decode()
    assert Settings.from_environment(environ | {"SURVEY_MASTER_KEY": key}).master_key == bytes(range(64))
