"""Alarms: each flag that holds when a student sends becomes a row, and a mail without content to a named person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import jobs, mail
from survey.access import Role
from survey.definition.model import Definition
from survey.hours import due_at
from survey.records import school_key, seal_flag, sitting_key
from survey.score.outcome import Outcome
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, RaisedFlag, Sitting
from survey.store.types import new_id
from survey.vault import Vault

DAYS = {"today": 0, "week": 7}


def raise_flags(
    session: Session,
    vault: Vault,
    sitting: Sitting,
    definition: Definition,
    outcome: Outcome,
    now: datetime,
    known: Collection[str] = (),
) -> None:
    """Store each flag that holds, and write to whom it is for: one mail a person, whatever the number of flags.

    `known` are the flags that an earlier sending raised: they stand, and are not raised twice.
    """
    key, receivers = sitting_key(session, vault, sitting), {}
    for flag in (definition.flags[id_] for id_ in outcome.flags if id_ not in known):
        id_ = new_id()
        raised = RaisedFlag(
            id=id_,
            school_id=sitting.school_id,
            sitting_id=sitting.id,
            content=seal_flag(key, id_, flag.id),
            due_at=due_at(now, DAYS[flag.within]),
            raised_at=now,
        )
        session.add(raised)
        receivers.update(_receivers(session, vault, sitting, Role(flag.to)))
    for address in receivers.values():
        row = mail.write(session, school_key(session, vault), mail.Letter(address, "flag"), now)
        jobs.plan(session, "send_mail", row.id)


def _receivers(session: Session, vault: Vault, sitting: Sitting, role: Role) -> dict[str, str]:
    """Return addresses by staff id: the class's mentor, or the coordinators when it is theirs or the mentor left."""
    mentor = session.scalars(
        select(Staff)
        .join(Group, Group.mentor_id == Staff.id)
        .join(Student, Student.group_id == Group.id)
        .join(Invitation, Invitation.student_id == Student.id)
        .where(Invitation.id == sitting.invitation_id)
    ).one()
    people = [mentor]
    if role is not Role.mentor or mentor.disabled_at is not None:
        people = list(session.scalars(select(Staff).where(Staff.role == Role.coordinator, Staff.disabled_at.is_(None))))
    key = school_key(session, vault)
    return {one.id: vault.open_json(key, f"staff:{one.id}:profile", one.profile)["email"] for one in people}
