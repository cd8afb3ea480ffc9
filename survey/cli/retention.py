"""`survey retention`: what schools no longer keep, now and soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import select

from survey import retention as keeping
from survey.cli.serve import open_app, read_settings, refuse, unready_database
from survey.hours import ZONE
from survey.store.database import db
from survey.store.people import School
from survey.store.scope import in_school


@click.command()
@click.option("--days", type=click.IntRange(0, 3660), default=keeping.AHEAD.days, help="How far ahead; 31.")
def retention(days: int) -> None:
    """Count, by school and class, what the worker will erase; changes nothing and names nobody.

    The worker erases by itself, each hour, what a school's term of keeping ("Keep for so many months") is over for.
    """
    app = open_app(read_settings())
    if problems := unready_database(app):
        refuse("\n".join(problems))
    day = datetime.now(UTC).astimezone(ZONE).date() + timedelta(days=days)
    with app.app_context():
        session = db.session()
        schools = session.execute(select(School.id, School.name).order_by(School.name)).all()
        for school_id, name in schools:
            session.rollback()
            in_school(session, school_id)
            rows = keeping.find_due(session, day).by_class()
            for group, answers, whole in rows:
                click.echo(f"{name}\t{group}\tanswers of {answers}\tall of {whole}")
            if not rows:
                click.echo(f"{name}: nothing until {day}", err=True)
