"""Migrations keep data: rows stored at any revision are the same after going to the newest one and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from factories import make_settings
from flask import Flask
from sqlalchemy import Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, MetaData, Table, select

from survey.store.database import MIGRATIONS, connect, db

SCRIPTS = ScriptDirectory(MIGRATIONS)
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
MOMENT = datetime(2026, 11, 23, 9, 30, 0, 123456, UTC)


@pytest.fixture
def empty(own_database: str) -> Iterator[Flask]:
    """Return an application whose database has no table yet, within its context."""
    app = Flask("survey")
    connect(app, make_settings(own_database, Path("var")))
    with app.app_context():
        flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
        yield app
        db.engine.dispose()


def reflect(connection: Connection) -> list[Table]:
    """Return the tables as they are now, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def value(column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    """Return something that fits a column: what it refers to, else a value of its type."""
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    if isinstance(column.type, DateTime):
        return MOMENT
    if isinstance(column.type, Date):
        return MOMENT.date()
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 7
    if isinstance(column.type, LargeBinary):
        return b"\x00\xff verzegeld"
    return "é'%s"[: getattr(column.type, "length", None) or 20]


def fill(connection: Connection) -> None:
    """Store one row in every table."""
    rows: dict[str, dict[str, Any]] = {}
    for table in reflect(connection):
        rows[table.name] = {column.name: value(column, rows) for column in table.columns}
        connection.execute(table.insert().values(rows[table.name]))


def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table."""
    tables = reflect(connection)
    return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}


def test_migrations_form_one_line() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert REVISIONS == sorted(REVISIONS)


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_survive_the_way_to_the_newest_and_back(empty: Flask, revision: str) -> None:
    flask_migrate.upgrade(directory=MIGRATIONS, revision=revision)
    with db.engine.begin() as connection:
        fill(connection)
        before = read(connection)
    assert all(before.values())
    flask_migrate.upgrade(directory=MIGRATIONS)
    flask_migrate.downgrade(directory=MIGRATIONS, revision=revision)
    with db.engine.begin() as connection:
        assert read(connection) == before
