"""How far a round is: counts by class, and where each student stands; as plain values, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from survey.inviting import WhyNot
from survey.records import open_name, open_profile, school_key
from survey.response import FINISHED
from survey.store.inviting import Delivery, is_of, looked_after_by
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, Round, Sitting
from survey.store.traces import Mail
from survey.vault import Vault

UNREACHED = ("bounced", "failed", WhyNot.NOWHERE, WhyNot.TOO_LATE)


class Stand(StrEnum):
    """Where a student stands in a round, the furthest that is so."""

    UNASKED = "unasked"
    PLANNED = "planned"  # the first message is to be written
    INVITED = "invited"
    UNREACHED = "unreached"  # the message came back, failed, came too late, or there is no address
    OPENED = "opened"  # pressed Start; looking at the start page counts for nothing, since mail scanners do so
    STARTED = "started"
    FINISHED = "finished"
    DISCUSSED = "discussed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: Who is still written to in a round.
WRITABLE = (Stand.PLANNED, Stand.INVITED, Stand.UNREACHED, Stand.OPENED, Stand.STARTED)
#: Of the document's stage (handover.state.Stage) those that a list of a round names.
STAGES = {
    "agreed": Stand.AGREED,
    "final": Stand.AGREED,
    "sent": Stand.AGREED,
    "refused": Stand.REFUSED,
    "withdrawn": Stand.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class in a round."""

    group_id: str
    name: str
    mentor: str
    students: int  # in the class, asked or not
    asked: int  # take part: they have a link, written to or not
    to_ask: int  # whom no first message went to or is planned for; who finished needs none
    unreached: int  # of those who have not started
    started: int
    finished: int


@dataclass(frozen=True, slots=True)
class Follow:
    """A student in a round."""

    student_id: str
    name: str
    first_name: str
    stand: Stand
    done: int
    total: int
    reach: str
    reminded: int
    remind_at: datetime | None
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that was not delivered: to whom, why, and the student it is for, if any."""

    mail_id: str
    state: str
    problem: str
    attempts: int
    at: datetime
    student_id: str | None
    name: str
    round_name: str


def count_classes(session: Session, vault: Vault, round_: Round, mentor_id: str | None = None) -> list[ClassCount]:
    """Return every class of the school, or of one person, with how far it is; one query."""
    statement = (
        select(
            Group,
            Staff,
            func.count(Student.id),
            func.count(Invitation.id),
            _sum(_is_to_ask()),
            _sum(and_(Invitation.reach.in_(UNREACHED), Sitting.id.is_(None))),
            func.count(Sitting.id),
            _sum(Sitting.status.in_(FINISHED)),
        )
        .join(Staff, Staff.id == Group.mentor_id)
        .join(Student, Student.group_id == Group.id)
        .outerjoin(Invitation, _of(round_))
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .group_by(Group.id, Staff.id)
        .order_by(Group.name)
    )
    if mentor_id is not None:
        statement = statement.where(looked_after_by(mentor_id))
    key = school_key(session, vault)
    return [
        ClassCount(group.id, group.name, open_name(key, staff), *(int(number or 0) for number in numbers))
        for group, staff, *numbers in session.execute(statement)
    ]


def count_late(session: Session, round_: Round) -> int:
    """Return to how many students no message left, since the round closes before it may."""
    statement = select(func.count()).select_from(Invitation).outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
    late = Invitation.round_id == round_.id, Invitation.reach == WhyNot.TOO_LATE, Invitation.revoked_at.is_(None)
    return session.scalar(statement.where(*late, Sitting.id.is_(None))) or 0


def count_wall(session: Session, group_id: str, round_id: str) -> tuple[int, int, int]:
    """Return how many of a class have finished, are busy, and are asked; what the wall shows, in one small query."""
    statement = (
        select(_sum(Sitting.status.in_(FINISHED)), func.count(Sitting.id), func.count())
        .select_from(Invitation)
        .join(Student, Student.id == Invitation.student_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(
            Student.group_id == group_id, Invitation.round_id == round_id, Invitation.revoked_at.is_(None)
        )
    )
    finished, begun, asked = (int(number or 0) for number in session.execute(statement).one())
    return finished, begun - finished, asked


def get_students(
    session: Session, vault: Vault, round_: Round, group_id: str, own: str | None = None
) -> list[Follow]:
    """Return where each student of a class, or those who are `own` of somebody, stands in a round, by name."""
    statement = (
        select(Student, Invitation, Sitting)
        .outerjoin(Invitation, _of(round_))
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Student.group_id == group_id)
    )
    if own is not None:
        statement = statement.join(Group, Group.id == Student.group_id).where(is_of(own))
    key = school_key(session, vault)
    rows = session.execute(statement)
    found = [(open_profile(key, student), student, invitation, sitting) for student, invitation, sitting in rows]
    found.sort(key=lambda one: one[0].sort_key)
    return [
        Follow(
            student_id=student.id,
            name=profile.name,
            first_name=profile.first_name,
            stand=_stand(student, invitation, sitting),
            done=sitting.done if sitting else 0,
            total=sitting.total if sitting else 0,
            reach=invitation.reach if invitation else "",
            reminded=invitation.reminded if invitation else 0,
            remind_at=invitation.remind_at if invitation else None,
            is_quiet=bool(invitation and invitation.quiet_at),
        )
        for profile, student, invitation, sitting in found
    ]


def get_troubles(session: Session, vault: Vault, limit: int = 200) -> list[Trouble]:
    """Return the messages that came back or failed, or were tried more than once, the newest first."""
    statement = (
        select(Mail, Student, Round.name)
        .outerjoin(Delivery, Delivery.mail_id == Mail.id)
        .outerjoin(Invitation, Invitation.id == Delivery.invitation_id)
        .outerjoin(Student, Student.id == Invitation.student_id)
        .outerjoin(Round, Round.id == Invitation.round_id)
        .where(or_(Mail.state.in_(("bounced", "failed")), and_(Mail.state == "waiting", Mail.attempts > 1)))
        .order_by(Mail.created_at.desc(), Mail.id)
        .limit(limit)
    )
    key = school_key(session, vault)
    return [
        Trouble(
            mail_id=mail.id,
            state=mail.state,
            problem=mail.problem,
            attempts=mail.attempts,
            at=mail.created_at,
            student_id=student.id if student else None,
            name=open_profile(key, student).name if student else "",
            round_name=round_name or "",
        )
        for mail, student, round_name in session.execute(statement)
    ]


def _of(round_: Round) -> ColumnElement[bool]:
    return and_(
        Invitation.student_id == Student.id, Invitation.round_id == round_.id, Invitation.revoked_at.is_(None)
    )


def _is_to_ask() -> ColumnElement[bool]:
    unwritten = and_(Invitation.invited_at.is_(None), Invitation.remind_at.is_(None), Invitation.reach == "")
    return or_(Invitation.id.is_(None), and_(unwritten, func.coalesce(Sitting.status, "").not_in(FINISHED)))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _stand(student: Student, invitation: Invitation | None, sitting: Sitting | None) -> Stand:
    """Return how far a student is; a talk counts once everything was sent."""
    if invitation is None:
        return Stand.UNASKED
    if sitting is None:
        if invitation.reach in UNREACHED:
            return Stand.UNREACHED
        return Stand.PLANNED if invitation.invited_at is None and invitation.remind_at else Stand.INVITED
    if sitting.status not in FINISHED:
        return Stand.STARTED if sitting.done else Stand.OPENED
    if sitting.stage in STAGES:
        return STAGES[sitting.stage]
    was_spoken = bool(student.spoken_at and sitting.sent_at and student.spoken_at >= sitting.sent_at)
    return Stand.DISCUSSED if was_spoken else Stand.FINISHED
