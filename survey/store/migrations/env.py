"""Runs migrations on the database of the current application, each in a transaction that locks out writers."""

from alembic import context
from flask import current_app

from survey.store.base import Base
from survey.store.types import Moment


def render(kind, item, autogen_context):
    """Write a moment as the plain column it is, so that old migrations do not follow new code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run() -> None:
    """Run what was asked for; SQLite changes a table by copying it, so its foreign keys rest meanwhile."""
    migrate = current_app.extensions["migrate"]
    with migrate.db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(
                connection=connection, target_metadata=Base.metadata, render_item=render, **migrate.configure_args
            )
            with context.begin_transaction():
                context.run_migrations()
                if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("this migration leaves rows that refer to rows which are not there")
        finally:
            if is_sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
