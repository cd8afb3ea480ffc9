"""What the worker does. Each task may come twice or late: the row says whether there is anything to do."""

from __future__ import annotations

import gc
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog
from flask import current_app
from sqlalchemy import CursorResult, Update, func, or_, select, update
from sqlalchemy.orm import Session

from survey import (
    alarms,
    apart,
    audit,
    colleagues,
    erased,
    fork,
    import_tasks,
    inviting,
    jobs,
    kept,
    mail,
    paper_tasks,
    retention,
    sms,
)
from survey.config import Settings
from survey.documents import compose_report
from survey.records import school_key, seal_report, sitting_key
from survey.report.authority import make_seal
from survey.report.document import PLAIN, Document
from survey.report.seal import put_seal
from survey.seals import get_seal
from survey.store.database import db
from survey.store.people import School
from survey.store.scope import in_school
from survey.store.surveying import RaisedFlag, Sitting, StoredReport
from survey.store.traces import Mail
from survey.vault import Vault

ROOMS = (import_tasks, paper_tasks)  # whose tasks the worker knows besides the ones here
ATTEMPTS = 5  # of a document, then it is shown to staff as failed
RETRY = timedelta(seconds=20)  # after a failed attempt, times the number of attempts
AGAIN = timedelta(minutes=2)  # after which a task that was sent is thought lost
MEGABYTES = 512  # that setting one document may take
MAIL_ATTEMPTS = 30  # over a day
MAILS_QUEUED = 300  # at once, so that 15,000 do not stand before a document or a flag
MAIL_LEASE = timedelta(minutes=5)  # after which a try is thought lost: longer than all steps of mail.TIMEOUT
MAIL_RETRIES = (1, 5, 15, 60)  # minutes, the last again and again
EVERY, EXPIRED = timedelta(hours=1), 25  # the term of keeping is looked at, and so many go in a transaction
BY_ROW = "a task knows its row only"
ALL = "the sweep looks at every school"

_log = structlog.get_logger(__name__)


@jobs.task
def render_report(report_id: str) -> None:
    """Make a document that waits and store it sealed; when that fails leave it for another attempt."""
    session, vault, settings = _tools()
    report = session.get(StoredReport, report_id, execution_options={"across_schools": BY_ROW})
    if report is None or not _claim(session, report, settings):
        session.rollback()
        return
    attempt = report.attempts
    try:
        document = compose_report(session, vault, report)
        seal = get_seal(session, vault, _now()) if report.kind == "final" else None
        session.commit()
        content = apart.run("document", document, seconds=settings.render_seconds, megabytes=MEGABYTES)
        digest = hashlib.sha256(content).hexdigest()
        # Sealed here: the process that sets what students wrote has no key.
        content = put_seal(content, seal, _now()) if seal else content
    except Exception as error:  # whatever is wrong with one document must not stop the others
        session.rollback()
        _log.warning("document failed", report=report_id, attempt=attempt, error=_kind(error))
        _give_back(session, report, attempt)
    else:
        _store(session, vault, report, attempt, content, digest)
    session.commit()


@jobs.task
def send_mail(mail_id: str) -> None:
    """Send a mail that waits; when the transport does not take it try again later, for a day.

    Each try looks again whether a student is still to be written to, and at this hour.
    """
    session, vault, settings = _tools()
    row = session.get(Mail, mail_id, execution_options={"across_schools": BY_ROW})
    if row is None:
        return
    in_school(session, row.school_id)
    session.refresh(row, with_for_update=True)
    now = _now()
    if row.state != "waiting" or row.due_at > now or inviting.hold_back(session, vault, settings, row, now):
        session.commit()
        return
    pause = timedelta(minutes=MAIL_RETRIES[min(row.attempts, len(MAIL_RETRIES) - 1)])
    row.attempts, row.due_at = row.attempts + 1, now + max(pause, MAIL_LEASE)
    session.commit()
    try:
        _hand_over(mail.read(school_key(session, vault), row), row, settings)
    except (mail.Undelivered, sms.Unsent) as error:
        _log.warning("mail not taken", mail=mail_id, attempt=row.attempts, error=str(error))
        is_last = row.attempts >= MAIL_ATTEMPTS
        state = "bounced" if isinstance(error, mail.Refused | sms.NoNumber) else "failed" if is_last else "waiting"
        inviting.note(session, row, state, str(error), _now())
        row.due_at = now + pause
    except Exception as error:  # whatever is wrong with one message must not stop the others
        _log.error("mail failed", mail=mail_id, attempt=row.attempts, error=_kind(error))
        inviting.note(session, row, "failed", _kind(error), _now())
    else:
        inviting.note(session, row, "sent", "", _now())
    session.commit()


@jobs.task
def write_messages() -> None:
    """Write what students of open rounds are due, school by school, in transactions of a few hundred."""
    session, vault, settings = _tools()
    for school_id in inviting.find_due_schools(session, _now()):
        session.rollback()
        in_school(session, school_id)
        try:
            while inviting.write_due(session, vault, settings, _now()):
                session.commit()
        except Exception as error:  # whatever is wrong in one school must not stop the others
            session.rollback()
            _log.error("messages not written", school=school_id, error=_kind(error))
        session.commit()


@jobs.task
def mail_forgotten(email_index: str) -> None:
    """Mail a link to who forgot the password, if this address has an account: looked up here, where nobody waits."""
    session, vault, settings = _tools()
    colleagues.write_forgotten(session, vault, settings.base_url, email_index, _now())
    session.commit()


@jobs.task
def sweep() -> None:
    """Send again what is overdue: a worker was killed, the queue was away or lost a task."""
    session, now = cast(Session, db.session()), _now()
    kept.purge(session, now)
    _note_erasures(session)
    lost = StoredReport.state == "working", StoredReport.due_at <= now
    _change(session, update(StoredReport).where(*lost, StoredReport.attempts >= ATTEMPTS).values(state="failed"), ALL)
    _change(session, update(StoredReport).where(*lost).values(state="waiting", due_at=now), ALL)
    reports = _overdue(session, now)
    waiting = update(StoredReport).where(StoredReport.id.in_(reports), StoredReport.state == "waiting")
    _change(session, waiting.values(due_at=now + AGAIN), ALL)
    mails, sheets = _take_mails(session, now), paper_tasks.take_overdue(session, now)
    session.commit()
    for sheet_id in sheets:
        jobs.enqueue("print_paper", sheet_id)
    for report_id in reports:
        jobs.enqueue("render_report", report_id)
    for mail_id in mails:
        jobs.enqueue("send_mail", mail_id)
    _escalate(session, now)
    _expire(session, now)
    write_messages()


def _note_erasures(session: Session) -> None:
    """Write erasures outside the database; a disk that is full must not stop the rest."""
    file = _tools()[2].var / erased.FILE
    journal = current_app.extensions.setdefault("erased", erased.Journal(file))
    try:
        journal.note(session)
    except OSError as error:
        _log.error("erasures not written down", file=str(file), error=type(error).__name__)


def _take_mails(session: Session, now: datetime) -> list[str]:
    """Return mails to put on the queue, those that somebody waits for first, and no more than are sent meanwhile."""
    queued = select(func.count()).select_from(Mail).where(Mail.state == "waiting", Mail.queued_until > now)
    room = MAILS_QUEUED - (session.scalar(queued.execution_options(across_schools=ALL)) or 0)
    due = Mail.state == "waiting", Mail.due_at <= now, or_(Mail.queued_until.is_(None), Mail.queued_until <= now)
    oldest = select(Mail.id).where(*due).order_by(Mail.is_bulk, Mail.due_at, Mail.id).limit(max(room, 0))
    mails = list(session.scalars(oldest.execution_options(across_schools=ALL)))
    taken = update(Mail).where(Mail.id.in_(mails), Mail.state == "waiting")
    _change(session, taken.values(queued_until=now + AGAIN), ALL)
    return mails


def _escalate(session: Session, now: datetime) -> None:
    """Tell coordinators of flags that nobody took up in time, each sitting in a transaction of its own."""
    late = RaisedFlag.escalate_at <= now, RaisedFlag.escalated_at.is_(None), RaisedFlag.taken_at.is_(None)
    waiting = select(RaisedFlag.school_id, RaisedFlag.sitting_id).where(*late).distinct()
    found = session.execute(waiting.execution_options(across_schools=ALL)).all()
    session.rollback()
    for school_id, sitting_id in found:
        in_school(session, school_id)
        try:
            alarms.escalate(session, current_app.extensions["vault"], sitting_id, now)
            session.commit()
        except Exception as error:  # whatever is wrong with one must not keep the others from being heard of
            session.rollback()
            _log.error("flag not escalated", sitting=sitting_id, error=_kind(error))


def _expire(session: Session, now: datetime) -> None:
    """Forget old mail and erase what schools no longer keep, once an hour, in transactions of a few dozen."""
    due = current_app.extensions.setdefault("retention", {"at": now})
    if now < due["at"]:
        return
    due["at"] = now + EVERY
    inviting.forget(session, now)
    session.commit()
    for school_id in session.scalars(select(School.id)).all():
        session.rollback()
        in_school(session, school_id)
        try:
            while count := retention.expire(session, current_app.extensions["vault"], now, EXPIRED):
                session.commit()
                _log.info("term of keeping over", school=school_id, erased=count)
        except Exception as error:  # whatever is wrong in one school must not stop the others
            _log.error("nothing erased", school=school_id, error=_kind(error))
        session.rollback()


def _hand_over(letter: mail.Letter, row: Mail, settings: Settings) -> None:
    """Give a message to what carries it; raise Undelivered or Unsent."""
    if letter.channel != "sms":
        mail.transport(settings.mail_url)(mail.compose(letter, row, settings), row.message_id)
    elif settings.sms_url is None:
        raise sms.Unsent("no SURVEY_SMS_URL")
    else:
        sms.transport(settings.sms_url)(letter.to, letter.values["text"], row.message_id)


def warm() -> None:
    """Get ready to set and seal documents at full speed, with the questionnaires that are in use."""
    session, vault, settings = _tools()
    newest = select(StoredReport).where(StoredReport.state == "ready").order_by(StoredReport.ready_at.desc()).limit(2)
    samples: list[Document] = []
    for report in session.scalars(newest.execution_options(across_schools="any document warms")).all():
        in_school(session, report.school_id)
        samples.append(compose_report(session, vault, session.get_one(StoredReport, report.id)))
    session.rollback()
    try:
        apart.start(tuple(samples))
        content = apart.run("document", PLAIN, seconds=settings.render_seconds, megabytes=MEGABYTES)
    except fork.ChildFailed as error:  # the first document tries again
        _log.warning("no process apart", error=str(error))
    else:
        # What the seal loads takes longer than setting a document.
        put_seal(content, make_seal("warm", "warm", _now()), _now())
    gc.collect()
    gc.freeze()


def _tools() -> tuple[Session, Vault, Settings]:
    """Return the session, the vault and the settings of the current application."""
    return cast(Session, db.session()), current_app.extensions["vault"], current_app.extensions["settings"]


def _now() -> datetime:
    return datetime.now(UTC)


def _kind(error: Exception) -> str:
    """Return what a log may say of an error: never a message that could quote a student."""
    return str(error) if isinstance(error, fork.ChildFailed) else type(error).__name__


def _change(session: Session, statement: Update, across: str | None = None) -> int:
    """Perform an update and return how many rows it changed."""
    options = {"across_schools": across} if across else {}
    return cast(CursorResult[Any], session.execute(statement.execution_options(**options))).rowcount


def _claim(session: Session, report: StoredReport, settings: Settings) -> bool:
    """Take a waiting document for this worker until its lease ends; False when there is nothing to do."""
    in_school(session, report.school_id)
    lease = timedelta(seconds=settings.render_seconds * 1.5)
    waiting = update(StoredReport).where(StoredReport.id == report.id, StoredReport.state == "waiting")
    values = {"state": "working", "attempts": StoredReport.attempts + 1, "due_at": _now() + lease}
    claimed = _change(session, waiting.values(values))
    session.commit()
    return claimed == 1


def _mine(report: StoredReport, attempt: int) -> Update:
    """Return an update that leaves the row alone when the lease ended and another worker has it."""
    return update(StoredReport).where(
        StoredReport.id == report.id, StoredReport.state == "working", StoredReport.attempts == attempt
    )


def _store(session: Session, vault: Vault, report: StoredReport, attempt: int, content: bytes, digest: str) -> None:
    key, now = sitting_key(session, vault, session.get_one(Sitting, report.sitting_id)), _now()
    values = {
        "state": "ready",
        "content": seal_report(key, report.id, content),
        "digest": digest,
        "ready_at": now,
    }
    if _change(session, _mine(report, attempt).values(values)):
        audit.record(session, vault, "system", "report.ready", f"report:{report.id}", now)


def _give_back(session: Session, report: StoredReport, attempt: int) -> None:
    """Leave a document for another attempt, or to the staff after the last."""
    state = "failed" if attempt >= ATTEMPTS else "waiting"
    _change(session, _mine(report, attempt).values(state=state, due_at=_now() + attempt * RETRY))


def _overdue(session: Session, now: datetime) -> list[str]:
    statement = select(StoredReport.id).where(StoredReport.state == "waiting", StoredReport.due_at <= now)
    return list(session.scalars(statement.order_by(StoredReport.due_at).execution_options(across_schools=ALL)))
