"""The promises R1, R2, R3 and R7: what a killed process, a double send, a second tab or a dead worker may not cost.

The counts are small here; `make bench` runs them in full (SURVEY_FULL_COUNTS=yes) and prints what came of it.
"""

from __future__ import annotations

import json
import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from machine import Machine
from phone import Form, Page, Phone
from sqlalchemy import func, select

from survey import review, sitting
from survey.records import open_answers, school_key
from survey.store.database import only_reads
from survey.store.surveying import RaisedFlag, Sitting, StoredOutcome, StoredReport

pytestmark = pytest.mark.process

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "journey.yaml"
COLOURS = ("rood", "groen", "blauw")


def note(**figures: object) -> None:
    """Leave a figure for `make bench`."""
    if file := os.environ.get("SURVEY_FIGURES"):
        with open(file, "a", encoding="utf-8") as out:
            out.write(json.dumps(figures) + "\n")


def phone_at(machine: Machine) -> Phone:
    return machine.phone()


def stored_answers(machine: Machine) -> dict[str, str]:
    """Return what the database holds of the only sitting."""
    with machine.inside() as (app, session):
        vault = app.extensions["vault"]
        row = session.scalars(select(Sitting)).one()
        values = open_answers(vault.sitting_key(school_key(session, vault), row), row).values
        return {question: str(value) for question, value in values.items()}


def fill_in(phone: Phone, link: str) -> Page:
    """Answer every page with its first choice, up to the page on which all answers are checked."""
    page = phone.start(link)
    for _ in range(30):
        if page.path == "/controle":
            return page
        page = phone.answer(**{name: codes[0] for name, codes in page.form.choices.items()})
        assert page.status == 200
    raise AssertionError("the path does not end")


def test_r1_answer_shown_as_saved_survives_a_killed_server(machine: Machine, full: bool) -> None:
    moments, chance = 200 if full else 3, random.Random(20)
    (link,) = machine.admit(QUESTIONNAIRE, 1)
    diary = Diary()
    for _ in range(moments):
        machine.start_web()
        diary.first_reply.clear()
        writer = threading.Thread(target=keep_changing, args=(machine, link, diary))
        writer.start()
        assert diary.first_reply.wait(20)
        time.sleep(chance.uniform(0, 0.25))
        machine.kill(machine.web)
        writer.join(40)
        assert not writer.is_alive()
        # The last one sent may have been stored without its reply having arrived; nothing older may be there.
        assert stored_answers(machine)["colour"] in {diary.saved, diary.sent}
    note(promise="R1", database=machine.database_url.split(":")[0], kills=moments, answers=diary.turns, lost=0)


@dataclass
class Diary:
    """What one student knows: the last answer that the server showed as saved, and the last one sent."""

    saved: str = ""
    sent: str = COLOURS[0]
    turns: int = 0
    first_reply: threading.Event = field(default_factory=threading.Event)


def keep_changing(machine: Machine, link: str, diary: Diary) -> None:
    """Give one answer after another until the server is gone."""
    phone = phone_at(machine)
    try:
        phone.start(link)
        while True:
            page = phone.open("/v/colour")
            diary.sent = COLOURS[(COLOURS.index(diary.sent) + 1) % 3]
            assert phone.send(page.form, {"colour": diary.sent}).status == 200
            diary.saved = diary.sent
            diary.turns += 1
            diary.first_reply.set()
    except (OSError, HTTPException):  # the line was cut
        return


def test_r2_submitted_exactly_once(machine: Machine, full: bool) -> None:
    rounds, at_once = (100, 40) if full else (2, 8)
    links = machine.admit(QUESTIONNAIRE, rounds)
    machine.start_web()
    for link in links:
        phone = phone_at(machine)
        form = fill_in(phone, link).form
        replies = in_parallel(at_once, lambda: send_again(machine, phone, form))
        assert {status for status, _ in replies} == {200}
        assert {path for _, path in replies} == {"/klaar"}
    with machine.inside() as (_, session):
        receipts = session.scalars(select(StoredOutcome.receipt)).all()
        assert len(receipts) == rounds
        flags = session.execute(select(func.count()).group_by(RaisedFlag.sitting_id).select_from(RaisedFlag)).all()
        assert [count for (count,) in flags] == [1] * rounds
    note(promise="R2", database=machine.database_url.split(":")[0], rounds=rounds, parallel=at_once, rows=rounds)


def send_again(machine: Machine, first: Phone, form: Form) -> tuple[int, str]:
    """Send the same form from the same browser over a connection of its own."""
    phone = phone_at(machine)
    phone.cookies, phone.page = dict(first.cookies), first.page
    page = phone.send(form)
    return page.status, page.path


def in_parallel(count: int, work: Callable[[], tuple[int, str]]) -> list[tuple[int, str]]:
    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(count)]]


def test_r2_lost_reply_gives_the_same_receipt(machine: Machine) -> None:
    (link,) = machine.admit(QUESTIONNAIRE, 1)
    machine.start_web()
    phone = phone_at(machine)
    form = fill_in(phone, link).form
    send_and_hang_up(machine, phone, form)
    deadline = time.monotonic() + 10
    while not (receipts := sent_receipts(machine)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(receipts) == 1
    again = phone.send(form)
    assert again.status == 200 and again.path == "/klaar"
    assert receipts[0] in again.html
    assert sent_receipts(machine) == receipts


def send_and_hang_up(machine: Machine, phone: Phone, form: Form) -> None:
    """Send the form and close the connection before the reply can be read."""
    body = urlencode(form.values).encode()
    cookies = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
    assert phone.page is not None
    head = (
        f"POST {form.action or phone.page.path} HTTP/1.1\r\nHost: 127.0.0.1:{machine.port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://127.0.0.1:{machine.port}\r\n"
        f"Cookie: {cookies}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", machine.port)) as line:
        line.sendall(head.encode() + body)


def sent_receipts(machine: Machine) -> list[str]:
    with machine.inside() as (_, session):
        return list(session.scalars(select(StoredOutcome.receipt)))


def test_r3_two_tabs_never_overwrite_silently(machine: Machine, full: bool) -> None:
    rounds, tabs = (50, 12) if full else (2, 6)
    links = machine.admit(QUESTIONNAIRE, rounds)
    machine.start_web()
    for link in links:
        first = phone_at(machine)
        page = first.start(link)
        assert page.path == "/v/colour"
        outcomes: Counter[int] = Counter()
        kept: list[str] = []
        lock = threading.Lock()

        def change(colour: str, first: Phone = first, page: Page = page) -> tuple[int, str]:
            phone = phone_at(machine)
            phone.cookies, phone.page = dict(first.cookies), page
            reply = phone.send(page.form, {"colour": colour})
            with lock:
                outcomes[reply.status] += 1
                if reply.status == 200:
                    kept.append(colour)
            return reply.status, colour

        with ThreadPoolExecutor(tabs) as pool:
            list(pool.map(change, [COLOURS[number % 3] for number in range(tabs)]))
        # The same colour twice is no conflict; another one is told so, and the first stays.
        assert set(outcomes) == {200, 409}
        assert len(set(kept)) == 1
        check = phone_at(machine)
        check.cookies = dict(first.cookies)
        assert ("colour", kept[0]) in check.open("/v/colour").form.values
    note(promise="R3", database=machine.database_url.split(":")[0], rounds=rounds, tabs=tabs, lost=0)


def test_r3_different_questions_merge(machine: Machine) -> None:
    (link,) = machine.admit(QUESTIONNAIRE, 1)
    machine.start_web()
    one = phone_at(machine)
    fill_in(one, link)
    other = phone_at(machine)
    other.start(link)
    colour, size = one.open("/v/colour"), other.open("/v/size")
    assert one.send(colour.form, {"colour": "blauw"}).status == 200
    assert other.send(size.form, {"size": "klein"}).status == 200
    stored = stored_answers(machine)
    assert stored["colour"] == "blauw" and stored["size"] == "klein"


def test_r7_killed_worker_costs_no_document(machine: Machine, full: bool) -> None:
    kills, chance = 20 if full else 2, random.Random(7)
    machine.render_seconds = 2
    links = machine.admit(QUESTIONNAIRE, 4 if full else 2)
    machine.start_web()
    for link in links:
        phone = phone_at(machine)
        assert phone.send(fill_in(phone, link).form).path == "/klaar"
    with machine.inside() as (app, session):
        vault, mentor = app.extensions["vault"], machine.mentor(session)
        for row in session.scalars(select(Sitting)).all():
            review.finalise(session, vault, row, mentor, review.Judgement("Besproken."), datetime.now(UTC))
        session.commit()
    for number in range(kills):
        if number == 0:
            start_into_work(machine)  # one kill at least falls in the middle of a document
        else:
            machine.start_worker()
            time.sleep(chance.uniform(0.5, 2.5))
        machine.kill(machine.worker)
        assert number or report_states(machine)["working"]
    machine.start_worker()
    deadline = time.monotonic() + 90
    while (states := report_states(machine)) != Counter(ready=len(links)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert states == Counter(ready=len(links))
    note(promise="R7", database=machine.database_url.split(":")[0], kills=kills, documents=len(links), stuck=0)


def start_into_work(machine: Machine) -> None:
    """Start the worker and wait until it has begun a document."""
    with machine.inside() as (_, session):  # opened first: the few documents are soon made
        machine.start_worker()
        deadline = time.monotonic() + 30
        only_reads(session)
        while "working" not in session.scalars(select(StoredReport.state)).all():
            session.rollback()
            only_reads(session)
            assert time.monotonic() < deadline
            time.sleep(0.005)


def report_states(machine: Machine) -> Counter[str]:
    with machine.inside() as (_, session):
        return Counter(session.scalars(select(StoredReport.state)))


def test_sent_sitting_is_sent(machine: Machine) -> None:
    (link,) = machine.admit(QUESTIONNAIRE, 1)
    machine.start_web()
    phone = phone_at(machine)
    phone.send(fill_in(phone, link).form)
    with machine.inside() as (_, session):
        assert session.scalars(select(Sitting.status)).one() == sitting.Status.SENT
