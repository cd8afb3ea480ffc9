"""How long a school keeps what it knows, and erasing what is past that term.

The answers of a sitting with their results and documents go on the day after the one that the newest version of the
document names, whatever the term is now; without a version, so many months after they were last changed and the round
closed. The student's record with its contacts goes when no answers are left, and nothing of it is younger than the
term: that it was added, a round in which the student was asked, the last entry in the log.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from survey import erased
from survey.erase import erase_sitting
from survey.hours import ZONE
from survey.review import months_after
from survey.school import get_settings
from survey.sitting import Status
from survey.store.casework import CaseEntry
from survey.store.people import Group, Student
from survey.store.surveying import Invitation, Review, Round, Sitting
from survey.vault import Vault

ACTION = "student.expire"
#: How far ahead people are told what will go.
AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Due:
    """What goes until a day: the ids of sittings and of students, each with the name of the class."""

    sittings: dict[str, str]
    students: dict[str, str]

    def by_class(self) -> list[tuple[str, int, int]]:
        """Return class, number of students whose answers go, and number who go altogether, by name of the class."""
        answers, whole = Counter(self.sittings.values()), Counter(self.students.values())
        return [(name, answers[name], whole[name]) for name in sorted(answers.keys() | whole.keys())]


def find_due(session: Session, day: date, most: int | None = None) -> Due:
    """Return what the school of this session no longer keeps on a day, `most` of each; two queries.

    A student whose last answers are among what goes is there too.
    """
    cutoff = datetime.combine(first_kept(day, get_settings(session).retention_months), time(), ZONE)
    sittings = (
        select(Sitting.id, Group.name)
        .select_from(Sitting)
        .join(Invitation, Sitting.invitation_id == Invitation.id)
        .join(Round, Round.id == Invitation.round_id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .where(_is_over(day, cutoff))
        .order_by(Sitting.id)
    )
    students = select(Student.id, Group.name).join(Group, Group.id == Student.group_id)
    students = students.where(*_is_past(day, cutoff)).order_by(Student.id)
    found = (session.execute(each.limit(most)) for each in (sittings, students))
    return Due(*({id_: group for id_, group in rows} for rows in found))


def first_kept(day: date, months: int) -> date:
    """Return the first day of which the term of so many months is not over yet on a day.

    Some days end their terms together, as 28 to 31 August do in February: so many months back from a day need not lead
    to the day that leads to it.
    """
    back = months_after(day, -months)
    return back if months_after(back, months) >= day else back + timedelta(days=1)


def expire(session: Session, vault: Vault, now: datetime, most: int) -> int:
    """Erase what the school of this session no longer keeps, `most` of each; return how much. The caller commits."""
    due = find_due(session, now.astimezone(ZONE).date(), most)
    done = 0
    for sitting_id in due.sittings:
        sitting = session.get(Sitting, sitting_id)
        done += sitting is not None and erase_sitting(session, vault, sitting, erased.SYSTEM, now)
    for student_id in due.students:
        done += erased.remove(session, vault, student_id, ACTION, now)
    return done


def _is_over(day: date, cutoff: datetime) -> ColumnElement[bool]:
    """Return the criterion that the term of a sitting is over, in a statement that has its round."""
    finalised, until = (
        select(column).where(Review.sitting_id == Sitting.id).order_by(Review.number.desc()).limit(1).scalar_subquery()
        for column in (Review.created_at, Review.kept_until)
    )
    return and_(
        Sitting.status != Status.ERASED,
        or_(
            until < day,
            and_(until.is_(None), finalised < cutoff),
            and_(finalised.is_(None), Sitting.changed_at < cutoff, Round.closes_at < cutoff),
        ),
    )


def _is_past(day: date, cutoff: datetime) -> list[ColumnElement[bool]]:
    """Return the criteria that nothing of a student is within the term any more."""
    asked = Invitation.student_id == Student.id
    open_ = exists().where(asked, Round.id == Invitation.round_id, Round.closes_at >= cutoff)
    kept = exists().where(
        asked, Round.id == Invitation.round_id, Sitting.invitation_id == Invitation.id,
        Sitting.status != Status.ERASED, ~_is_over(day, cutoff),
    )  # fmt: skip
    written = exists().where(CaseEntry.student_id == Student.id, CaseEntry.created_at >= cutoff)
    return [Student.added_at < cutoff, ~open_, ~kept, ~written]
