"""Erasing what a student said: the key goes, and with it answers, results, views and documents, in every copy."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey import audit, hanging, papers
from survey.records import hold
from survey.sitting import Status
from survey.store.agreeing import HandoverEvent, StoredChoice, StoredEntry
from survey.store.casework import SchoolView
from survey.store.inviting import Delivery
from survey.store.people import Student
from survey.store.surveying import Invitation, RaisedFlag, Review, Sitting, StoredOutcome, StoredReport
from survey.store.traces import Mail
from survey.vault import Vault

GONE = b""


def erase_student(session: Session, vault: Vault, student_id: str, actor: str, now: datetime) -> None:
    """Erase a student with all that belongs to them, keys first."""
    asked = session.scalars(select(Invitation.id).where(Invitation.student_id == student_id)).all()
    for sitting in session.scalars(select(Sitting).where(Sitting.invitation_id.in_(asked))).all():
        erase_sitting(session, vault, sitting, actor, now)
    papers.forget(session, asked, papers.Kind.OVERVIEW, papers.Kind.CARDS)
    session.flush()
    erase_rows(session, Student, student_id, asked)


def erase_rows(session: Session, table: type[Any], id_: str, asked: Collection[str]) -> None:
    """Delete a row and all that refers to it, with mail, sent or waiting, to who was asked by these invitations."""
    mails = session.scalars(select(Delivery.mail_id).where(Delivery.invitation_id.in_(asked))).all()
    hanging.erase(session, table, [id_])
    session.execute(delete(Mail).where(Mail.id.in_(mails)))


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
    papers.forget(session, [sitting.invitation_id], papers.Kind.OVERVIEW)
    audit.record(session, vault, actor, "sitting.erase", f"sitting:{sitting.id}", now)
    return True
