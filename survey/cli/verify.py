"""`survey verify`: stored outcomes recomputed, byte by byte."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from survey import roster
from survey.cli.serve import close_connections, open_app, read_settings, refuse, unready_database
from survey.store.database import db, only_reads
from survey.store.scope import in_school
from survey.vault import Unreadable, Vault
from survey.verify import Finding, Verdict
from survey.verify import verify as recompute

#: What there is nothing to do about.
FINE = (Verdict.EQUAL, Verdict.ERASED)
WORDS = {
    Verdict.EQUAL: "equal",
    Verdict.DIFFERENT: "different",
    Verdict.ERASED: "erased (their key was destroyed)",
    Verdict.UNREADABLE: "unreadable (there is a key, but it does not open them)",
    Verdict.NO_ENGINE: "not recomputed (this version has no such engine or cannot read the questionnaire)",
}


@click.command()
@click.option("--school", help="Only the outcomes of the school of this name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(school: str | None, as_json: bool) -> None:
    """Recompute every stored outcome from the sealed answers and compare it byte by byte.

    Each outcome is recomputed with the questionnaire and the engine that made it. Prints numbers, and the ids of
    outcomes that differ or could not be recomputed; never what is in them. Touches nothing. Exit code 1 when there
    are such ids, 2 when nothing can be read.
    """
    counts: Counter[Verdict] = Counter()
    troubled: list[Finding] = []
    with reading(school) as (session, vault):
        for finding in recompute(session, vault):
            counts[finding.verdict] += 1
            if finding.verdict not in FINE:
                troubled.append(finding)
                if not as_json:
                    click.echo(f"{finding.verdict}: outcome {finding.outcome} of sitting {finding.sitting}")
    if as_json:
        ids = [{"outcome": each.outcome, "sitting": each.sitting, "verdict": each.verdict} for each in troubled]
        click.echo(json.dumps({**{verdict.value: counts[verdict] for verdict in Verdict}, "outcomes": ids}))
    else:
        for verdict in Verdict:
            if counts[verdict] or verdict is Verdict.EQUAL or verdict is Verdict.DIFFERENT:
                click.echo(f"{counts[verdict]} {WORDS[verdict]}")
    sys.exit(1 if troubled else 0)


@contextmanager
def reading(school: str | None) -> Iterator[tuple[Session, Vault]]:
    """Give a session that only reads, bound to a school when one is named; ends with code 2 when that cannot be."""
    app = open_app(read_settings())
    try:
        if problems := unready_database(app):
            refuse("\n".join(problems))
        with app.app_context():
            session = db.session()
            only_reads(session)
            if school is not None:
                _bind(session, school)
            yield session, app.extensions["vault"]
    except Unreadable as error:
        refuse(f"{error}: this does not open; it was damaged, or its key is another one")
    finally:
        close_connections(app)


def _bind(session: Session, school: str) -> None:
    """Bind a session to the school of this name, or end with code 2."""
    found = roster.find_school(session, school)
    if found is None:
        refuse(f"there is no school `{school}`")
    else:
        in_school(session, found.id)
