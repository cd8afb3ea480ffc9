"""`survey backup` and `survey restore`: everything in one sealed file, back into either database."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click
import flask_migrate
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from survey import backup as backups
from survey import erased
from survey.cli.serve import no_answer, opened, read_settings, refuse, unready_database
from survey.config import Settings
from survey.store.database import MIGRATIONS, db


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write all that is stored to FILE, while everything runs.

    The file is sealed by the master key, which is not in it. It is read again before this command ends, and put at
    its name only then.
    """
    settings = read_settings()
    if file.exists():
        refuse(f"{file} exists; give each backup a name of its own")
    part = file.with_name(f"{file.name}.part")
    with opened(settings) as app:
        if problems := unready_database(app):
            refuse("\n".join(problems))
        vault = app.extensions["vault"]
        try:
            erased.Journal(settings.var / erased.FILE).note(db.session())
            db.session.remove()
            with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as stream:
                with db.engine.connect() as connection:
                    written = backups.write(connection, vault, stream, datetime.now(UTC))
                stream.flush()
                os.fsync(stream.fileno())
                stream.seek(0)
                if backups.read(vault, stream) != written:
                    raise backups.NotABackup("it reads otherwise than it was written")
            part.rename(file)
        except SQLAlchemyError as error:
            refuse(no_answer(error))
        except OSError as error:
            refuse(f"{part}: {error.strerror}; choose another place")
        except backups.NotABackup as error:
            refuse(f"{part}: {error}; the disk may be failing: write it to another place")
        finally:
            part.unlink(missing_ok=True)
    click.echo(f"{file}: {say(written)}, {file.stat().st_size:,} bytes, read again and whole.", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--erased",
    "journals",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another journal of erasures, besides the one in SURVEY_VAR; may be given more than once.",
)
def restore(file: Path, journals: tuple[Path, ...]) -> None:
    """Store what is in the backup FILE in an empty database, on SQLite or PostgreSQL.

    Erased again is what was erased after the backup was made (erased.log in SURVEY_VAR). Ends with code 2, and the
    database as it was, when the file is not whole or the database not empty.
    """
    settings = read_settings()
    lines = {line for journal in (settings.var / erased.FILE, *journals) for line in erased.read(journal)}
    with opened(settings) as app, file.open("rb") as stream:
        try:
            count = _store(app, stream)
            again = erased.replay(db.session(), app.extensions["vault"], lines, datetime.now(UTC))
            db.session.commit()
            _keep_journal(settings, journals)
        except backups.NotABackup as error:
            refuse(f"{file}: {error}; nothing was stored")
        except backups.NotEmpty as error:
            refuse(
                f"SURVEY_DATABASE_URL: this database is in use (`{error}` has rows), nothing was changed. Stop the "
                "server and the worker, and move the SQLite file with its -wal and -shm away, or name an empty one."
            )
        except SQLAlchemyError as error:
            refuse(no_answer(error))
    click.echo(f"{say(count)} restored, counted and compared.", err=True)
    if again:
        click.echo(f"{again} of what was erased after this backup was erased again.", err=True)


def _store(app: Flask, stream: BinaryIO) -> backups.Count:
    """Read the whole file before the database is touched, store it at its own revision, and migrate from there."""
    vault = app.extensions["vault"]
    backups.read(vault, stream)
    stream.seek(0)
    revision = backups.read_head(vault, stream).revision
    try:
        ScriptDirectory(MIGRATIONS).get_revision(revision)
    except CommandError:
        raise backups.NotABackup("a newer version of Overstap made it; update this one first") from None
    stream.seek(0)
    with db.engine.begin() as connection:
        backups.refuse_rows(connection)
    flask_migrate.upgrade(directory=MIGRATIONS)  # so that going down works from wherever an empty database was
    flask_migrate.downgrade(directory=MIGRATIONS, revision=revision)
    with db.engine.begin() as connection:
        count = backups.restore(connection, vault, stream)
    flask_migrate.upgrade(directory=MIGRATIONS)
    return count


def _keep_journal(settings: Settings, journals: tuple[Path, ...]) -> None:
    """Let this installation's journal hold what the others hold: it stands beside the database from now on."""
    own = settings.var / erased.FILE
    missing = {line for journal in journals for line in erased.read(journal)} - erased.read(own)
    if missing:
        erased.append(own, sorted(missing))


def say(count: backups.Count) -> str:
    """Return how much that is."""
    return f"{count.rows.total():,} rows of {len(count.rows)} tables"
