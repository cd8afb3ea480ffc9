"""`survey drift`: whether what lists show is still what follows from its sources."""

from __future__ import annotations

import sys

import click

from survey.cli.serve import open_app, read_settings, refuse, unready_database
from survey.drift import find_drift
from survey.store.database import db


@click.command()
@click.option("--repair", is_flag=True, help="Store what differs as it should be.")
def drift(repair: bool) -> None:
    """Compare what is stored for lists with the answers, the log and the passings that it follows from.

    Exit code 0 when nothing differs or all of it was repaired, 1 when something does.
    """
    app = open_app(read_settings())
    if problems := unready_database(app):
        refuse("\n".join(problems))
    with app.app_context():
        found = find_drift(db.session(), app.extensions["vault"], repair)
        if repair:
            db.session.commit()
        else:
            db.session.rollback()
    for kind, seen in sorted(found.seen.items()):
        click.echo(f"{kind}: {found.differ[kind]} of {seen} {'repaired' if repair else 'differ'}")
    if not found.seen:
        click.echo("nothing is stored yet", err=True)
    sys.exit(1 if found.differ and not repair else 0)
