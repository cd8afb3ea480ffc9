"""The promise that answers are sealed at rest: a canary in every field that takes text is found in no file.

A real server, a real worker, both databases, the queue in a file and in Redis. What is searched: the database with its
journal, the queue, the logs, the mail, and what was written to the folder for temporary files, deleted or not.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlsplit

import pytest
from dredge import Watch, dump, files_below, find, forms_of, hits
from machine import Machine
from paper import pages_of
from phone import Fetch, Form, Page, Phone, over_http
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import accounts, roster, rounds
from survey.access import Role
from survey.records import (
    Profile,
    open_answers,
    open_flag,
    open_name,
    open_outcome,
    open_profile,
    open_report,
    open_review,
    school_key,
    sitting_key,
)
from survey.store.people import Staff, Student
from survey.store.surveying import RaisedFlag, Review, Sitting, StoredOutcome, StoredReport
from survey.store.traces import Mail
from survey.vault import Vault

QUESTIONNAIRE = Path(__file__).parent / "questionnaires" / "canary.yaml"
CANARY = "kanarieqz"  # no word of any language; what is written is this and the name of the field
POSTMAN = "postduifqz"  # in the mentor's address, which a mail must carry
PLAIN = "roodborstqz"  # in the school's name, which is kept in plain: proves that the search reads what is stored
RING = "918273645"  # an answer in digits
BORN = "2007-03-09"
PASSWORD = f"{CANARY} wachtwoord"
WORDS = (CANARY, POSTMAN, RING, BORN)
#: Fields of a profile that are text.
TEXTS = (
    "first_name", "last_name", "phone", "email", "second_contact", "preferred_time", "postcode", "programme", "crebo",
    "level", "track", "location",
)  # fmt: skip
PASSING = re.compile(r"(wgunicorn-|weasyprint-)?[a-z0-9_]{8}")
#: What a line of the log may tell.
KEYS = {"event", "level", "logger", "timestamp", "request_id", "method", "route", "status", "milliseconds"}


def canary(name: str) -> str:
    """Return the canary of one field."""
    return CANARY + name.replace("_", "")


# The search itself


@pytest.mark.parametrize("word", [CANARY, CANARY.upper()])
def test_search_finds_each_form(word: str) -> None:
    import base64
    import zlib

    text = f"iets voor {word} en erna".encode()
    assert find(CANARY, text) == {"plain"}
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + text)
        assert any(form.startswith("base64") for form in find(CANARY, b"..." + coded)), shift
    assert find(CANARY, text.decode().encode("utf-16-le")) == find(CANARY, text.decode().encode("utf-16-be")) == {"utf-16"}
    assert find(CANARY, text.hex().encode()) == find(CANARY, text.hex().upper().encode()) == {"hex"}
    assert find(CANARY, b"%PDF stream" + zlib.compress(text * 3) + b"endstream") == {"zlib plain"}
    assert not find(CANARY, b"kanarie qz" + bytes(range(256)) * 40)
    assert len(forms_of(CANARY)) == 6


# The journey


class Cage(Machine):
    """An installation whose caches and temporary files lie in its own folder."""

    queue_url = ""

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings, with every folder that a process writes to."""
        below = {name: str(self.folder / place) for name, place in PLACES.items()}
        queue = {"SURVEY_QUEUE_URL": self.queue_url} if self.queue_url else {}
        return {**super().environment, **below, **queue}


#: The empty path hides the compiler: ctypes asks it where a library is, and it leaves dozens of passing files.
PLACES = {"TMPDIR": "tmp", "SQLITE_TMPDIR": "tmp", "HOME": "home", "XDG_CACHE_HOME": "home", "PATH": "empty"}


@dataclass(slots=True)
class Flight:
    """One canary on its way: what it saw, and what must not lie about."""

    machine: Cage
    link: str = ""
    secrets: list[str] = field(default_factory=list)  # tokens, cookies, passwords: not to be found anywhere either
    receipt: str = ""  # opens nothing, so that it may lie in the database, but not in a log
    pdf: bytes = b""

    def phone(self) -> Phone:
        """Return a browser that tells of the canary in its headers too."""
        fetch: Fetch = over_http(self.machine.port)

        def with_headers(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> object:
            more = {"User-Agent": canary("agent"), "Referer": f"http://voorbeeld.nl/{canary('referer')}"}
            return fetch(method, path, body, {**headers, **more})

        return Phone(with_headers, self.machine.origin)  # type: ignore[arg-type]


def admit(flight: Flight) -> None:
    """Make a school whose people are canaries."""
    now, week = datetime.now(UTC), timedelta(days=7)
    machine = flight.machine
    with machine.inside() as (app, session):
        vault = app.extensions["vault"]
        school = roster.create_school(session, vault, f"{PLAIN} college", now, phone="020 000 0000")
        machine.school_id = school.id
        email = f"{POSTMAN}@voorbeeld.nl"
        mentor = accounts.add_staff(
            session, vault, school, Role.mentor, canary("mentor"), email, PASSWORD, now, canary("phone"), "password"
        )
        other = f"{canary('colleague')}@voorbeeld.nl"
        accounts.add_staff(session, vault, school, Role.coordinator, canary("coordinator"), other, PASSWORD, now)
        group = roster.add_group(session, "V2B", mentor)
        session.flush()
        stored = rounds.add_definition(session, QUESTIONNAIRE.read_text("utf-8"), now)
        round_ = rounds.create_round(session, vault, stored, "Zomer", now - week, now + week, "system", now)
        session.flush()
        texts = {name: canary(name) for name in TEXTS}
        profile = Profile(**texts, birth_date=datetime.fromisoformat(BORN).date())  # type: ignore[arg-type]
        student = roster.add_student(session, vault, group, canary("number"), profile, "GM0439")
        session.flush()
        invitation, token = rounds.invite(session, vault, round_, student, "system", now)
        flight.link = urlsplit(rounds.link(app.extensions["settings"], vault, invitation)).path
        flight.secrets.append(token)
        session.commit()


def respond(flight: Flight) -> None:
    """Answer everything, with the mistakes that people make on the way."""
    phone = flight.phone()
    phone.open(f"/u/{canary('link')}")
    phone.open(f"/{canary('path')}?{canary('query')}={canary('query')}")
    assert phone.start(flight.link).path == "/v/vogel"
    assert phone.answer(vogel=canary("option")).status == 422
    phone.answer(vogel="code_zeearend")
    assert phone.answer(plek=["code_dakgoot"], ring=f"{canary('number')}").status == 422
    phone.answer(plek=["code_dakgoot", "code_vijver"], ring=RING)
    assert phone.answer(kort=canary("long") * 60, lang="x").status == 422
    form = page_of(phone).form
    without = Form(form.action, form.method)
    assert phone.send(without, {"kort": f"{canary('kept')} a", "lang": "b"}).status == 400
    assert phone.send(form, {"kort": canary("large") * 9000}).status == 413
    form = phone.open("/v/woorden").form
    phone.send(form, {"kort": f"{canary('overwritten')} vogel", "lang": f"{canary('lang')}\nregel twee"})
    conflict = phone.send(form, {"kort": f"{canary('kort')} vogel", "lang": f"{canary('lang')}\nregel twee"})
    assert conflict.status == 409
    chosen = next(each for each in conflict.reader.forms if any(canary("kort") in value for _, value in each.values))
    assert phone.send(chosen).path == "/v/geheim"
    assert phone.answer(geheim=f"{canary('geheim')}").path == "/controle"
    phone.open(f"/controle?{canary('query')}")
    done = phone.send(page_of(phone).form_to("/controle"))
    assert done.path == "/klaar"
    code = re.search(r"Je code is (\w+)\.", done.words)
    assert code
    flight.receipt = code[1]
    flight.secrets += phone.cookies.values()


def review(flight: Flight) -> Phone:
    """Sign in, after a wrong password, and finalise, after a mistake."""
    desk = flight.phone()
    page = desk.open(f"/staff/sign-in?next={quote('/staff/' + canary('next'))}")
    wrong = {"email": f"{canary('nobody')}@voorbeeld.nl", "password": canary("password")}
    assert desk.send(page.form, wrong).status == 422
    page = desk.open("/staff/sign-in")
    home = desk.send(page.form, {"email": f"{POSTMAN}@voorbeeld.nl", "password": PASSWORD})
    assert home.path == "/staff/"
    flight.secrets += [PASSWORD, *desk.cookies.values()]
    students = desk.open(next(link for link in home.reader.links if "/staff/classes/" in link))
    desk.open(f"{students.path}?search={canary('search')}")
    desk.open(f"/staff/students/{canary('student')}")
    desk.open(f"{students.path}/cards")
    page = desk.open(next(link for link in students.reader.links if "/staff/students/" in link))
    assert canary("kort") in page.html and canary("email") in page.html
    fields: dict[str, str | list[str]] = {"remark": canary("remark"), "override": "2", "reason": canary("long") * 60}
    assert desk.send(page.form_to("/finalise"), fields).status == 422
    page = desk.send(page_of(desk).form_to("/finalise"), {**fields, "reason": canary("reason")})
    assert page.status == 200 and canary("reason") in page.html
    return desk


def wait_for_document(flight: Flight, desk: Phone) -> None:
    """Look again until the document and the mail are there, and download it."""
    address = page_of(desk).path
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        links = [link for link in desk.open(address).reader.links if link.endswith(".pdf")]
        if links and any((flight.machine.folder / "mail").glob("*.eml")):
            flight.pdf = desk.open(links[0]).content
            return
        time.sleep(0.25)
    raise AssertionError("the worker made no document in 60 seconds")


def page_of(phone: Phone) -> Page:
    """Return what a phone shows."""
    assert phone.page is not None
    return phone.page


@contextmanager
def overheard(url: str) -> Iterator[bytearray]:
    """Collect everything that Redis is told meanwhile."""
    heard, parts = bytearray(), urlsplit(url)
    with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379)) as line:
        line.sendall(b"MONITOR\r\n")
        heard += line.recv(100)

        def listen() -> None:
            while chunk := line.recv(65536):
                heard.extend(chunk)

        listener = Thread(target=listen, daemon=True)
        listener.start()
        yield heard
        line.shutdown(socket.SHUT_RDWR)
        listener.join()


@pytest.fixture
def flight(own_database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flight]:
    """Return an installation on each database; the queue is a file beside SQLite, and Redis beside PostgreSQL."""
    machine = Cage(tmp_path, own_database)
    if own_database.startswith("postgresql"):
        machine.queue_url = request.getfixturevalue("redis_url")
    for place in set(PLACES.values()):
        (tmp_path / place).mkdir()
    try:
        yield Flight(machine)
    finally:
        machine.stop()


@pytest.mark.process
def test_canary_is_found_nowhere_without_the_key(flight: Flight) -> None:
    machine = flight.machine
    watch = Watch(machine.folder / "tmp")
    with overheard(machine.queue_url) if machine.queue_url else _nothing() as heard:
        admit(flight)
        machine.start_web()
        respond(flight)
        desk = review(flight)
        before = stored(machine)  # the document still waits in the queue
        machine.start_worker()
        wait_for_document(flight, desk)
        running = stored(machine)
        machine.stop()
        after = stored(machine)
    passing = watch.end()

    places = {f"{when}: {place}": content for when, found in (("before", before), ("running", running), ("after", after))
              for place, content in found.items()}  # fmt: skip
    places |= {"redis": bytes(heard), **{f"temporary: {name}": content for name, content in passing.items()}}
    mails = {place: content for place, content in places.items() if place.endswith(".eml")}
    assert hits(WORDS, {place: content for place, content in places.items() if place not in mails}) == []
    assert hits((CANARY, RING, BORN), mails) == []
    for content in mails.values():  # whom it is for stands on the envelope, and nowhere else
        assert len(re.findall(POSTMAN.encode(), content)) == len(re.findall(rf"^To: {POSTMAN}@".encode(), content, re.M)) == 1
    assert [place for place, content in places.items() if b"%PDF-" in content] == [], "documents are sealed too"
    for secret in flight.secrets:
        assert [place for place, content in places.items() if secret.encode() in content] == [], "a token or password"
    assert_nothing_passes(watch, passing)
    assert_seen_by_key(flight)
    assert hits((PLAIN,), {name: part for name, part in running.items() if "mail" not in name}), "what is plain is found"
    assert (b"survey" in bytes(heard)) == bool(machine.queue_url)
    assert_quiet(flight)


def stored(machine: Machine) -> dict[str, bytes]:
    """Return all that lies in the folder, and in PostgreSQL."""
    tables = dump(machine.database_url) if machine.database_url.startswith("postgresql") else {}
    return {**files_below(machine.folder), **tables}


@contextmanager
def _nothing() -> Iterator[bytearray]:
    yield bytearray()


def assert_nothing_passes(watch: Watch, contents: Mapping[str, bytes]) -> None:
    """Hold that nothing is written there but the heartbeat, Python's try of the folder, and our faces for the engine."""
    strangers = [name for name in watch.names if not PASSING.fullmatch(name)]
    assert strangers == [] and set(contents.values()) <= {b"", b"blat"}
    faces = {file.read_bytes()[:4] for file in watch.folder.glob("weasyprint-*/*")}
    assert faces <= {b"\x00\x01\x00\x00", b"true", b"OTTO"}, "font files only"


def assert_seen_by_key(flight: Flight) -> None:
    """Hold that each canary was really stored: with the key all of them are found, in the document too."""
    with flight.machine.inside() as (app, session):
        text = "\n".join(open_all(session, app.extensions["vault"]))
    fields = (*TEXTS, "mentor", "coordinator", "phone", "kort", "lang", "geheim", "remark", "reason")
    missing = [name for name in fields if canary(name) not in text]
    assert missing == [] and RING in text and BORN in text and POSTMAN in text
    assert canary("overwritten") not in text, "the answer that was not chosen is gone"
    assert "code_zeearend" in text and "vlucht" in text
    assert find(CANARY, flight.pdf) >= {"zlib plain"}, "the facts inside the file"
    printed = "".join(pages_of(flight.pdf))
    assert all(canary(name) in printed for name in ("kort", "lang", "remark", "reason", "email"))
    assert canary("geheim") not in printed and not find(canary("geheim"), flight.pdf), "for the mentor alone"


def open_all(session: Session, vault: Vault) -> Iterator[str]:
    """Give the content of every sealed column, opened."""
    key, opened = school_key(session, vault), Vault.open_json
    yield from (str(open_profile(key, student).to_json()) for student in session.scalars(select(Student)))
    for staff in session.scalars(select(Staff)):
        yield open_name(key, staff) + str(opened(key, f"staff:{staff.id}:profile", staff.profile))
    yield from (str(opened(key, f"mail:{mail.id}:content", mail.content)) for mail in session.scalars(select(Mail)))
    for sitting in session.scalars(select(Sitting)):
        own = sitting_key(session, vault, sitting)
        yield open_answers(own, sitting).to_json().decode()
        yield from (open_outcome(own, row).to_json().decode() for row in session.scalars(select(StoredOutcome)))
        yield from (str(open_review(own, row)) for row in session.scalars(select(Review)))
        yield from (open_flag(own, row) for row in session.scalars(select(RaisedFlag)))
        yield from (open_report(own, row).decode("latin-1") for row in session.scalars(select(StoredReport)))


def assert_quiet(flight: Flight) -> None:
    """Hold that the logs of server and worker tell which page was asked, and nothing of whom or what."""
    text = "".join((flight.machine.folder / f"{name}.log").read_text("utf-8") for name in ("run", "worker"))
    for word in ("code_zeearend", "code_dakgoot", "zeearend", "Een grote", "vlucht", "V2B", PLAIN, flight.receipt, *flight.secrets):
        assert word not in text, word
    lines = [line for line in text.splitlines() if not line.startswith("SURVEY_BASE_URL")]
    events = [json.loads(line) for line in lines]
    assert [event for event in events if event["level"] not in ("info", "warning")] == []
    requests = [event for event in events if event["event"] == "request"]
    assert len(requests) > 30 and all(set(event) <= KEYS for event in requests)
    assert {event["route"] for event in requests} >= {"/u/<token>", "/v/<page_id>", "/controle", None}
    assert [event for event in events if event not in requests and event["level"] == "warning"] == []
