"""Alive, ready, and whom to tell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from factories import make_settings
from flask.testing import FlaskClient

from survey import create_app, jobs


def test_live_needs_no_database(tmp_path: Path) -> None:
    app = create_app(make_settings(f"sqlite:///{tmp_path}/none/none.sqlite", tmp_path))
    answer = app.test_client().get("/health/live")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_ready_when_database_and_queue_are_there(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_not_ready_without_migrations(tmp_path: Path, opens_database: None) -> None:
    app = create_app(make_settings(f"sqlite:///{tmp_path}/empty.sqlite", tmp_path))
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.text) == (503, "away: database\n")


def test_not_ready_when_the_database_is_away(tmp_path: Path, opens_database: None) -> None:
    app = create_app(make_settings("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path))
    assert app.test_client().get("/health/ready").status_code == 503


def test_not_ready_without_queue(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "is_reachable", lambda: False)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.text) == (503, "away: queue\n")


def test_security_contact_follows_the_standard(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.mimetype == "text/plain"
    assert fields["Contact"] == "mailto:overstap@voorbeeld.nl"
    assert fields["Canonical"] == "http://localhost/.well-known/security.txt"
    assert datetime.fromisoformat(fields["Expires"]) > datetime.now().astimezone()
