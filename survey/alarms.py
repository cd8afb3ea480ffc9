"""Alarms: each flag that holds when a student sends becomes a row, and a mail without content to named persons.

The class's mentor and deputy hear of it at once. When nobody took it up within some working hours, the coordinators do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit, jobs, mail
from survey.access import Role
from survey.definition.model import Definition
from survey.hours import after_working, due_at
from survey.records import open_flag, school_key, seal_flag, sitting_key
from survey.school import get_settings
from survey.score.outcome import Outcome
from survey.store.inviting import Deputy
from survey.store.people import Group, Staff, Student, mentor_of
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

    `known` are the flags of the sending before: they stand, and are not raised twice. One that was away and comes back
    is raised again when it had been taken up, for that is news; as long as it waits for somebody, it is not.
    """
    key = sitting_key(session, vault, sitting)
    waiting = _find_waiting(session, sitting, key) if outcome.flags else ()
    fresh = [definition.flags[id_] for id_ in outcome.flags if id_ not in {*known, *waiting}]
    if not fresh:
        return
    settings = get_settings(session)
    receivers: dict[str, Staff] = {}
    patience = timedelta(hours=settings.escalate_hours)
    for flag in fresh:
        id_ = new_id()
        raised = RaisedFlag(
            id=id_,
            school_id=sitting.school_id,
            sitting_id=sitting.id,
            content=seal_flag(key, id_, flag.id),
            due_at=due_at(now, DAYS[flag.within], settings.hours),
            raised_at=now,
            escalate_at=after_working(now, patience, settings.hours),
        )
        session.add(raised)
        receivers.update({one.id: one for one in _receivers(session, sitting, Role(flag.to))})
    _write(session, vault, receivers.values(), "flag", now)


def escalate(session: Session, vault: Vault, sitting_id: str, now: datetime) -> int:
    """Tell the coordinators once of a sitting's flags that nobody took up in time; return how many flags that were.

    The rows are held until the transaction ends, so that two sweeps at once write one mail.
    """
    waiting = select(RaisedFlag).where(
        RaisedFlag.sitting_id == sitting_id,
        RaisedFlag.escalate_at <= now,
        RaisedFlag.escalated_at.is_(None),
        RaisedFlag.taken_at.is_(None),
    )
    flags = session.scalars(waiting.with_for_update().execution_options(populate_existing=True)).all()
    for flag in flags:
        flag.escalated_at = now
        audit.record(session, vault, "system", "flag.escalate", f"flag:{flag.id}", now)
    if flags:
        _write(session, vault, _coordinators(session), "flag_waits", now)
    return len(flags)


def _find_waiting(session: Session, sitting: Sitting, key: bytes) -> set[str]:
    """Return which flags of a sitting nobody has taken up yet; the rows are held, so that nobody does meanwhile."""
    rows = select(RaisedFlag).where(RaisedFlag.sitting_id == sitting.id, RaisedFlag.taken_at.is_(None))
    return {open_flag(key, row) for row in session.scalars(rows.with_for_update()) if row.content}


def _write(session: Session, vault: Vault, people: Iterable[Staff], template: str, now: datetime) -> None:
    """Put one mail a person in the outbox; it says where to look and nothing of whom."""
    key = school_key(session, vault)
    for one in people:
        address = vault.open_json(key, f"staff:{one.id}:profile", one.profile)["email"]
        row = mail.write(session, key, mail.Letter(address, template, one.language), now)
        jobs.plan(session, "send_mail", row.id)


def _receivers(session: Session, sitting: Sitting, role: Role) -> list[Staff]:
    """Return the class's mentor and deputy; the coordinators when it is theirs, or when neither works there now."""
    if role is Role.mentor:
        group = (
            select(Group.id, mentor_of(), Student.mentor_id)
            .join(Student, Student.group_id == Group.id)
            .join(Invitation, Invitation.student_id == Student.id)
            .where(Invitation.id == sitting.invitation_id)
        )
        group_id, mentor_id, passed_to = session.execute(group).one()
        deputies = select(Deputy.staff_id).where(Deputy.group_id == group_id)
        # Who stands in for the class's mentor does not see a student who was passed to somebody else.
        deputy_id = session.scalars(deputies).one_or_none() if passed_to is None else None
        named = select(Staff).where(Staff.id.in_((mentor_id, deputy_id)), Staff.disabled_at.is_(None))
        if people := list(session.scalars(named.order_by(Staff.id))):
            return people
    return _coordinators(session)


def _coordinators(session: Session) -> list[Staff]:
    """Return the coordinators who work at the school; without one the administrators, who can name one."""
    working = select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.id)
    for role in (Role.coordinator, Role.administrator):
        if people := list(session.scalars(working.where(Staff.role == role))):
            return people
    return []
