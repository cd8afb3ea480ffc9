"""A server and a worker as an operator starts them: real processes that can be killed at any moment."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from factories import MASTER_KEY
from flask import Flask
from phone import Phone, over_http
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import accounts, create_app, roster, rounds
from survey.access import Role
from survey.config import Settings
from survey.records import Profile
from survey.store.database import db
from survey.store.people import Staff
from survey.store.scope import in_school

SURVEY = Path(sys.executable).parent / "survey"
MENTOR = ("sanne@voorbeeld.nl", "een lang wachtwoord")
COORDINATOR = ("joke@voorbeeld.nl", "nog een lang wachtwoord")
NAMES = ("Yara Voorbeeld", "Daan Proef", "Milan Monster", "Selam Staal", "Noor Toets", "Sem Schets")


def free_port() -> int:
    """Return a port that nobody listens at now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(slots=True)
class Machine:
    """One installation in a folder of its own."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    render_seconds: int = 5
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None
    school_id: str = ""
    more: dict[str, str] = field(default_factory=dict)  # settings besides these

    @property
    def origin(self) -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings as an operator sets them."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
        return kept | {
            "SURVEY_VAR": str(self.folder),
            "SURVEY_MASTER_KEY": b64encode(MASTER_KEY).decode(),
            "SURVEY_DATABASE_URL": self.database_url,
            "SURVEY_BASE_URL": self.origin,
            "SURVEY_RENDER_SECONDS": str(self.render_seconds),
            **self.more,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `survey` command to its end; its exit code must be 0."""
        return subprocess.run(
            [SURVEY, *words], env=self.environment, capture_output=True, text=True, check=True, timeout=120
        )

    def migrate(self, template: str) -> None:
        """Begin with a copy of a migrated SQLite database, which is sooner there than by `survey db upgrade`."""
        shutil.copy(template.removeprefix("sqlite:///"), self.database_url.removeprefix("sqlite:///"))

    @contextmanager
    def inside(self) -> Iterator[tuple[Flask, Session]]:
        """Open the database from here, bound to the school; the caller commits."""
        app = create_app(Settings.from_environment(self.environment))
        with app.app_context():
            session = db.session()
            if self.school_id:
                in_school(session, self.school_id)
            try:
                yield app, session
            finally:
                session.close()
                db.engine.dispose()

    def admit(self, questionnaire: Path, students: int) -> list[str]:
        """Make a school with one class in one open round; return the students' link paths."""
        now = datetime.now(UTC)
        with self.inside() as (app, session):
            settings, vault = app.extensions["settings"], app.extensions["vault"]
            school = roster.create_school(session, vault, "ROC Voorbeeld", now, phone="020 000 0000")
            self.school_id = school.id
            plain = {"proof": accounts.PASSWORD_ONLY}  # the second step has tests of its own
            mentor = accounts.add_staff(session, vault, school, Role.mentor, "Sanne de Wit", *MENTOR, now, **plain)
            accounts.add_staff(session, vault, school, Role.coordinator, "Joke Kok", *COORDINATOR, now, **plain)
            group = roster.add_group(session, "V2B", mentor)
            session.flush()
            stored = rounds.add_definition(session, questionnaire.read_text("utf-8"), now)
            week = timedelta(days=7)
            round_ = rounds.create_round(session, vault, stored, "Zomer", now - week, now + week, "system", now)
            session.flush()
            links = []
            for number in range(students):
                first, last = NAMES[number % len(NAMES)].split()
                profile = Profile(first_name=first, last_name=f"{last} {number}")
                student = roster.add_student(session, vault, group, f"10{number:04}", profile, "GM0439")
                session.flush()
                invitation, _ = rounds.invite(session, vault, round_, student, "system", now)
                links.append(rounds.link(settings, vault, invitation))
            session.commit()
        return [link.split(str(self.port), 1)[1] for link in links]

    def phone(self) -> Phone:
        """Return a phone that knows nothing of this server yet."""
        return Phone(over_http(self.port), self.origin)

    def mentor(self, session: Session) -> Staff:
        """Return the mentor of the class."""
        return session.scalars(select(Staff).where(Staff.role == Role.mentor.value)).one()

    def start_web(self) -> None:
        """Start the web server and wait until it answers."""
        assert self._until(lambda: not self._answers()), "a killed server still listens"
        self.web = self._start("run", "--port", str(self.port))
        assert self._until(self._answers), "the server did not start in 30 seconds"

    def _until(self, holds: Callable[[], bool]) -> bool:
        """Wait at most 30 seconds for something to hold; return whether it did."""
        deadline = time.monotonic() + 30
        while not (held := holds()) and time.monotonic() < deadline:
            assert self.web is None or self.web.returncode == -signal.SIGKILL or self.web.poll() is None
            time.sleep(0.02)
        return held

    def _answers(self) -> bool:
        """Return whether a server answers at the port; one that is dying accepts, but does not answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def start_worker(self) -> None:
        """Start the worker; it begins with what is overdue."""
        self.worker = self._start("worker")

    def kill(self, process: subprocess.Popen[bytes] | None) -> None:
        """Kill a process and all that it forked, as a power cut would."""
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def stop(self) -> None:
        """End whatever still runs."""
        self.kill(self.web)
        self.kill(self.worker)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [SURVEY, *words], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
