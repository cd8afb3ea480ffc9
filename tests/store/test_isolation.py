"""The rules that tests keep: no hidden database, no network, no request that leaves a change behind."""

from __future__ import annotations

import socket

import pytest
from factories import NOW, Campus
from flask import Flask
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from survey.access import Anyone, policy
from survey.store.database import db
from survey.store.people import School


@pytest.fixture
def probed(app: Flask) -> Flask:
    """Return the application with a page that stores a school, and one that counts them."""

    @app.get("/probe/store")
    @policy(Anyone)
    def store() -> str:
        db.session.add(School(name="Erbij", wrapped_key=b"", created_at=NOW))
        db.session.flush()
        return ""

    @app.get("/probe/count")
    @policy(Anyone)
    def count() -> str:
        return str(db.session.scalar(select(func.count()).select_from(School)))

    return app


def test_without_a_fixture_no_database_opens() -> None:
    with pytest.raises(AssertionError, match="opens a database"):
        create_engine("sqlite://").connect()


def test_outside_world_cannot_be_reached() -> None:
    with socket.socket() as outside, pytest.warns(UserWarning), pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))  # an address for documentation (RFC 5737)


def test_request_sees_what_the_test_stored(probed: Flask, school: Campus) -> None:
    assert probed.test_client().get("/probe/count").text == "1"


@pytest.mark.parametrize("_", range(2))
def test_test_sees_what_a_request_stored_and_the_next_does_not(probed: Flask, session: Session, _: int) -> None:
    assert probed.test_client().get("/probe/store").status_code == 200
    assert session.scalars(select(School.name)).all() == ["Erbij"]


def test_request_that_commits_nothing_is_noticed(probed: Flask, session: Session) -> None:
    after = probed.after_request_funcs.pop(None)
    assert probed.test_client().get("/probe/store").status_code == 200
    probed.after_request_funcs[None] = after
    assert probed.extensions["left_dirty"] == ["GET /probe/store"]
    probed.extensions["left_dirty"].clear()
    assert session.scalars(select(School.name)).all() == []
