"""`survey db`, `survey school` and `survey staff`: the database, schools and their accounts."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from survey import accounts, colleagues, passwords, roster
from survey.access import Role
from survey.cli.serve import no_answer, open_app, read_settings, refuse, unready_database
from survey.school import KINDS, SchoolSettings, save_settings
from survey.store import database
from survey.store.database import db
from survey.store.people import School

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


@click.group(name="school")
def school_group() -> None:
    """Look after the schools of this server."""


@school_group.command(name="add")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), default="mbo", show_default=True, help="Which law it follows.")
@click.option("--administrator", "email", required=True, help="E-mail address of who gets the first account, by mail.")
@click.option("--administrator-name", "person", required=True, help="First and last name of that person.")
def add_school(name: str, kind: str, email: str, person: str) -> None:
    """Make a school called NAME, and invite its first administrator by mail."""
    app = open_app(read_settings())
    if problems := unready_database(app):
        refuse("\n".join(problems))
    now, vault, settings = datetime.now(UTC), app.extensions["vault"], app.extensions["settings"]
    with app.app_context():
        session = db.session()
        if roster.find_school(session, name) is not None:
            refuse(f"there is a school called {name}")
        roster.create_school(session, vault, name.strip(), now)
        save_settings(session, vault, SchoolSettings(kind=kind), "system", now)
        try:
            colleagues.invite(session, vault, settings.base_url, Role.administrator, person, email, "system", now)
        except accounts.EmailTaken as error:
            refuse(str(error))
        session.commit()
    click.echo(f"{name} is there; a mail with a link goes to {email}.", err=True)


@school_group.command(name="list")
def list_schools() -> None:
    """Print the names of the schools, one a line."""
    app = open_app(read_settings())
    if problems := unready_database(app):
        refuse("\n".join(problems))
    with app.app_context():
        for name in db.session().scalars(select(School.name).order_by(School.name)):
            click.echo(name)
