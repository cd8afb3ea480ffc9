"""Filling in together: a colleague answers at the school's screen with the student in the room or on the phone.

It is recorded with who, how and when, and the student reads later that it was so. What a student sent alone is not
opened by it (docs/decisions/filling-in-together.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit
from survey import sitting as stage
from survey.records import open_name, school_key
from survey.sitting import AlreadySent, Status
from survey.store.casework import Together
from survey.store.people import Staff
from survey.store.surveying import Invitation, Sitting
from survey.store.types import new_id
from survey.vault import Vault


class How(StrEnum):
    """Where the student is meanwhile."""

    IN_ROOM = "in_room"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Time:
    """One time of filling in together."""

    by: str
    how: How
    started_at: datetime


def begin(
    session: Session, vault: Vault, invitation: Invitation, staff: Staff, how: How, language: str, now: datetime
) -> tuple[Sitting, Together]:
    """Begin a sitting, or go on with one, together; raise AlreadySent for what was sent, RoundClosed."""
    sitting = stage.start(session, vault, invitation, language, now)
    if sitting.status != Status.STARTED:
        raise AlreadySent
    row = Together(
        id=new_id(),
        school_id=sitting.school_id,
        sitting_id=sitting.id,
        staff_id=staff.id,
        how=how.value,
        started_at=now,
    )
    session.add(row)
    audit.record(session, vault, f"staff:{staff.id}", "sitting.together", f"sitting:{sitting.id}", now)
    return sitting, row


def find_open(session: Session, together_id: str, sitting_id: str, staff_id: str) -> Together | None:
    """Return the time that this colleague has not ended yet; None when it is another's, or over."""
    row = session.get(Together, together_id)
    is_own = row is not None and (row.sitting_id, row.staff_id) == (sitting_id, staff_id)
    return row if is_own and row is not None and row.ended_at is None else None


def end(session: Session, row: Together, now: datetime) -> None:
    """End a time; the sitting stays as it is, and the student can go on alone."""
    row.ended_at = now


def get_times(session: Session, vault: Vault, sitting_id: str) -> list[Time]:
    """Return when a sitting was filled in together, the first first, in one query."""
    statement = (
        select(Together, Staff)
        .join(Staff, Staff.id == Together.staff_id)
        .where(Together.sitting_id == sitting_id)
        .order_by(Together.started_at)
    )
    key = school_key(session, vault)
    return [Time(open_name(key, staff), How(row.how), row.started_at) for row, staff in session.execute(statement)]
