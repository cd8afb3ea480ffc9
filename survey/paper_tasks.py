"""What the worker does with papers for the classroom: have each set apart, with limits, forget it after a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog
from flask import current_app
from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from survey import apart, codes, fork, jobs, papers
from survey.config import Settings
from survey.store.database import db
from survey.store.inviting import Sheet
from survey.store.scope import in_school
from survey.vault import Unreadable, Vault

ATTEMPTS = 3
RETRY = timedelta(seconds=20)
MEGABYTES = 512
BY_ROW = "a task knows its row only"
ALL = "the sweep looks at every school"

_log = structlog.get_logger(__name__)


@jobs.task
def print_paper(sheet_id: str) -> None:
    """Make a paper that waits, and store it sealed; a code of a card can be typed from then on."""
    session = cast(Session, db.session())
    vault, settings = cast(Vault, current_app.extensions["vault"]), cast(Settings, current_app.extensions["settings"])
    sheet = session.get(Sheet, sheet_id, execution_options={"across_schools": BY_ROW})
    if sheet is None or not _claim(session, sheet, settings):
        session.rollback()
        return
    attempt = sheet.attempts
    try:
        if sheet.kind == papers.Kind.CARDS:
            _issue(session, vault, sheet)
        paper = papers.compose(session, vault, settings, sheet)
        session.commit()
        content = apart.run("paper", paper, seconds=settings.render_seconds, megabytes=MEGABYTES)
    except (fork.ChildFailed, papers.NobodyAsked, Unreadable) as error:  # another error ends with the lease
        session.rollback()
        _log.warning("paper failed", sheet=sheet_id, attempt=attempt, error=type(error).__name__)
        is_last = attempt >= ATTEMPTS or isinstance(error, papers.NobodyAsked)
        values: dict[str, Any] = {"state": "failed" if is_last else "waiting", "due_at": _now() + attempt * RETRY}
    else:
        values = {"state": "ready", "content": papers.seal_sheet(session, vault, sheet_id, content)}
    session.execute(update(Sheet).where(Sheet.id == sheet_id).values(values))  # none when it was forgotten meanwhile
    session.commit()


def take_overdue(session: Session, now: datetime) -> list[str]:
    """Return papers that nobody makes, and forget those of yesterday; the caller commits and puts them on the queue."""
    _change(session, delete(Sheet).where(Sheet.created_at < now - papers.KEPT))
    lost = Sheet.state == "working", Sheet.due_at <= now
    _change(session, update(Sheet).where(*lost, Sheet.attempts >= ATTEMPTS).values(state="failed"))
    _change(session, update(Sheet).where(*lost).values(state="waiting", due_at=now))
    waiting = update(Sheet).where(Sheet.state == "waiting", Sheet.due_at <= now)
    claimed = waiting.values(due_at=now + timedelta(minutes=2)).returning(Sheet.id)
    return list(session.scalars(claimed.execution_options(across_schools=ALL)))


def _issue(session: Session, vault: Vault, sheet: Sheet) -> None:
    """Let the codes of a class be found; the slow hashes are made while no lock is held."""
    waiting = codes.find_unissued(session, papers.get_invited(session, sheet))
    session.commit()
    hashes = codes.hash_codes(vault, waiting)
    codes.store(session, hashes, _now())
    session.commit()


def _claim(session: Session, sheet: Sheet, settings: Settings) -> bool:
    """Take a waiting paper until the lease ends."""
    in_school(session, sheet.school_id)
    lease = timedelta(seconds=settings.render_seconds * 1.5)
    waiting = update(Sheet).where(Sheet.id == sheet.id, Sheet.state == "waiting")
    values = {"state": "working", "attempts": Sheet.attempts + 1, "due_at": _now() + lease}
    claimed = cast(CursorResult[Any], session.execute(waiting.values(values))).rowcount
    session.commit()
    return claimed == 1


def _change(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(across_schools=ALL, synchronize_session=False))


def _now() -> datetime:
    return datetime.now(UTC)
