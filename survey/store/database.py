"""The connection to SQLite or PostgreSQL: one `db` for the application, safe transactions on both."""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as run_migrations
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.store import (
    agreeing,
    casework,
    credentials,
    granting,
    intake,
    inviting,
    people,
    publishing,
    recordings,
    scope,
    surveying,
    traces,
)
from survey.store.base import Base

#: So that Base.metadata knows every table and scope watches.
LOADED = (
    agreeing,
    casework,
    credentials,
    granting,
    intake,
    inviting,
    people,
    publishing,
    recordings,
    scope,
    surveying,
    traces,
)
MIGRATIONS = str(files("survey.store") / "migrations")
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # with NORMAL a commit answers before any fsync
    "busy_timeout=5000",
    "foreign_keys=ON",
    "secure_delete=FAST",
    "trusted_schema=OFF",
)
# A database that is away must fail within seconds, and a forgotten transaction may not hold locks (promise R11).
POSTGRES_CONNECT = {
    "connect_timeout": 5,
    "options": "-c lock_timeout=5s -c statement_timeout=20s -c idle_in_transaction_session_timeout=60s",
}

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
migrate = Migrate(directory=MIGRATIONS, compare_type=True)


class WritesInReading(Exception):
    """A session that was opened to read has something to store."""


def connect(app: Flask, settings: Settings) -> None:
    """Give the application its database and its migrations."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=make_url(settings.database_url).get_backend_name() == "sqlite")


def engine_options(url: str) -> dict[str, Any]:
    """Return what the engine for this address needs; errors never show what was stored."""
    if make_url(url).get_backend_name() == "postgresql":
        return {"hide_parameters": True, "pool_pre_ping": True, "connect_args": POSTGRES_CONNECT}
    return {"hide_parameters": True}


def only_reads(session: Session) -> None:
    """Begin a transaction that waits for no writer; call it before the first query.

    Without it a transaction on SQLite takes the write lock when it begins: a reader that becomes a writer half-way
    is refused at once when another wrote meanwhile (555 of 608 operations under 16 processes; with the lock none).
    """
    session.info["only_reads"] = True
    session.connection(execution_options={"only_reads": True})


@event.listens_for(Session, "before_flush")
def _refuse_writes(session: Session, context: object, instances: object) -> None:
    """Raise WritesInReading for a change in a session that said it would only read."""
    has_changes = session.new or session.deleted or any(map(session.is_modified, session.dirty))
    if has_changes and session.info.get("only_reads"):
        raise WritesInReading("this session began with only_reads; leave that out where something is stored")


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, record: object) -> None:
    """Set the pragmas of a new SQLite connection, and leave BEGIN to us."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Send the BEGIN that the sqlite3 module was told not to send."""
    if connection.dialect.name == "sqlite":
        reads = connection.get_execution_options().get("only_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def is_new(url: str) -> bool:
    """Return whether nothing of ours is at an address yet. Raises SQLAlchemyError when it does not answer."""
    if make_url(url).get_backend_name() == "sqlite":
        return not Path(str(make_url(url).database)).exists()
    engine = create_engine(url, **engine_options(url))
    try:
        return not inspect(engine).has_table("alembic_version")
    finally:
        engine.dispose()


def upgrade(app: Flask) -> None:
    """Bring the database to the newest migration; does nothing when it is there."""
    with app.app_context():
        run_migrations(directory=MIGRATIONS)


def is_current() -> bool:
    """Return whether the database of the current application has every migration."""
    if not db.session().info.get("only_reads"):
        only_reads(db.session())
    return MigrationContext.configure(db.session.connection()).get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    """Return the newest migration of this version of the program."""
    return ScriptDirectory(MIGRATIONS).get_current_head()
