"""What the worker does with lists of students: check them, store them. A row that is overdue is done again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog
from flask import current_app
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from survey import apart, fork, imports, jobs
from survey.imports import BUSY, State
from survey.intake import Checked
from survey.intake.apart import open_checked
from survey.store.database import db, only_reads
from survey.store.intake import StoredImport
from survey.store.scope import in_school
from survey.vault import Vault

LEASE = timedelta(minutes=2)  # after which a worker that has a list is thought killed
SECONDS = 60  # that reading a file may take
MEGABYTES = 768  # and what it may use
ATTEMPTS = 4
STEP = 2000  # rows between two steps of the progress bar
READ, SEEN = 30, 80  # percent when a file has been read, and when its rows have been looked at
BY_ROW = "a task knows its row only"
ALL = "the sweep looks at every school"

_log = structlog.get_logger(__name__)


@jobs.task
def check_import(import_id: str) -> None:
    """Look at a list and keep what it would do, for somebody to decide on."""
    session, vault = _tools()
    if (row := _claim(session, import_id, State.CHECKING)) is None:
        return
    rows = _read_rows(session, vault, row)
    if rows is None:
        return
    attempt = row.attempts
    session.rollback()
    only_reads(session)  # students who save meanwhile do not wait for the comparison
    plan = imports.make_plan_of(session, vault, rows)
    session.rollback()
    session.info.pop("only_reads", None)
    if _hold(session, row, State.CHECKING, attempt):
        imports.keep_plan(session, vault, row, plan)
    session.commit()


@jobs.task
def store_import(import_id: str) -> None:
    """Store a list exactly once, as somebody saw it; when the school's students changed meanwhile it is shown again.

    All that is stored is made before the transaction that writes: it keeps the saves of students waiting on SQLite.
    """
    session, vault = _tools()
    if (row := _claim(session, import_id, State.STORING)) is None:
        return
    rows = _read_rows(session, vault, row)
    if rows is None:
        return
    attempt, seen, actor = row.attempts, row.digest, f"staff:{row.staff_id}"
    session.rollback()
    only_reads(session)
    before, plan = imports.fingerprint(session), imports.make_plan_of(session, vault, rows)
    ready = imports.prepare(session, vault, row, plan)
    session.rollback()
    session.info.pop("only_reads", None)
    if _hold(session, row, State.STORING, attempt):
        if imports.fingerprint(session) != before:  # somebody stored something since
            plan = imports.make_plan_of(session, vault, rows)
            ready = imports.prepare(session, vault, row, plan)
        if plan.digest == seen:
            imports.store(session, vault, row, ready, actor, datetime.now(UTC))
        else:
            imports.keep_plan(session, vault, row, plan)
            row.problem = "overtaken"
    session.commit()


@jobs.sweep
def sweep_imports() -> None:
    """Send again what a killed worker left, give up what never ends, and forget what nobody decided on."""
    session, now = cast(Session, db.session()), datetime.now(UTC)
    late = StoredImport.state.in_(BUSY), StoredImport.due_at <= now
    given_up = update(StoredImport).where(*late, StoredImport.attempts >= ATTEMPTS)
    values = {"state": State.FAILED, "problem": "interrupted"}
    session.execute(given_up.values(values).execution_options(across_schools=ALL))
    waiting = session.execute(
        select(StoredImport.id, StoredImport.state).where(*late).execution_options(across_schools=ALL)
    ).all()
    imports.forget_old(session, now)
    session.commit()
    for import_id, state in waiting:
        jobs.enqueue("check_import" if state == State.CHECKING else "store_import", import_id)


def _tools() -> tuple[Session, Vault]:
    return cast(Session, db.session()), current_app.extensions["vault"]


def _claim(session: Session, import_id: str, state: State) -> StoredImport | None:
    """Take a list for this worker until its lease ends; None when there is nothing to do, or another has it."""
    row = session.get(StoredImport, import_id, execution_options={"across_schools": BY_ROW})
    if row is None:
        session.rollback()
        return None
    in_school(session, row.school_id)
    now = datetime.now(UTC)
    mine = StoredImport.id == import_id, StoredImport.state == state, StoredImport.due_at <= now
    values = {"attempts": StoredImport.attempts + 1, "due_at": now + LEASE, "progress": 0}
    claimed = cast(CursorResult[Any], session.execute(update(StoredImport).where(*mine).values(values))).rowcount
    session.commit()
    if not claimed:
        return None
    session.refresh(row)
    return row


def _hold(session: Session, row: StoredImport, state: State, attempt: int) -> bool:
    """Lock a list until the end of the transaction; False when its lease ended and another worker has it."""
    held = select(StoredImport).where(StoredImport.id == row.id).with_for_update()
    session.scalars(held.execution_options(populate_existing=True)).one()
    return row.state == state and row.attempts == attempt


def _read_rows(session: Session, vault: Vault, row: StoredImport) -> list[Checked] | None:
    """Return the rows of a list with what is wrong with them; None when it cannot be read, which is then said."""
    choices, today = imports.open_choices(session, vault, row), datetime.now(UTC).date()
    attempt, state = row.attempts, State(row.state)
    content = imports.open_content(session, vault, row)
    session.rollback()  # no lock while the file is read
    try:
        chosen = choices.sheet, choices.heading, dict(choices.columns), today
        raw = apart.run("list", content, *chosen, seconds=SECONDS, megabytes=MEGABYTES)
    except fork.ChildFailed as error:
        _log.warning("list not read", id=row.id, attempt=attempt, error=str(error))
        said: dict[str, Any] = {"problem": "unreadable"}
    else:
        said = json.loads(raw)
    if "problem" in said:
        if _hold(session, row, state, attempt):
            row.state, row.problem = State.FAILED, said["problem"]
        session.commit()
        return None
    _tell(session, row, attempt, READ)
    rows = []
    for start in range(0, len(said["rows"]), STEP):
        rows += [open_checked(one) for one in said["rows"][start : start + STEP]]
        _tell(session, row, attempt, READ + (SEEN - READ) * (start + STEP) // max(STEP, len(said["rows"])))
    return rows


def _tell(session: Session, row: StoredImport, attempt: int, percent: int) -> None:
    """Move the progress bar, unless another worker has the list now."""
    mine = StoredImport.id == row.id, StoredImport.attempts == attempt, StoredImport.state.in_(BUSY)
    session.execute(update(StoredImport).where(*mine).values(progress=min(percent, SEEN)))
    session.commit()
