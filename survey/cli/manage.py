"""`survey db` and `survey staff`: the database, and accounts."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from survey import accounts, passwords, roster
from survey.access import Role
from survey.cli.serve import no_answer, open_app, read_settings, refuse, unready_database
from survey.store import database
from survey.store.database import db

#: What is wrong with a password, by the word of passwords.weakness.
WEAK = {
    "short": f"a password has at least {passwords.SHORTEST} characters",
    "long": f"a password has at most {passwords.LONGEST} characters",
    "common": "this password is easy to guess: leave out names, the school, months and rows of keys",
}


@click.group(name="db")
def database_group() -> None:
    """Look after the database."""


@database_group.command()
def upgrade() -> None:
    """Make the database, or bring it to the newest version; also makes the folder and the master key when missing."""
    app = open_app(read_settings(prepare=True))
    try:
        database.upgrade(app)
    except SQLAlchemyError as error:
        refuse(no_answer(error))
    click.echo("The database is up to date.", err=True)


@click.group()
def staff() -> None:
    """Look after the accounts of a school."""


@staff.command()
@click.argument("email")
@click.option("--name", required=True, help="First and last name.")
@click.option("--school", "school_name", required=True, help="Name of the school; made when it is new.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="mentor", show_default=True)
@click.option("--generate", is_flag=True, help="Make up a password and print it, instead of asking for one.")
def add(email: str, name: str, school_name: str, role: str, generate: bool) -> None:
    """Make an account for EMAIL."""
    app = open_app(read_settings())
    if problems := unready_database(app):
        refuse("\n".join(problems))
    password = secrets.token_urlsafe(12) if generate else ""
    if not generate:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    now, vault = datetime.now(UTC), app.extensions["vault"]
    with app.app_context():
        session = db.session()
        try:
            school = roster.find_school(session, school_name) or roster.create_school(session, vault, school_name, now)
            school_name = school.name  # as it was written the first time
            accounts.add_staff(session, vault, school, Role(role), name, email, password, now)
        except accounts.WeakPassword as error:
            refuse(WEAK[str(error)])
        except accounts.EmailTaken as error:
            refuse(str(error))
        session.commit()
    click.echo(f"{email} is {role} at {school_name}.", err=True)
    if generate:
        click.echo(password)
