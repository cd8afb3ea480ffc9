"""Response by day: how many of a round, or of one class in it, were written to, started and finished on each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.hours import ZONE
from survey.store.inviting import is_of
from survey.store.people import Student
from survey.store.surveying import Invitation, Round, Sitting
from survey.store.types import utc_hour

FINISHED = ("sent", "final")


@dataclass(frozen=True, slots=True)
class Day:
    """A day at the school: how many were written to for the first time, pressed Start, sent for the last time."""

    day: date
    invited: int = 0
    started: int = 0
    finished: int = 0


def get_days(
    session: Session, round_: Round, now: datetime, group_id: str | None = None, mentor_id: str | None = None
) -> list[Day]:
    """Return each day from the first on which something was until today, or until the last; three small queries.

    None before anybody was written to or started. Who took the answers back has not finished.
    """
    moments: tuple[Any, ...] = (Invitation.invited_at, Sitting.started_at, Sitting.sent_at)
    invited, started, finished = (_count(session, round_, moment, group_id, mentor_id) for moment in moments)
    busy = {*invited, *started, *finished}
    if not busy:
        return []
    first, last = min(busy), max(*busy, min(now, round_.closes_at).astimezone(ZONE).date())
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [Day(day, invited[day], started[day], finished[day]) for day in days]


def _count(
    session: Session, round_: Round, moment: Any, group_id: str | None, mentor_id: str | None
) -> Counter[date]:
    """Return on which day how many of these moments were, counted by the hour in the database."""
    hour = utc_hour(moment)
    statement = (
        select(hour, func.count())
        .select_from(Invitation)
        .join(Student, Student.id == Invitation.student_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Invitation.round_id == round_.id, Invitation.revoked_at.is_(None), moment.is_not(None))
        .group_by(hour)
    )
    if moment is Sitting.sent_at:
        statement = statement.where(Sitting.status.in_(FINISHED))
    if group_id is not None:
        statement = statement.where(Student.group_id == group_id)
    if mentor_id is not None:
        statement = statement.where(is_of(mentor_id))
    found: Counter[date] = Counter()
    for said, number in session.execute(statement):
        found[datetime.strptime(said, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(ZONE).date()] += number
    return found
