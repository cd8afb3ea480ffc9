"""Erasing what a student said: the key goes, and with it answers, results, views and documents, in every copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from survey import audit
from survey.records import hold
from survey.sitting import Status
from survey.store.agreeing import HandoverEvent, StoredChoice, StoredEntry
from survey.store.casework import SchoolView
from survey.store.surveying import RaisedFlag, Review, Sitting, StoredOutcome, StoredReport
from survey.vault import Vault

GONE = b""


def erase_sitting(session: Session, vault: Vault, sitting: Sitting, actor: str, now: datetime) -> bool:
    """Destroy the key of a sitting and blank what it sealed; False when that was done before.

    What stays tells that something was, never what: the row with its moments, that a flag was raised and who took
    it up (a person at the school still asks how it goes), the digest of a document that the student may have.
    """
    hold(session, sitting)
    if sitting.status == Status.ERASED:
        return False
    sitting.wrapped_key = sitting.answers = GONE
    sitting.summary = None
    sitting.correction = None
    sitting.status, sitting.changed_at = Status.ERASED, now
    sitting.priority, sitting.done, sitting.stage = None, 0, "none"
    for table in (Review, HandoverEvent, StoredEntry, StoredChoice, SchoolView):
        session.execute(delete(table).where(table.sitting_id == sitting.id))
    for kept in (StoredOutcome, RaisedFlag):
        session.execute(update(kept).where(kept.sitting_id == sitting.id).values(content=GONE))
    session.execute(update(StoredOutcome).where(StoredOutcome.sitting_id == sitting.id).values(answers=None))
    of_sitting = update(StoredReport).where(StoredReport.sitting_id == sitting.id)
    session.execute(of_sitting.values(content=None, state="erased"))
    audit.record(session, vault, actor, "sitting.erase", f"sitting:{sitting.id}", now)
    return True
