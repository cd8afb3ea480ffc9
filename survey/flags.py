"""Flags that were raised: who must hear of what before when, and who has taken it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from survey import audit
from survey.definition.model import Flag
from survey.records import get_definition, open_flag, open_name, open_profile, school_key
from survey.store.inviting import is_of
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, RaisedFlag, Sitting
from survey.vault import Vault


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag as a list shows it; its words are the definition's, by language."""

    id: str
    student_id: str
    sitting_id: str
    group_id: str
    round_id: str
    name: str
    phone: str  # "" when not known
    group: str
    text: dict[str, str]  # empty when the student took the answers back since
    raised_at: datetime
    due_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    escalated_at: datetime | None = None


def get_flags(
    session: Session,
    vault: Vault,
    mentor_id: str | None = None,
    group_id: str | None = None,
    student_id: str | None = None,
    taken_after: datetime | None = None,
) -> list[Raised]:
    """Return flags, the first due first: of one mentor's classes, one class or one student, in one query.

    With `taken_after` those that were taken up before that moment are left out.
    """
    taker = aliased(Staff)
    statement = (
        select(RaisedFlag, Sitting, Student, Group, taker, Invitation.round_id)
        .select_from(RaisedFlag)
        .join(Sitting, Sitting.id == RaisedFlag.sitting_id)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .outerjoin(taker, taker.id == RaisedFlag.taken_by)
        .order_by(RaisedFlag.due_at, RaisedFlag.raised_at, RaisedFlag.id)
    )
    if mentor_id is not None:
        statement = statement.where(is_of(mentor_id))
    if group_id is not None:
        statement = statement.where(Group.id == group_id)
    if student_id is not None:
        statement = statement.where(Student.id == student_id)
    if taken_after is not None:
        statement = statement.where(RaisedFlag.taken_at.is_(None) | (RaisedFlag.taken_at > taken_after))
    key = school_key(session, vault)
    return [_open(session, vault, key, found) for found in session.execute(statement).all()]


def take(session: Session, vault: Vault, sitting_id: str, staff_id: str, now: datetime) -> int:
    """Put a person's name to the flags of a sitting that nobody has; the first who does so keeps them.

    Return how many that were. The rows are held until the transaction ends, so that two who press get one answer.
    """
    waiting = select(RaisedFlag).where(RaisedFlag.sitting_id == sitting_id, RaisedFlag.taken_at.is_(None))
    flags = session.scalars(waiting.order_by(RaisedFlag.id).with_for_update()).all()
    for flag in flags:
        flag.taken_by, flag.taken_at = staff_id, now
        audit.record(session, vault, f"staff:{staff_id}", "flag.take", f"flag:{flag.id}", now)
    return len(flags)


def _open(
    session: Session, vault: Vault, key: bytes, found: Row[RaisedFlag, Sitting, Student, Group, Staff | None, str]
) -> Raised:
    flag, sitting, student, group, taker, round_id = found
    meant, profile = _find_meaning(session, vault, key, flag, sitting), open_profile(key, student)
    return Raised(
        id=flag.id,
        student_id=student.id,
        sitting_id=sitting.id,
        group_id=group.id,
        round_id=round_id,
        name=profile.name,
        phone=profile.phone,
        group=group.name,
        text=meant.text if meant else {},
        raised_at=flag.raised_at,
        due_at=flag.due_at,
        taken_by=open_name(key, taker) if taker else None,
        taken_at=flag.taken_at,
        escalated_at=flag.escalated_at,
    )


def _find_meaning(session: Session, vault: Vault, key: bytes, flag: RaisedFlag, sitting: Sitting) -> Flag | None:
    """Return what a flag says, None when its definition has no such flag or its answers were erased."""
    if not flag.content:
        return None
    return get_definition(session, sitting.digest).flags.get(open_flag(vault.sitting_key(key, sitting), flag))
