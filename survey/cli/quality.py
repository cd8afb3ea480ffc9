"""`survey quality`: what the answers say of a questionnaire, from the database or from a file of answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from survey.cli.quality_table import say_report
from survey.cli.responses import Trouble, read_accepted
from survey.cli.score import open_answers_file, read_definition
from survey.definition.model import Definition
from survey.quality import Report, Response, gather, measure
from survey.quality.plain import DIGITS, plain_report


@click.command()
@click.argument("definition", required=False, type=click.Path(path_type=Path))
@click.argument("answers", default="-")
@click.option("--round", "round_id", help="Stored responses of this round only.")
@click.option("--school", help="Stored responses of this school only.")
@click.option("--json", "as_json", is_flag=True, help="Print each report as one line of JSON.")
def quality(definition: Path | None, answers: str, round_id: str | None, school: str | None, as_json: bool) -> None:
    """Reckon quality figures of a questionnaire version.

    Without arguments from the stored responses: one report for each version. With DEFINITION from ANSWERS, JSON
    objects as `survey score` takes them, without a database. Below 30 responses there are no figures, counts below 10
    are hidden. Exit code 1 when a line of ANSWERS cannot be used; the rest goes on.
    """
    if definition is not None and (round_id or school):
        raise click.UsageError("--round and --school are for stored responses; leave them out with a DEFINITION")
    troubled = False
    if definition is not None:
        report, troubled = _measure_file(definition, answers)
        _show(report, as_json, None)
    else:
        for report in _measure_stored(round_id, school):
            _show(report, as_json, DIGITS)
    sys.exit(1 if troubled else 0)


def _measure_file(path: Path, answers: str) -> tuple[Report, bool]:
    """Return the report on a file of answers, and whether lines were left out."""
    definition = read_definition(path).definition
    troubles: list[Trouble] = []
    with open_answers_file(answers) as stream:
        report = measure(gather(definition, _read(definition, stream, troubles)))
    return report, bool(troubles)


def _read(definition: Definition, stream: BinaryIO, troubles: list[Trouble]) -> Iterator[Response]:
    """Yield each response that can be used; say at once why another cannot."""
    for given in read_accepted(definition, stream):
        if not isinstance(given, Trouble):
            yield Response(given)
            continue
        troubles.append(given)
        about = f" `{given.question}`:" if given.question else ""
        click.echo(f"line {given.line}:{about} {given.message}", err=True)


def _measure_stored(round_id: str | None, school: str | None) -> Iterator[Report]:
    """Yield the report of each version with stored responses; stop with exit code 2 for a name that is unknown."""
    # Imported here, because a file of answers needs no web framework and no database.
    from survey import roster
    from survey.cli.serve import open_app, read_settings, refuse, unready_database
    from survey.gathering import Choice, gather_stored, get_versions
    from survey.store.database import db, only_reads
    from survey.store.scope import in_school
    from survey.store.surveying import Round

    app = open_app(read_settings())
    if problems := unready_database(app):
        refuse("\n".join(problems))
    with app.app_context():
        session, vault, now = db.session(), app.extensions["vault"], datetime.now(UTC)
        only_reads(session)
        if school is not None:
            if (found := roster.find_school(session, school)) is None:
                refuse(f"there is no school `{school}`")
            else:
                in_school(session, found.id)
        choice = Choice(across=school is None, round_id=round_id)
        everywhere = {"across_schools": "the operator names a round"} if school is None else {}
        if round_id is not None and session.get(Round, round_id, execution_options=everywhere) is None:
            refuse(f"there is no round `{round_id}`")
        versions = get_versions(session, choice)
        if not versions:
            click.echo("Nobody has begun yet.", err=True)
        for version in versions:
            yield measure(gather_stored(session, vault, version.digest, now, choice))


def _show(report: Report, as_json: bool, digits: int | None) -> None:
    plain = plain_report(report, digits)
    click.echo(json.dumps(plain, ensure_ascii=False) if as_json else say_report(plain))
