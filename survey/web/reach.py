"""Which rounds, classes and students a signed-in person reaches; what is out of reach does not exist (404)."""

from __future__ import annotations

from flask import abort, request
from sqlalchemy import select

from survey.access import Action, may
from survey.store.inviting import Deputy, is_of
from survey.store.people import Group, Student
from survey.store.surveying import Invitation, RaisedFlag, Round, Sitting, StoredReport
from survey.web.current import session
from survey.web.sign_in import person


def own_id() -> str | None:
    """Return the mentor to whose classes the person is limited; None for who may see every class."""
    return None if may(person().role, Action.see_every_class) else person().id


def get_group(group_id: str) -> Group:
    """Return a class within reach, else 404."""
    group = session().get(Group, group_id)
    if group is None or not (sees_whole(group) or _has_passed(group)):
        abort(404)
    return group


def get_whole_group(group_id: str) -> Group:
    """Return a class of which the person may see every student, else 404: one who was passed is not enough."""
    group = get_group(group_id)
    return group if sees_whole(group) else abort(404)


def sees_whole(group: Group) -> bool:
    """Return whether the person may see every student of a class."""
    return leads(group) or _stands_in(group)


def leads(group: Group) -> bool:
    """Return whether the person says who stands in for the class's mentor: the mentor, or who sees every class."""
    return own_id() in (None, group.mentor_id)


def _stands_in(group: Group) -> bool:
    """Return whether the person is the deputy of a class's mentor."""
    named = select(Deputy.id).where(Deputy.group_id == group.id, Deputy.staff_id == person().id)
    return session().scalars(named).first() is not None


def _has_passed(group: Group) -> bool:
    """Return whether a student of this class was passed to the person."""
    passed = select(Student.id).where(Student.group_id == group.id, Student.mentor_id == person().id).limit(1)
    return session().scalars(passed).first() is not None


def get_student(student_id: str) -> tuple[Student, Group]:
    """Return a student with the class, within reach, else 404: whom a student was passed to has the student alone."""
    statement = select(Student, Group).join(Group, Group.id == Student.group_id).where(Student.id == student_id)
    if (own := own_id()) is not None:
        statement = statement.where(is_of(own))
    found = session().execute(statement).one_or_none()
    if found is None:
        abort(404)
    student, group = found
    return student, group


def get_round(round_id: str) -> Round:
    """Return a round of the school, else 404."""
    return session().get(Round, round_id) or abort(404)


def get_rounds_of(group: Group) -> list[Round]:
    """Return the rounds in which this class is asked, the newest first."""
    asked = (
        select(Invitation.round_id)
        .join(Student, Student.id == Invitation.student_id)
        .where(Student.group_id == group.id, Invitation.revoked_at.is_(None))
    )
    return list(session().scalars(select(Round).where(Round.id.in_(asked)).order_by(Round.opens_at.desc(), Round.id)))


def choose_round(choices: list[Round]) -> Round:
    """Return the round that the address names with ?round=, else the first; 404 where there is none such."""
    wanted = request.args.get("round")
    chosen = next((round_ for round_ in choices if wanted in (None, "", round_.id)), None)
    return chosen or abort(404)


def choose_sitting(student: Student) -> tuple[Sitting | None, Round]:
    """Return the round that the address names with ?round=, else the newest, with the sitting in it; or 404."""
    statement = (
        select(Sitting, Round)
        .select_from(Invitation)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Invitation.student_id == student.id, Invitation.revoked_at.is_(None))
        .order_by(Round.opens_at.desc(), Round.id)
    )
    found = {round_.id: (sitting, round_) for sitting, round_ in session().execute(statement)}
    wanted = request.args.get("round") or next(iter(found), "")
    return found.get(wanted) or abort(404)


def get_started(student: Student) -> Sitting:
    """Return the sitting of that round; 404 where the student has not started."""
    return choose_sitting(student)[0] or abort(404)


def get_flag(flag_id: str) -> RaisedFlag:
    """Return a flag within reach, else 404."""
    flag = session().get(RaisedFlag, flag_id)
    if flag is None:
        abort(404)
    get_student_of(flag.sitting_id)
    return flag


def get_report(report_id: str) -> tuple[StoredReport, Sitting, Student, Group]:
    """Return a document within reach with whose it is, else 404."""
    report = session().get(StoredReport, report_id)
    if report is None:
        abort(404)
    return report, *get_student_of(report.sitting_id)


def get_student_of(sitting_id: str) -> tuple[Sitting, Student, Group]:
    """Return a sitting and whose it is, within reach, else 404."""
    statement = (
        select(Sitting, Invitation.student_id)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .where(Sitting.id == sitting_id)
    )
    sitting, student_id = session().execute(statement).one()
    return sitting, *get_student(student_id)
