"""`survey run`: serve the pages, once everything that they need is right."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from survey import create_app, jobs, log
from survey.config import Settings, WrongSettings
from survey.definition.bundle import definition_files, read_bundle
from survey.definition.check import check
from survey.definition.load import Finding, parse
from survey.i18n import catalogue, languages
from survey.records import UnreadableDefinition, get_definition, keep_definition
from survey.route import find_path
from survey.score import compile_definition
from survey.store import database
from survey.store.database import db
from survey.store.people import School
from survey.store.surveying import Round
from survey.vault import Unreadable

PROCESSES = 2  # of the web server; a page costs some 10 ms, so two serve a school
THREADS = 8  # each; they wait for the database, and for slow phones
SECONDS = 30  # a request that takes longer is stopped
GRACE = 10  # for requests under way at a stop; a process that was still starting misses the signal and is killed then


class Log(Logger):  # type: ignore[misc]
    """Writes the server's own lines as ours."""

    def setup(self, cfg: Any) -> None:
        """Keep the level, leave the writing to us."""
        super().setup(cfg)
        log.adopt("gunicorn.error")
        log.adopt("gunicorn.access")


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn around an application that was made and checked before the first process is forked."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        """Bind to one address."""
        self.app = app
        self.bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's own defaults."""
        settings = {
            "bind": self.bind,
            "workers": PROCESSES,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": SECONDS,
            "graceful_timeout": GRACE,
            "keepalive": 5,
            "loglevel": "warning",
            "logger_class": Log,
            "control_socket_disable": True,
            "post_fork": self.begin,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application; each process has its own copy of it."""
        return self.app

    def begin(self, arbiter: Arbiter, worker: object) -> None:
        """Forget the connections of the process that forked this one."""
        forget_connections(self.app)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen at.")
def run(host: str, port: int) -> None:
    """Serve the pages. Settings come from SURVEY_* variables."""
    app, _ = ready_app()
    read_pages(app)
    close_connections(app)
    keep_made()
    Server(app, host, port).run()


def ready_app() -> tuple[Flask, Settings]:
    """Return the application and its settings, or end with code 2 and all that has to be mended first."""
    settings = read_settings()
    log.configure()
    app, broken = open_app(settings), broken_definitions(settings)
    if problems := [str(finding) for finding in broken] or unready_database(app):
        refuse("\n".join(problems))
    try:
        read_definitions(app)
    except UnreadableDefinition as error:
        refuse(f"a round's questionnaire cannot be read any more: {error}")
    return app, settings


def open_app(settings: Settings) -> Flask:
    """Return the application, or end with code 2 when its queue cannot be opened."""
    try:
        return create_app(settings)
    except jobs.NoQueue as error:
        refuse(f"SURVEY_QUEUE_URL: the queue cannot be opened ({error}); is it there, and running?")


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """Give the application in its context for one command, and close its connections afterwards."""
    app = open_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def read_settings(prepare: bool = False) -> Settings:
    """Return the settings, made complete first when `prepare`; or end with code 2 and all that is wrong with them."""
    try:
        settings = prepare_settings(os.environ) if prepare else Settings.from_environment()
    except WrongSettings as error:
        refuse(str(error))
    for warning in settings.warnings():
        click.echo(warning, err=True)
    return settings


def prepare_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings, made complete first; or end with code 2 when the database is away. Raises WrongSettings."""
    try:
        return Settings.prepare(environ, database.is_new)
    except SQLAlchemyError as error:
        refuse(no_answer(error))


def refuse(message: str) -> NoReturn:
    """Say what is wrong and end with code 2."""
    click.echo(message, err=True)
    sys.exit(2)


def broken_definitions(settings: Settings) -> list[Finding]:
    """Return the errors in the questionnaires that ship and in the school's own."""
    with as_file(files("survey.questionnaires")) as shipped:
        folders = [Path(shipped), *([settings.questionnaires] if settings.questionnaires else [])]
        paths = [path for folder in folders for path in definition_files(folder)]
        return [finding for path in paths for finding in errors_in(path)]


def errors_in(path: Path) -> list[Finding]:
    """Return the errors in one questionnaire."""
    try:
        found = read_bundle(path)
    except OSError as error:
        refuse(f"{path}: cannot be read ({error.strerror}); give this user read access")
    definition, source, findings = parse(found)
    if definition is not None and source is not None:
        keep_definition(definition)
        findings = [*findings, *check(definition, source)]
    return [finding for finding in findings if finding.is_error]


def unready_database(app: Flask) -> list[str]:
    """Return what keeps the database from being used."""
    with app.app_context():
        try:
            if not database.is_current():
                return ["the database lacks migrations; run `survey db upgrade` first"]
            school = db.session.scalars(select(School).limit(1)).first()
            if school is not None:
                app.extensions["vault"].school_key(school)
        except SQLAlchemyError as error:
            return [no_answer(error)]
        except Unreadable:
            return ["SURVEY_KEY_FILE: this key does not open this database; put back the key that it was made with"]
    return []


def no_answer(error: SQLAlchemyError) -> str:
    """Say that the database is away, without what it said: that may hold a password."""
    return f"SURVEY_DATABASE_URL: the database does not answer ({type(error).__name__}); is it there, and running?"


def read_definitions(app: Flask) -> None:
    """Read and compile the questionnaires of all rounds, before the processes part; else the first visitor waits."""
    with app.app_context():
        digests = select(Round.digest).distinct().execution_options(across_schools="all are read alike")
        for digest in db.session.scalars(digests).all():
            definition = get_definition(db.session(), digest)
            find_path(definition, {})
            compile_definition(definition)


def read_pages(app: Flask) -> None:
    """Compile the templates and read the words of every language, before the processes part."""
    for language in languages():
        catalogue(language)
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(("respond/", "staff/"))):
        app.jinja_env.get_template(name)


def keep_made() -> None:
    """Take what was made so far out of the garbage collector's rounds, and keep it in memory that processes share.

    Looking through it took 100 ms, in the middle of every fifth list of 15,000 students.
    """
    gc.collect()
    gc.freeze()


def close_connections(app: Flask) -> None:
    """Close what this process has open, before it forks."""
    with app.app_context():
        db.engine.dispose()
    jobs.close(app)


def forget_connections(app: Flask) -> None:
    """Drop connections that belong to the process that forked this one, without closing them there."""
    with app.app_context():
        db.engine.dispose(close=False)
