"""The worker's tasks: they may come twice, late or never, and one bad row stops nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from factories import Campus
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from stages import FINE, LATER, NOW, WORRIED, Course, make_course

from survey import apart, audit, erased, flags, fork, jobs, mail, review, tasks
from survey.config import Settings
from survey.erase import erase_sitting
from survey.records import open_report, sitting_key
from survey.review import Judgement
from survey.store.surveying import Sitting, StoredReport
from survey.store.traces import Event, Mail

PDF = b"%PDF-1.7 made"


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Give what is put on the queue, which nobody works off here."""
    put: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *task: put.append(task) or True)
    return put


@pytest.fixture
def clock(sent: list[tuple[str, ...]]) -> Iterator[time_machine.Traveller]:
    """Stop the clock a little after everything was sent."""
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make documents of a few bytes in this process, and count them."""
    pages: list[int] = []

    def run(task: str, *given: object, seconds: float, megabytes: int) -> bytes:
        pages.append(1)
        return PDF

    monkeypatch.setattr(apart, "run", run)
    return pages


def fail(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def run(*arguments: Any, **limits: float) -> bytes:
        raise error

    monkeypatch.setattr(apart, "run", run)


def perform(app: Flask, task: Callable[..., None], *ids: str) -> None:
    """Perform a task as the worker does, in a context of its own."""
    with app.app_context():
        task(*ids)


def finalised(course: Course, name: str = "Noor Bakker") -> tuple[Sitting, StoredReport]:
    """Bring one more student to a document that waits."""
    begun = course.send(FINE, name)
    made = review.finalise(course.session, course.vault, begun, course.mentor, Judgement("Gesproken."), LATER)
    report = course.session.scalars(select(StoredReport).where(StoredReport.sitting_id == made.sitting_id)).one()
    course.session.commit()
    return begun, report


def outbox(session: Session) -> Mail:
    return session.scalars(select(Mail)).one()


pytestmark = pytest.mark.usefixtures("clock")


# Documents


def test_document_is_made_and_stored_sealed(app: Flask, course: Course, made: list[int]) -> None:
    begun, report = finalised(course)
    perform(app, tasks.render_report, report.id)
    assert (report.state, report.attempts, report.ready_at) == ("ready", 1, LATER)
    assert report.content is not None and PDF not in report.content
    assert open_report(sitting_key(course.session, course.vault, begun), report) == PDF
    assert report.digest == hashlib.sha256(PDF).hexdigest()
    actions = course.session.scalars(select(Event.action).where(Event.actor == "system")).all()
    assert actions == ["report.ready"]
    assert audit.verify(course.session, course.vault) is None


def test_real_document_is_a_pdf(app: Flask, course: Course) -> None:
    begun, report = finalised(course, "Zoë Kade")
    perform(app, tasks.render_report, report.id)
    assert report.state == "ready"
    assert open_report(sitting_key(course.session, course.vault, begun), report).startswith(b"%PDF-")


def test_task_that_comes_twice_makes_one_document(app: Flask, course: Course, made: list[int]) -> None:
    _, report = finalised(course)
    for _ in range(3):
        perform(app, tasks.render_report, report.id)
    assert (made, report.attempts) == ([1], 1)


def test_task_for_a_row_that_is_gone_does_nothing(app: Flask, course: Course, made: list[int]) -> None:
    perform(app, tasks.render_report, "0" * 20)
    perform(app, tasks.send_mail, "0" * 20)
    assert made == []


def test_document_is_composed_for_its_own_school(
    app: Flask, course: Course, other_school: Campus, made: list[int]
) -> None:
    _, report = finalised(make_course(other_school))
    perform(app, tasks.render_report, report.id)
    other_school.session.expire_all()
    assert report.state == "ready"


def test_killed_worker_costs_an_attempt_and_no_document(
    app: Flask, course: Course, made: list[int], sent: list[tuple[str, ...]], clock: time_machine.Traveller
) -> None:
    """R7: the lease ends, the sweep sends the document again, one is made."""
    _, report = finalised(course)
    report.state, report.attempts, report.due_at = "working", 1, LATER + timedelta(seconds=45)
    course.session.commit()
    sent.clear()
    perform(app, tasks.sweep)
    assert sent == []  # another worker may still be at it
    clock.move_to(LATER + timedelta(seconds=46))
    perform(app, tasks.sweep)
    assert sent == [("render_report", report.id)]
    perform(app, tasks.render_report, report.id)
    assert (report.state, report.attempts, made) == ("ready", 2, [1])


def test_worker_that_lost_its_lease_stores_nothing(
    app: Flask, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, report = finalised(course)

    def slow(*arguments: Any, **limits: float) -> bytes:
        with Session(course.session.connection(), join_transaction_mode="create_savepoint") as other:
            row = other.get(StoredReport, report.id, execution_options={"across_schools": "test"})
            assert row is not None
            other.info["school_id"] = row.school_id
            row.attempts, row.state, row.digest = 2, "ready", "of the other worker"
            other.commit()
        return PDF

    monkeypatch.setattr(apart, "run", slow)
    perform(app, tasks.render_report, report.id)
    assert (report.state, report.attempts, report.digest) == ("ready", 2, "of the other worker")


def test_document_that_keeps_failing_is_shown_to_staff(
    app: Flask,
    course: Course,
    sent: list[tuple[str, ...]],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R8: five attempts, each later than the one before, then failed; a person can ask again."""
    fail(monkeypatch, fork.ChildFailed("longer than 30 seconds"))
    _, report = finalised(course)
    now, waited = LATER, []
    for attempt in range(1, tasks.ATTEMPTS + 1):
        perform(app, tasks.render_report, report.id)
        assert report.attempts == attempt
        waited.append((report.due_at - now).total_seconds())
        now = report.due_at
        clock.move_to(now)
    assert report.state == "failed"
    assert waited == sorted(waited) and waited[0] < waited[-1]
    sent.clear()
    perform(app, tasks.sweep)
    assert sent == []
    assert review.retry(course.session, course.vault, report, course.mentor, now)
    course.session.commit()
    monkeypatch.setattr(apart, "run", lambda *arguments, **limits: PDF)
    perform(app, tasks.render_report, report.id)
    assert (report.state, report.attempts) == ("ready", 1)


def test_document_that_cannot_be_read_fails_like_any_other(
    app: Flask, course: Course, made: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """R8: a poisoned row costs its own attempts only, and the log quotes nothing of it."""
    begun, report = finalised(course)
    begun.answers = b"not sealed"
    course.session.commit()
    perform(app, tasks.render_report, report.id)
    assert (report.state, report.attempts, made) == ("waiting", 1, [])
    _, other = finalised(course, "Yara Smit")
    perform(app, tasks.render_report, other.id)
    assert other.state == "ready"


def test_lease_of_the_last_attempt_ends_in_failed(
    app: Flask, course: Course, sent: list[tuple[str, ...]]
) -> None:
    _, report = finalised(course)
    report.state, report.attempts, report.due_at = "working", tasks.ATTEMPTS, LATER
    course.session.commit()
    sent.clear()
    perform(app, tasks.sweep)
    assert (report.state, sent) == ("failed", [])


def test_task_that_the_queue_lost_is_sent_again_but_not_each_time(
    app: Flask, course: Course, sent: list[tuple[str, ...]], clock: time_machine.Traveller
) -> None:
    _, report = finalised(course)
    sent.clear()
    perform(app, tasks.sweep)
    perform(app, tasks.sweep)
    assert sent == [("render_report", report.id)]
    clock.move_to(LATER + tasks.AGAIN)
    perform(app, tasks.sweep)
    assert len(sent) == 2


# Mail


def test_mail_is_sent_once(app: Flask, course: Course, settings: Settings) -> None:
    course.send({**WORRIED, "eten": "ja"}, "Amira El Idrissi")
    row = outbox(course.session)
    course.session.commit()
    perform(app, tasks.send_mail, row.id)
    perform(app, tasks.send_mail, row.id)
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, LATER)
    folder = Path(settings.mail_url.removeprefix("file:"))
    (file,) = folder.iterdir()
    read = message_from_bytes(file.read_bytes(), policy=default)
    assert read["To"] == course.campus.email(course.mentor)
    assert "Amira" not in file.read_text() and "slaapplek" not in file.read_text()


def test_mail_that_is_not_taken_waits_longer_each_time(
    app: Flask,
    course: Course,
    sent: list[tuple[str, ...]],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R9: mail down means later, not lost; after more than a day it is shown as failed."""

    def refuse(message: object, name: str) -> None:
        raise mail.Undelivered("SMTPServerDisconnected")

    monkeypatch.setattr(mail, "transport", lambda url: refuse)
    begun = course.send({**WORRIED, "eten": "ja"})
    flags.take(course.session, course.vault, begun.id, course.mentor.id, LATER)  # else the coordinator hears too
    row = outbox(course.session)
    course.session.commit()
    perform(app, tasks.send_mail, row.id)
    assert (row.state, row.attempts, row.due_at) == ("waiting", 1, LATER + timedelta(minutes=1))
    perform(app, tasks.send_mail, row.id)  # too early
    assert row.attempts == 1
    while row.state == "waiting":
        clock.move_to(row.due_at)
        sent.clear()
        perform(app, tasks.sweep)
        assert sent == [("send_mail", row.id)]
        perform(app, tasks.send_mail, row.id)
    assert (row.state, row.attempts) == ("failed", tasks.MAIL_ATTEMPTS)
    assert row.due_at - NOW > timedelta(days=1)


def test_mail_that_a_slow_server_is_still_taking_is_not_sent_beside_itself(
    app: Flask,
    course: Course,
    clock: time_machine.Traveller,
    sent: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each step may take 20 seconds (mail.TIMEOUT), and there are about ten."""
    course.send(WORRIED | {"eten": "ja"})
    course.session.commit()
    row, taken = outbox(course.session), []

    def slowly(message: object, name: str) -> None:
        taken.append(name)
        if len(taken) == 1:
            clock.move_to(LATER + timedelta(minutes=3))
            perform(app, tasks.sweep)
            perform(app, tasks.send_mail, row.id)  # as another worker

    monkeypatch.setattr(mail, "transport", lambda url: slowly)
    perform(app, tasks.send_mail, row.id)
    assert taken == [row.message_id] and row.state == "sent" and ("send_mail", row.id) not in sent[1:]


def test_mail_of_a_killed_worker_is_tried_again(
    app: Flask, course: Course, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.send(WORRIED | {"eten": "ja"})
    course.session.commit()
    row, taken = outbox(course.session), []

    def killed(message: object, name: str) -> None:
        taken.append(name)
        if len(taken) == 1:
            raise SystemExit

    monkeypatch.setattr(mail, "transport", lambda url: killed)
    with pytest.raises(SystemExit):
        perform(app, tasks.send_mail, row.id)
    clock.move_to(LATER + tasks.MAIL_LEASE)
    perform(app, tasks.send_mail, row.id)
    assert taken == [row.message_id] * 2 and row.state == "sent"


def test_mail_is_taken_after_all(app: Flask, course: Course, clock: time_machine.Traveller, settings: Settings) -> None:
    course.send({**WORRIED, "eten": "ja"})
    row = outbox(course.session)
    course.session.commit()
    folder = Path(settings.mail_url.removeprefix("file:"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    perform(app, tasks.send_mail, row.id)
    folder.unlink()
    clock.move_to(row.due_at)
    perform(app, tasks.send_mail, row.id)
    assert (row.state, row.attempts, len(list(folder.iterdir()))) == ("sent", 2, 1)


def test_sweep_writes_erasures_outside_the_database_once(
    app: Flask, course: Course, settings: Settings, clock: time_machine.Traveller
) -> None:
    perform(app, tasks.sweep)
    assert not (settings.var / erased.FILE).exists()
    begun = course.begin()
    erase_sitting(course.session, course.vault, begun, f"student:{begun.id}", LATER)
    course.session.commit()
    for _ in range(2):
        perform(app, tasks.sweep)
    line = f"{course.campus.school.id} sitting.erase sitting:{begun.id} {LATER.isoformat()}\n"
    assert (settings.var / erased.FILE).read_text() == line
    assert (settings.var / erased.FILE).stat().st_mode & 0o777 == 0o600


def test_full_disk_keeps_an_erasure_for_the_next_sweep(
    app: Flask, course: Course, settings: Settings, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = course.begin()
    erase_sitting(course.session, course.vault, begun, f"student:{begun.id}", LATER)
    course.session.commit()
    with monkeypatch.context() as full:
        full.setattr(erased, "append", lambda *written: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        perform(app, tasks.sweep)
    perform(app, tasks.sweep)
    assert begun.id in (settings.var / erased.FILE).read_text()
