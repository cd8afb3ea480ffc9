"""The queue: names of tasks with ids of rows, sent after the commit. It may lose or double; the rows are the truth."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import redis
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from survey.config import Settings

#: What each kind of queue raises when it is away, full or locked.
Unreachable = (sqlite3.Error, redis.RedisError, psycopg.Error, OSError)
Body = Callable[..., None]
B = TypeVar("B", bound=Body)

BODIES: dict[str, Body] = {}
SWEEPS: list[Body] = []  # what is done regularly besides the task `sweep`
PLANNED = "planned_jobs"
CONNECT_SECONDS = 5  # after which a queue that does not answer is away
_log = logging.getLogger(__name__)


class NoQueue(Exception):
    """The queue cannot be opened; says what was raised, never the address with its password."""


class Plain(Serializer):  # type: ignore[misc]
    """Puts a task on the queue as JSON: who can write to the queue can ask for a known task, and run nothing else."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps([data.id, data.name, data.args]).encode()

    def _deserialize(self, data: bytes) -> Message:
        id_, name, args = json.loads(bytes(data))
        return Message(id=id_, name=name, args=tuple(args), kwargs={})


class Often(Scheduler):  # type: ignore[misc]
    """Looks for what is overdue more often than each minute, so that a killed worker's documents come soon."""

    periodic_task_seconds = 10


class Worker(Consumer):  # type: ignore[misc]
    """Performs tasks in processes of their own: threads would corrupt the heap of the layout engine."""

    scheduler_class = Often


@dataclass(frozen=True, slots=True)
class Jobs:
    """The queue of an application."""

    queue: Huey
    perform: Callable[..., Any]


def task(body: B) -> B:
    """Make a function known to the worker by its name."""
    BODIES[body.__name__] = body
    return body


def sweep(body: B) -> B:
    """Let a function look regularly for what is overdue."""
    SWEEPS.append(body)
    return body


def connect(app: Flask, settings: Settings, immediate: bool = False) -> None:
    """Give the application its queue; `immediate` performs a task when it is enqueued, for tests. Raises NoQueue."""
    try:
        queue = open_queue(settings.queue_url, immediate)
    except Unreachable as error:
        raise NoQueue(type(error).__name__) from None

    @queue.task(name="perform")  # type: ignore[untyped-decorator]
    def perform(name: str, *ids: str) -> None:
        with app.app_context():
            BODIES[name](*ids)

    @queue.periodic_task(lambda moment: True, name="regularly")  # type: ignore[untyped-decorator]
    def regularly() -> None:
        with app.app_context():
            for body in (BODIES["sweep"], *SWEEPS):
                body()

    app.extensions["jobs"] = Jobs(queue, perform)


def open_queue(url: str, immediate: bool = False) -> Huey:
    """Return the queue at sqlite:///FILE, redis://..., unix://... (Redis) or postgresql://...; rows keep results."""
    settings = {"name": "survey", "results": False, "serializer": Plain()}
    if immediate:
        return MemoryHuey(immediate=True, **settings)
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        file = Path(rest.removeprefix("/"))
        file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(filename=str(file), fsync=False, **settings)
    if scheme in ("redis", "rediss", "unix"):
        return RedisHuey(url=url, **settings)
    return PostgresHuey(dsn=f"postgresql://{rest}", connect_timeout=CONNECT_SECONDS, **settings)


def enqueue(name: str, *ids: str) -> bool:
    """Send a task; call it after the commit. False when the queue is away: the sweep sends it later."""
    jobs: Jobs = current_app.extensions["jobs"]
    try:
        jobs.perform(name, *ids)
    except Unreachable as error:
        _log.warning("the queue is away (%s): %s waits for the sweep", type(error).__name__, name)
        return False
    return True


def plan(session: Session, name: str, *ids: str) -> None:
    """Send a task when this transaction commits; forget it when it rolls back."""
    session.info.setdefault(PLANNED, []).append((name, *ids))


def is_reachable() -> bool:
    """Return whether the queue of the current application answers."""
    jobs: Jobs = current_app.extensions["jobs"]
    try:
        jobs.queue.pending_count()
    except Unreachable:
        return False
    return True


def work(app: Flask, workers: int, ready: Callable[[], None]) -> None:
    """Perform tasks until SIGTERM or SIGINT; each worker process calls `ready` once before its first task.

    At SIGTERM what is being done is finished; at SIGINT it is left, and the sweep finds it later.
    """
    queue: Huey = app.extensions["jobs"].queue
    queue.on_startup()(ready)
    Worker(
        queue,
        workers=workers,
        worker_type="process",
        initial_delay=0.05,
        max_delay=0.5,
        health_check_interval=1,
        graceful_signal="TERM",
    ).run()


def close(app: Flask) -> None:
    """Close this process's connection to the queue, before it forks."""
    app.extensions["jobs"].queue.storage.close()


@event.listens_for(Session, "after_commit")
def _send_planned(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for planned in session.info.pop(PLANNED, ()):
        enqueue(*planned)


@event.listens_for(Session, "after_soft_rollback")
def _forget_planned(session: Session, undone: SessionTransaction) -> None:
    if undone.parent is None:
        session.info.pop(PLANNED, None)
