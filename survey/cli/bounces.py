"""`survey bounces`: read the reports of mail servers about mail that came back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from survey import bounces as reports
from survey.cli.serve import close_connections, open_app, read_settings, refuse, unready_database
from survey.store.database import db


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
def bounces(files: tuple[Path, ...]) -> None:
    """Read delivery reports: each of FILES is one mail, a folder of them, or - for one on standard input.

    Students whose mail came back are shown on the page of their round. Prints how many that are.
    """
    app = open_app(read_settings())
    try:
        if problems := unready_database(app):
            refuse("\n".join(problems))
        noted = [_note(app, content) for file in files for content in _read(file)]
    finally:
        close_connections(app)
    click.echo(f"{sum(noted)} came back, {len(noted) - sum(noted)} other")


def _note(app: Flask, content: bytes) -> bool:
    """Keep what one mail says, in a transaction of its own; return whether one of ours came back."""
    bounce = reports.read_bounce(content)
    if bounce is None:
        return False
    with app.app_context():
        session = db.session()
        is_known = reports.note(session, bounce, datetime.now(UTC))
        session.commit()
    return is_known


def _read(file: Path) -> list[bytes]:
    """Return the mails in a file or a folder; end with code 2 when that cannot be read."""
    if str(file) == "-":
        return [sys.stdin.buffer.read(reports.LONGEST)]
    try:
        paths = sorted(path for path in file.rglob("*") if path.is_file()) if file.is_dir() else [file]
        return [path.read_bytes() for path in paths]
    except OSError as error:
        refuse(f"cannot read {file}: {error.strerror}")
