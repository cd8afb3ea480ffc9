"""The queue: what goes on it, what comes off, and what happens when it is away."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import make_settings
from flask import Flask
from huey import Huey, RedisHuey
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from survey import jobs


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Give what the task `note` was called with."""
    calls: list[tuple[str, ...]] = []
    monkeypatch.setitem(jobs.BODIES, "note", lambda *ids: calls.append(ids))
    return calls


def make_app(queue_url: str, immediate: bool = False) -> Flask:
    app = Flask("queue")
    jobs.connect(app, make_settings("sqlite://", Path("var"), queue_url=queue_url), immediate)
    return app


@pytest.fixture(params=["sqlite", "redis", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Give an application on each kind of queue."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/queue.sqlite"
    elif request.param == "redis":
        url = request.getfixturevalue("redis_url")
    else:
        url = f"{request.getfixturevalue('postgres')}/postgres"
    app = make_app(url)
    queue = app.extensions["jobs"].queue
    queue.storage.flush_queue()
    yield app
    queue.storage.flush_queue()
    jobs.close(app)


def perform_all(app: Flask) -> int:
    """Perform what waits, as a worker would; return how many tasks."""
    queue, number = app.extensions["jobs"].queue, 0
    while (task := queue.storage.dequeue()) is not None:
        queue.execute(queue.deserialize_task(task))
        number += 1
    return number


def test_task_travels_by_name_with_ids(app: Flask, done: list[tuple[str, ...]]) -> None:
    with app.app_context():
        assert jobs.is_reachable()
        assert jobs.enqueue("note", "a1", "b2")
        assert done == []
    assert perform_all(app) == 1
    assert done == [("a1", "b2")]


def test_queue_holds_plain_json(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path}/queue.sqlite")
    with app.app_context():
        jobs.enqueue("note", "a1")
    jobs.close(app)
    with sqlite3.connect(tmp_path / "queue.sqlite") as connection:
        ((held,),) = connection.execute("select data from task").fetchall()
    connection.close()
    assert json.loads(held)[2] == ["note", "a1"]


def test_queue_that_is_away_is_not_the_visitors_problem(tmp_path: Path, done: list[tuple[str, ...]]) -> None:
    app = make_app(f"sqlite:///{tmp_path}/queue.sqlite")
    jobs.close(app)
    (tmp_path / "queue.sqlite").unlink()
    (tmp_path / "queue.sqlite").mkdir()
    with app.app_context():
        assert jobs.enqueue("note", "a1") is False
        assert jobs.is_reachable() is False


@pytest.mark.parametrize("away", ["postgresql://nobody:geheim@127.0.0.1:1/nothing", "sqlite:////proc/none/queue.sqlite"])
def test_queue_that_cannot_be_opened_is_named_without_its_password(away: str) -> None:
    with pytest.raises(jobs.NoQueue, match="Error") as caught:
        make_app(away)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "kind"), [("unix:///run/redis.sock?db=2", RedisHuey), ("rediss://voorbeeld.nl/1", RedisHuey)]
)
def test_address_chooses_the_kind_of_queue(url: str, kind: type[Huey]) -> None:
    assert isinstance(jobs.open_queue(url), kind)


@pytest.mark.usefixtures("opens_database")
def test_planned_task_goes_with_the_commit(done: list[tuple[str, ...]]) -> None:
    app, engine = make_app("", immediate=True), create_engine("sqlite://")
    with app.app_context(), Session(engine) as session:
        session.connection()
        jobs.plan(session, "note", "kept")
        assert done == []
        session.commit()
        assert done == [("kept",)]
        session.connection()
        session.commit()
        assert done == [("kept",)]
    engine.dispose()


@pytest.mark.usefixtures("opens_database")
def test_planned_task_is_forgotten_with_the_rollback(done: list[tuple[str, ...]]) -> None:
    app, engine = make_app("", immediate=True), create_engine("sqlite://")
    with app.app_context(), Session(engine) as session:
        session.connection()
        jobs.plan(session, "note", "undone")
        session.rollback()
        session.connection()
        session.commit()
        assert done == []
    engine.dispose()


@pytest.mark.usefixtures("opens_database")
def test_planned_task_waits_for_the_outer_commit(done: list[tuple[str, ...]]) -> None:
    app, engine = make_app("", immediate=True), create_engine("sqlite://")
    with app.app_context(), Session(engine) as session:
        jobs.plan(session, "note", "before")
        with session.begin_nested():
            jobs.plan(session, "note", "inside")
        assert done == []
        with pytest.raises(ValueError), session.begin_nested():
            raise ValueError
        session.commit()
        assert done == [("before",), ("inside",)]
    engine.dispose()
