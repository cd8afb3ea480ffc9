"""R9: the outbox and a real mail server on loopback that takes, refuses, delays, says 451, and cuts the line."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from factories import Campus, make_settings
from flask import Flask
from sqlalchemy import Connection, select
from stages import NOW, Course, make_course

from survey import bounces, inviting, jobs, mail, school, tasks
from survey.records import open_profile, school_key, seal_profile
from survey.school import SchoolSettings
from survey.store.people import Student
from survey.store.surveying import Invitation
from survey.store.traces import Mail

DAY = timedelta(days=1)
NAMES = ("Noor", "Daan", "Amira", "Sem", "Yara")


@dataclass
class Postman:
    """What a mail server does with each address, and what it took."""

    nobody: set[str] = field(default_factory=set)
    later: dict[str, int] = field(default_factory=dict)  # so many times 451
    cut: dict[str, int] = field(default_factory=dict)  # so many times taken, then the line is cut before the answer
    poison: set[str] = field(default_factory=set)  # content that is refused for good
    slow: set[str] = field(default_factory=set)
    taken: list[tuple[str, str]] = field(default_factory=list)  # address, Message-ID
    goodbye: str = "221 bye"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.nobody:
            return f"550 5.1.1 <{address}>: nobody here"
        if self.later.get(address, 0):
            self.later[address] -= 1
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return self.goodbye

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        if address in self.poison:
            return "554 5.7.1 not wanted"
        if address in self.slow:
            await asyncio.sleep(0.2)
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append((address, message_from_bytes(content, policy=policy.default)["Message-ID"]))
        if self.cut.get(address, 0):
            self.cut[address] -= 1
            assert server.transport is not None
            server.transport.close()
        return "250 taken"


@pytest.fixture
def postman() -> Iterator[tuple[Postman, str]]:
    """Run a mail server; give it with its address."""
    handler = Postman()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Give what is put on the queue."""
    put: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *task: put.append(task) or True)
    return put


@dataclass
class Office:
    """A worker that sweeps and sends, with a clock to move."""

    app: Flask
    course: Course
    sent: list[tuple[str, ...]]
    clock: time_machine.Traveller
    now: datetime = NOW

    def work(self, minutes: int = 0) -> None:
        """Let the clock run and the worker do everything that is due."""
        self.now += timedelta(minutes=minutes)
        self.clock.move_to(self.now)
        with self.app.app_context():
            tasks.sweep()
            tasks.sweep()
            waiting, self.sent[:] = list(self.sent), []
            for name, *ids in waiting:
                getattr(tasks, name)(*ids)
        self.course.session.expire_all()

    def reach(self) -> dict[str, str]:
        """Return by first name what became of the newest message."""
        key = school_key(self.course.session, self.course.vault)
        found = self.course.session.execute(select(Student, Invitation.reach).join(Invitation))
        return {open_profile(key, student).first_name: reach for student, reach in found}


@pytest.fixture
def office(
    postman: tuple[Postman, str], course: Course, connection: Connection, tmp_path: Path, sent: list[tuple[str, ...]]
) -> Iterator[Office]:
    """Give a worker whose mail goes to that server, and a class of five who are asked."""
    from survey import create_app
    from survey.store.database import db

    settings = make_settings(str(connection.engine.url), tmp_path, mail_url=postman[1])
    app = create_app(settings)
    with app.app_context():
        db.engine.dispose()
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    db._app_engines[app] = {None: connection}  # type: ignore[dict-item]
    key = school_key(course.session, course.vault)
    for name in NAMES:
        student = course.campus.student(course.group, f"{name} Bakker")
        known = open_profile(key, student).to_json() | {"email": f"{name.lower()}@voorbeeld.nl"}
        student.profile = seal_profile(key, student.id, type(open_profile(key, student)).from_json(known))
    inviting.ask(course.session, course.vault, course.round, [course.group.id], "system", NOW)
    course.session.commit()
    with time_machine.travel(NOW, tick=False) as clock:
        yield Office(app, course, sent, clock)


def arrivals(postman: Postman) -> dict[str, list[str]]:
    """Return by address the names of the mails that arrived."""
    found: dict[str, list[str]] = {}
    for address, name in postman.taken:
        found.setdefault(address.split("@")[0], []).append(name)
    return found


def test_each_mail_arrives_whatever_the_server_does(office: Office, postman: tuple[Postman, str]) -> None:
    """Nobody waits for the one that is refused, put off, slow, poison or cut; a double carries the same name."""
    server, _ = postman
    server.nobody.add("noor@voorbeeld.nl")
    server.later["daan@voorbeeld.nl"] = 2
    server.cut["amira@voorbeeld.nl"] = 1
    server.poison.add("sem@voorbeeld.nl")
    server.slow.add("yara@voorbeeld.nl")
    office.work()
    assert set(arrivals(server)) == {"amira", "yara"}
    assert office.reach() == {"Noor": "bounced", "Daan": "waiting", "Amira": "waiting", "Sem": "waiting", "Yara": "sent"}
    for minutes in (1, 5, 15):
        office.work(minutes)
    found = arrivals(server)
    assert set(found) == {"amira", "yara", "daan"} and len(found["daan"]) == len(found["yara"]) == 1
    assert len(found["amira"]) == 2 and len(set(found["amira"])) == 1
    reach = office.reach()
    assert [reach[name] for name in ("Noor", "Daan", "Amira", "Yara")] == ["bounced", "sent", "sent", "sent"]


@pytest.mark.parametrize("goodbye", ["421 4.3.2 shutting down", "500 what?"])
def test_mail_that_was_taken_is_sent_whatever_the_server_says_at_parting(
    office: Office, postman: tuple[Postman, str], goodbye: str
) -> None:
    server, _ = postman
    server.goodbye = goodbye
    office.work()
    office.work(5)
    assert set(office.reach().values()) == {"sent"} and len(server.taken) == len(NAMES)


def test_poison_is_shown_as_failed_after_a_day_and_holds_up_nobody(office: Office, postman: tuple[Postman, str]) -> None:
    server, _ = postman
    server.poison.add("sem@voorbeeld.nl")
    by_night = SchoolSettings(send_from=time(0), send_until=time(23, 59))
    school.save_settings(office.course.session, office.course.vault, by_night, "system", NOW)
    office.course.session.commit()
    for _ in range(tasks.MAIL_ATTEMPTS + 1):
        office.work(61)
    assert office.reach()["Sem"] == "failed" and len(arrivals(server)) == 4
    assert all(len(names) == 1 for names in arrivals(server).values())
    problem = office.course.session.scalars(select(Mail.problem).where(Mail.state == "failed")).one()
    assert problem == "SMTPDataError 554"


def test_refusal_is_known_by_its_code_and_quotes_no_address(
    office: Office, postman: tuple[Postman, str], capsys: pytest.CaptureFixture[str]
) -> None:
    postman[0].nobody.add("noor@voorbeeld.nl")
    office.work()
    (row,) = office.course.session.scalars(select(Mail).where(Mail.state == "bounced"))
    assert row.problem == "550 5.1.1" and row.attempts == 1
    heard = capsys.readouterr()
    assert "noor" not in (heard.out + heard.err).lower() and "/u/" not in heard.out + heard.err


def test_server_that_is_down_costs_time_and_no_mail(office: Office, postman: tuple[Postman, str]) -> None:
    server, _ = postman
    server.later = {f"{name.lower()}@voorbeeld.nl": 1 for name in NAMES}
    office.work()
    assert server.taken == [] and set(office.reach().values()) == {"waiting"}
    office.work(1)
    assert len(arrivals(server)) == len(NAMES)
    office.work(60)
    assert len(server.taken) == len(NAMES)


# Mail that comes back later


REPORT = """\
From: MAILER-DAEMON@mail.voorbeeld.nl
To: overstap@voorbeeld.nl
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain

This is the mail system. I'm sorry.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.voorbeeld.nl

Final-Recipient: rfc822; noor@voorbeeld.nl
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 552 5.2.2 mailbox full

--grens
Content-Type: {copy}

{headers}
--grens--
"""


def report(message_id: str, action: str = "failed", status: str = "5.2.2", copy: str = "message/rfc822") -> bytes:
    headers = f"Message-ID: <{message_id}@voorbeeld.nl>\nSubject: Noor, een bericht van Sanne\n\nHoi Noor\n"
    return REPORT.format(action=action, status=status, copy=copy, headers=headers).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("copy", ["message/rfc822", "text/rfc822-headers"])
def test_report_of_a_mail_server_names_the_mail(copy: str) -> None:
    name = "0123456789abcdefghjk"
    assert bounces.read_bounce(report(name, copy=copy)) == bounces.Bounce(name, "5.2.2")
    assert bounces.read_bounce(report(name, action="delayed", status="4.4.1", copy=copy)) is None


@pytest.mark.parametrize(
    "content", [b"", b"Subject: Afwezig\r\n\r\nIk ben er niet.", report("niet van ons"), b"\xff\xfe" * 50, b"--grens\r\n" * 9]
)
def test_other_mail_is_no_report(content: bytes) -> None:
    assert bounces.read_bounce(content) is None


def test_mail_that_came_back_is_shown_once(office: Office, postman: tuple[Postman, str]) -> None:
    office.work()
    session = office.course.session
    key = school_key(session, office.course.vault)
    rows = {mail.read(key, row).to: row for row in session.scalars(select(Mail))}
    bounce = bounces.read_bounce(report(rows["noor@voorbeeld.nl"].message_id))
    assert bounce is not None
    assert bounces.note(session, bounce, NOW) and not bounces.note(session, bounce, NOW + DAY)
    assert not bounces.note(session, bounces.Bounce("0" * 20, "5.1.1"), NOW)
    assert office.reach()["Noor"] == "bounced" and office.reach()["Daan"] == "sent"
