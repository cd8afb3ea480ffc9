"""`survey demo`: the demo school, served from this machine until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import BinaryIO
from urllib.parse import urlsplit

import click
from flask import Flask

from survey import demo as school
from survey.cli.serve import broken_definitions, open_app, prepare_settings, refuse
from survey.config import Settings, WrongSettings
from survey.store import database
from survey.store.database import db

PASSWORDS = "demo-passwords.json"
LOG = "demo.log"
NOWHERE = ("192.0.2.1", 9)  # an address of the documentation (RFC 5737): choosing a way there sends nothing
PATIENCE = 60  # seconds until web, worker and documents must be ready
GRACE = 15  # seconds for them to stop


class Stopped(BaseException):
    """Somebody asked this process to stop; no library's `except Exception` may swallow that, as click's echo did."""


class Ended(Exception):
    """The web server or the worker ended by itself."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for phones nearby.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen at.")
def demo(host: str, port: int) -> None:
    """Load a demo school where there is none yet, and serve it until Ctrl-C."""
    refuse_used_port(host, port)
    environ = {"SURVEY_BASE_URL": f"http://{reachable(host)}:{port}", **os.environ}
    try:
        settings = prepare_settings(environ)
    except WrongSettings as error:
        refuse(str(error))
    if broken := broken_definitions(settings):
        refuse("\n".join(map(str, broken)))
    app = open_app(settings)
    load(app, settings)
    try:
        with stoppable(), serving(host, port, environ, settings.var / LOG) as children:
            wait_until_ready(app, host, port, children)
            show(app, settings)
            while True:
                look_after(children)
                time.sleep(0.3)
    except Stopped:
        click.echo("Stopped. What was stored is kept; `make demo` goes on with it.", err=True)
    except Ended as error:
        click.echo(f"{error}; see {settings.var / LOG}", err=True)
        sys.exit(1)


def refuse_used_port(host: str, port: int) -> None:
    """End with code 2 when something else listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            refuse(f"cannot listen at {host}:{port} ({error.strerror}); try another: make demo PORT={port + 1}")


def reachable(host: str) -> str:
    """Return the name by which a browser reaches a host; for all addresses of this machine, the one others see."""
    if host not in ("0.0.0.0", "::"):
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def load(app: Flask, settings: Settings) -> None:
    """Migrate the database, and add the demo school when it holds none."""
    database.upgrade(app)
    with app.app_context():
        session = db.session()
        if school.is_empty(session):
            click.echo("Loading the demo school ...", err=True)
            passwords = school.make_passwords(settings.var / PASSWORDS)
            school.load(session, app.extensions["vault"], passwords, datetime.now(UTC))
            session.commit()


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stopped at the first of Ctrl-C, SIGTERM and SIGHUP; while stopping, wait rather than stop twice."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        signal.signal(number, stop)
    yield


@contextmanager
def serving(
    host: str, port: int, environ: Mapping[str, str], log: Path
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run the web server and the worker, and stop them at the end; what they write goes to a file."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    with log.open("ab") as lines:
        try:
            children["web server"] = _begin(["run", "--host", host, "--port", str(port)], environ, lines)
            children["worker"] = _begin(["worker"], environ, lines)
            yield children
        finally:
            click.echo("Stopping ...", err=True)
            for child in children.values():
                child.terminate()
            for child in children.values():
                _end(child)


def _begin(arguments: list[str], environ: Mapping[str, str], lines: BinaryIO) -> subprocess.Popen[bytes]:
    """Start one command in a session of its own, so that Ctrl-C reaches this process only."""
    command = [sys.executable, "-m", "survey.cli", *arguments]
    return subprocess.Popen(
        command, env=dict(environ), stdin=subprocess.DEVNULL, stdout=lines, stderr=lines, start_new_session=True
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Wait for a child to stop, and for its own children; kill them all when they do not."""
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_until_ready(app: Flask, host: str, port: int, children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Wait until pages are served and the demo's documents are made; raise Ended when something gives up."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        look_after(children)
        if _answers(host, port) and not _is_waiting(app):
            return
        time.sleep(0.1)
    raise Ended("the demo is not ready after a minute")


def look_after(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Raise Ended when a child is not there any more."""
    for name, child in children.items():
        if child.poll() is not None:
            raise Ended(f"the {name} ended with code {child.returncode}")


def _answers(host: str, port: int) -> bool:
    """Return whether the web server says that it is ready."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = HTTPConnection(here, port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": f"127.0.0.1:{port}"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _is_waiting(app: Flask) -> bool:
    with app.app_context():
        return school.is_waiting(db.session())


def show(app: Flask, settings: Settings) -> None:
    """Print where to click, an address a line, the student's first."""
    with app.app_context():
        addresses = school.find_addresses(db.session(), settings, app.extensions["vault"])
    if addresses is None:
        click.echo(f"Nobody has been invited yet. The school signs in here:\n{settings.base_url}/staff/")
        return
    accounts = [
        f"{email}  password {password}" for email, password in school.read_passwords(settings.var / PASSWORDS).items()
    ]
    lines = [
        "A student's link:",
        addresses.student,
        "",
        "The class's cards with QR codes (sign in first):",
        addresses.cards,
        "",
        "The school's page (mentor, coordinator, administrator, privacy officer, operator):",
        addresses.staff,
        *accounts,
        "",
        *_say_mail(settings),
        "Ctrl-C stops it.",
    ]
    click.echo("\n".join(lines))
    if urlsplit(settings.base_url).hostname in ("127.0.0.1", "localhost"):
        click.echo("For phones on your network: make demo HOST=0.0.0.0", err=True)


def _say_mail(settings: Settings) -> list[str]:
    """Return where mail is to be read that goes to a folder."""
    scheme, _, folder = settings.mail_url.partition(":")
    said = f"Mail is sent to nobody, but written here; to students on school days between the school's hours: {folder}"
    return [said, ""] if scheme == "file" else []
