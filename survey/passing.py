"""Whose a student is: passed to a colleague with a reason, moved to another class, and who stands in; with a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from survey import audit
from survey.access import Action, Role, may
from survey.records import open_case, open_name, school_key, seal_case
from survey.store.casework import Passing
from survey.store.inviting import Deputy, Sheet
from survey.store.people import Group, Staff, Student
from survey.store.types import new_id
from survey.vault import Vault

LONGEST = 300


class BadPassing(ValueError):
    """A student who cannot be passed so; `field` and `code` (missing, long, same, unknown) name what is wrong."""

    def __init__(self, field: str, code: str) -> None:
        """Keep where and what."""
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class Passed:
    """That a student was passed on, opened."""

    to: str
    by: str
    reason: str
    at: datetime


def pass_to(
    session: Session, vault: Vault, student: Student, mentor: Staff, staff: Staff, reason: str, now: datetime
) -> None:
    """Make a student another mentor's, who alone sees the student from then on; back to the class's is the same act.

    Papers of the class that were made before go: they name the student.
    Raises BadPassing.
    """
    if not reason.strip():
        raise BadPassing("reason", "missing")
    if len(reason) > LONGEST:
        raise BadPassing("reason", "long")
    if mentor.disabled_at is not None or not may(Role(mentor.role), Action.see_student):
        raise BadPassing("mentor", "unknown")
    own = session.get_one(Group, student.group_id).mentor_id
    if mentor.id == (student.mentor_id or own):
        raise BadPassing("mentor", "same")
    id_ = new_id()
    session.add(
        Passing(
            id=id_,
            school_id=student.school_id,
            student_id=student.id,
            mentor_id=mentor.id,
            staff_id=staff.id,
            content=seal_case(school_key(session, vault), Passing, id_, {"reason": reason}),
            created_at=now,
        )
    )
    student.mentor_id = None if mentor.id == own else mentor.id
    names_students = Sheet.kind != "poster"  # papers.Kind
    session.execute(delete(Sheet).where(Sheet.group_id == student.group_id, names_students))
    audit.record(session, vault, f"staff:{staff.id}", "student.pass", f"student:{student.id}", now)


def move(session: Session, vault: Vault, student: Student, group: Group, staff: Staff, now: datetime) -> bool:
    """Put a student in another class; False when the student is in it already."""
    if student.group_id == group.id:
        return False
    student.group_id = group.id
    audit.record(session, vault, f"staff:{staff.id}", "student.move", f"student:{student.id}", now)
    return True


def name_deputy(session: Session, vault: Vault, group: Group, deputy: Staff | None, actor: str, now: datetime) -> bool:
    """Say who stands in for a class's mentor, or nobody; False where it was so already.

    Raises BadPassing for the mentor, and for who may not see students.
    """
    if deputy is not None:
        if deputy.id == group.mentor_id:
            raise BadPassing("deputy", "same")
        if deputy.disabled_at is not None or not may(Role(deputy.role), Action.see_student):
            raise BadPassing("deputy", "unknown")
    before = session.scalars(select(Deputy).where(Deputy.group_id == group.id)).one_or_none()
    if (before.staff_id if before else None) == (deputy.id if deputy else None):
        return False
    if before is not None:
        session.delete(before)
        session.flush()
    if deputy is not None:
        session.add(Deputy(school_id=group.school_id, group_id=group.id, staff_id=deputy.id))
    action = "class.name_deputy" if deputy else "class.drop_deputy"
    audit.record(session, vault, actor, action, f"class:{group.id}", now)
    return True


def get_colleagues(session: Session, vault: Vault) -> dict[str, str]:
    """Return who can have students, by id, with the names in order."""
    key = school_key(session, vault)
    people = session.scalars(select(Staff).where(Staff.disabled_at.is_(None)))
    found = {one.id: open_name(key, one) for one in people if may(Role(one.role), Action.see_student)}
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


def get_passings(session: Session, vault: Vault, student_id: str) -> list[Passed]:
    """Return when a student was passed on, the newest first."""
    to, by = aliased(Staff), aliased(Staff)
    statement = (
        select(Passing, to, by)
        .join(to, to.id == Passing.mentor_id)
        .join(by, by.id == Passing.staff_id)
        .where(Passing.student_id == student_id)
        .order_by(Passing.created_at.desc(), Passing.id)
    )
    key = school_key(session, vault)
    return [
        Passed(open_name(key, mentor), open_name(key, staff), open_case(key, row)["reason"], row.created_at)
        for row, mentor, staff in session.execute(statement)
    ]
