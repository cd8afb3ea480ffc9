"""What lists show, made again out of its sources: which stored values drifted, and putting them right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import casework
from survey.opened import compute
from survey.records import open_summary, school_key, seal_summary
from survey.store.agreeing import HandoverEvent
from survey.store.casework import Passing
from survey.store.people import Group, School, Student
from survey.store.scope import in_school
from survey.store.surveying import Sitting
from survey.vault import Vault

BATCH = 500


@dataclass(slots=True)
class Drift:
    """How many values were looked at and how many differ, by kind; `missing` of them were never made."""

    seen: Counter[str] = field(default_factory=Counter)
    differ: Counter[str] = field(default_factory=Counter)


def find_drift(session: Session, vault: Vault, repairs: bool = False) -> Drift:
    """Compare what is stored for lists with its sources, school by school; with `repairs` store what differs.

    Erased sittings have nothing to compare. The caller commits.
    """
    found = Drift()
    for school_id in list(session.scalars(select(School.id).where(School.wrapped_key != b"").order_by(School.id))):
        in_school(session, school_id)
        _summaries(session, vault, found, repairs)
        _students(session, vault, found, repairs)
        session.flush()
    return found


def _summaries(session: Session, vault: Vault, found: Drift, repairs: bool) -> None:
    key = school_key(session, vault)
    for invitations in _batches(session, select(Sitting.invitation_id).where(Sitting.wrapped_key != b"")):
        right, reached = compute(session, vault, invitations), _stages(session, invitations)
        for sitting in session.scalars(select(Sitting).where(Sitting.invitation_id.in_(invitations))):
            own = vault.sitting_key(key, sitting)
            kept = None if sitting.summary is None else open_summary(own, sitting.id, sitting.summary)
            found.seen["summary"] += 1
            found.seen["stage"] += 1
            if sitting.stage != reached.get(sitting.id, "none"):
                found.differ["stage"] += 1
                if repairs:
                    sitting.stage = reached.get(sitting.id, "none")
            if kept != right[sitting.invitation_id]:
                found.differ["summary"] += 1
                if repairs:
                    sitting.summary = seal_summary(own, sitting.id, right[sitting.invitation_id])


def _stages(session: Session, invitations: list[str]) -> dict[str, str]:
    """Return how far the documents of these sittings are: what the last event of each says."""
    events = select(HandoverEvent.sitting_id, HandoverEvent.stage).order_by(HandoverEvent.number)
    of_these = select(Sitting.id).where(Sitting.invitation_id.in_(invitations))
    return {id_: stage for id_, stage in session.execute(events.where(HandoverEvent.sitting_id.in_(of_these)))}


def _students(session: Session, vault: Vault, found: Drift, repairs: bool) -> None:
    """Compare when students were spoken last, and to whom they were passed, with the log and the passings."""
    for ids in _batches(session, select(Student.id)):
        passed = select(Passing).where(Passing.student_id.in_(ids)).order_by(Passing.created_at, Passing.id)
        last = {one.student_id: one.mentor_id for one in session.scalars(passed)}
        spoken = casework.get_spoken(session, vault, ids)
        statement = select(Student, Group.mentor_id).join(Group, Group.id == Student.group_id)
        for student, own in session.execute(statement.where(Student.id.in_(ids))).all():
            mentor = last.get(student.id)
            right = (spoken.get(student.id), None if mentor == own else mentor)
            found.seen["student"] += 1
            if (student.spoken_at, student.mentor_id) != right:
                found.differ["student"] += 1
                if repairs:
                    student.spoken_at, student.mentor_id = right


def _batches(session: Session, statement: object) -> Iterator[list[str]]:
    ids = list(session.scalars(statement))  # type: ignore[call-overload]
    for begin in range(0, len(ids), BATCH):
        yield ids[begin : begin + BATCH]
