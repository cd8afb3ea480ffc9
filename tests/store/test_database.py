"""Transactions on both databases: what they wait for, what survives, and that no migration is forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
from factories import NOW, Campus, make_settings
from flask import Flask
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from survey.store.database import MIGRATIONS, PRAGMAS, WritesInReading, connect, db, is_current, only_reads, upgrade
from survey.store.people import School, Student
from survey.store.types import new_id


@contextmanager
def open_app(url: str) -> Iterator[Flask]:
    """Push the context of an application with nothing but a database; close its connections afterwards."""
    app = Flask("survey")
    connect(app, make_settings(url, Path("var")))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def make_row(name: str = "ROC Waterland") -> School:
    """Return a school that is not stored yet."""
    return School(id=new_id(), name=name, wrapped_key=b"", created_at=NOW)


def test_models_equal_migrated_schema(own_database: str) -> None:
    with open_app(own_database):
        flask_migrate.check(directory=MIGRATIONS)
        assert is_current()


def test_migrations_go_down_and_up_again(own_database: str) -> None:
    with open_app(own_database) as app:
        flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
        assert not is_current()
        db.session.remove()
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade(app)
        assert is_current()


def test_foreign_keys_hold_after_migrations(own_database: str) -> None:
    with open_app(own_database):
        db.session.info["school_id"] = "nowhere"
        db.session.add(Student(school_id="nowhere", group_id="nowhere", number_index="1", profile=b""))
        with pytest.raises(IntegrityError):
            db.session.commit()


def test_commit_survives_and_rollback_does_not(own_database: str) -> None:
    with open_app(own_database):
        db.session.add(make_row("Bewaard"))
        db.session.commit()
        db.session.add(make_row("Vergeten"))
        db.session.flush()
        db.session.rollback()
    with open_app(own_database):
        assert db.session.scalars(select(School.name)).all() == ["Bewaard"]


def test_sqlite_has_its_pragmas(tmp_path: Path, opens_database: None) -> None:
    with open_app(f"sqlite:///{tmp_path / 'a.sqlite'}"):
        found = {
            name: db.session.execute(text(f"PRAGMA {name}")).scalar() for name in (p.split("=")[0] for p in PRAGMAS)
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "foreign_keys": 1,
        "secure_delete": 2,
        "trusted_schema": 0,
    }


@pytest.fixture
def other(tmp_path: Path, opens_database: None) -> Iterator[sqlite3.Connection]:
    """Return another connection to the database of the current application; neither of the two waits for a lock."""
    with open_app(f"sqlite:///{tmp_path / 'held.sqlite'}") as app:
        upgrade(app)
        db.session.execute(text("PRAGMA busy_timeout=0"))
        db.session.commit()
        connection = sqlite3.connect(str(db.engine.url.database), timeout=0, isolation_level=None)
        yield connection
        connection.close()


def test_writing_transaction_takes_the_lock_when_it_begins(other: sqlite3.Connection) -> None:
    db.session.scalars(select(School.id)).all()  # only reads so far, but may write
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    db.session.rollback()
    other.execute("BEGIN IMMEDIATE")


def test_reading_transaction_waits_for_no_writer(other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        db.session.scalars(select(School.id)).all()
    db.session.remove()
    only_reads(db.session())
    assert db.session.scalars(select(School.id)).all() == []


def test_reading_session_refuses_to_store(session: Session) -> None:
    only_reads(session)
    session.add(make_row())
    with pytest.raises(WritesInReading):
        session.flush()


def test_moment_comes_back_in_utc(session: Session) -> None:
    row = make_row()
    row.created_at = datetime.fromisoformat("2026-10-25T02:30:00+02:00")  # the first of the two half past twos
    session.add(row)
    session.flush()
    session.expire(row)
    assert row.created_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert row.created_at.tzinfo is UTC


def test_naive_moment_is_refused(session: Session) -> None:
    row = make_row()
    row.created_at = datetime(2026, 11, 23, 9, 30)
    session.add(row)
    with pytest.raises(StatementError, match="time zone"):
        session.flush()


def test_error_does_not_show_what_was_stored(session: Session) -> None:
    row = make_row("GEHEIM")
    session.add(row)
    session.flush()
    session.expunge(row)
    session.add(School(id=row.id, name="GEHEIM", wrapped_key=b"", created_at=NOW))
    with pytest.raises(IntegrityError) as caught:
        session.flush()
    assert "GEHEIM" not in str(caught.value)


def test_what_a_test_stores_is_undone(connection: Connection, school: Campus) -> None:
    school.session.commit()
    with Session(connection, join_transaction_mode="create_savepoint") as other:
        assert other.scalars(select(School.name)).all() == ["ROC Waterland"]  # and no school of an earlier test
