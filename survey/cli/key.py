"""`survey key`: another master key, when somebody may have seen the one that is used."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.cli.serve import no_answer, opened, read_settings, refuse, unready_database
from survey.config import key_file
from survey.environment import Wrong, make_key, read_key
from survey.store.database import db
from survey.store.people import School
from survey.vault import Unreadable, Vault


@click.group()
def key() -> None:
    """Look after the master key."""


@key.command()
def rotate() -> None:
    """Make a new master key and wrap every school's key by it; stop the server and the worker first.

    Links on paper, codes and the audit trail stay as they are; students open their link again, what waits in a phone
    without network is refused. The old key is kept beside the new one: backups from before open with it alone.
    """
    settings = read_settings()
    file = key_file()
    if file is None:
        refuse("SURVEY_MASTER_KEY: the key stands in a variable; put it in a file (SURVEY_KEY_FILE) to rotate it")
    new = file.with_name(f"{file.name}.new")
    with opened(settings) as app:
        session, vault = db.session(), app.extensions["vault"]
        try:
            if new.exists() and not _opens(session, vault):  # an earlier run ended between the two
                vault = _read(new)
            elif problems := unready_database(app):
                refuse("\n".join(problems))
            else:
                new.unlink(missing_ok=True)
                make_key(new, vault.rotated())
                successor = _read(new)
                for school in session.scalars(select(School).with_for_update()):
                    school.wrapped_key = vault.rewrap(school, successor)
                session.commit()
                vault = successor
            if not _opens(session, vault):
                refuse(f"{new}: neither this key nor {file} opens this database; put back the key it was made with")
        except SQLAlchemyError as error:
            refuse(no_answer(error))
        except OSError as error:
            refuse(f"{new}: {error.strerror}; give this user write access to the folder")
    old = file.with_name(f"{file.name}.until-{datetime.now(UTC):%Y-%m-%dT%H%M%S}")
    if not (old.exists() and old.samefile(file)):
        os.link(file, old)
    new.replace(file)
    click.echo(f"The new key is in {file}; copy it to the safe. The old one is in {old}.", err=True)


def _opens(session: Session, vault: Vault) -> bool:
    """Return whether a vault opens every school."""
    try:
        for school in session.scalars(select(School)):
            vault.school_key(school)
    except Unreadable:
        return False
    finally:
        session.rollback()
    return True


def _read(file: Path) -> Vault:
    try:
        return Vault(read_key(file))
    except Wrong as error:
        refuse(f"{file}: {error}")
