"""Filling in together: begin from the student's page, the same question pages in the colleague's browser, and stop."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, g, redirect, request
from flask import session as cookie
from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug import Response

from survey import accounts, route
from survey import sitting as stage
from survey import together
from survey.access import Action, Role, Staff, may, policy
from survey.store.inviting import is_of
from survey.store.people import Group
from survey.store.people import Staff as Colleague
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting
from survey.together import How
from survey.web import reach, respondent, ways
from survey.web.current import now, session, vault, words
from survey.web.limits import READING
from survey.web.sections import head
from survey.web.sign_in import cookie_name, person, render

bp = Blueprint("together", __name__, url_prefix="/staff")

KEY = "together"  # in the cookie: the time that this browser is in
KEPT = ("staff_language",)  # of the cookie, over the change of visitor
#: What a colleague may do on the student's pages. Not among it: correct, delete, agree, and read what was sent alone.
OPEN = frozenset(
    {"respond.ask", "respond.answer", "respond.check", "respond.send", "respond.change_language", "afterwards.done",
     "slow.show", "slow.answer", "sound.play", "notice.show"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """Who sits beside the student, for the banner of each page."""

    staff_id: str
    name: str
    by_phone: bool


@bp.get("/students/<student_id>/together")
@policy(Staff(Role.mentor, Role.coordinator))
def show(student_id: str) -> str:
    """Say what filling in together is, and ask how."""
    student, group = reach.get_student(student_id)
    sitting, _ = reach.choose_sitting(student)
    status = sitting.status if sitting else None
    return render(
        "together",
        student=head(student, group, ""),
        is_sent=status not in (None, stage.Status.STARTED, stage.Status.ERASED),
        is_begun=status == stage.Status.STARTED,
        times=together.get_times(session(), vault(), sitting.id) if sitting else [],
    )


@bp.post("/students/<student_id>/together")
@policy(Staff(Role.mentor, Role.coordinator))
def begin(student_id: str) -> ResponseReturnValue:
    """Begin, bind this browser to the sitting, and go to the first open question."""
    student, _ = reach.get_student(student_id)
    how = request.form.get("how", "")
    if how not in How.__members__.values():
        return redirect(url_for("together.show", student_id=student.id, round=request.args.get("round")), 303)
    _, round_ = reach.choose_sitting(student)
    asked = select(Invitation).where(
        Invitation.student_id == student.id, Invitation.round_id == round_.id, Invitation.revoked_at.is_(None)
    )
    invitation, me = session().scalars(asked).one(), session().get_one(Colleague, person().id)
    language = "nl"
    try:
        sitting, row = together.begin(session(), vault(), invitation, me, How(how), language, now())
    except stage.AlreadySent:
        return redirect(url_for("staff.show_student", student_id=student.id, round=round_.id), 303)
    kept = {name: cookie[name] for name in KEPT if name in cookie}
    cookie.clear()
    respondent.remember(sitting, invitation)
    cookie.update(kept | {KEY: row.id})
    definition, answers = stage.read(session(), vault(), sitting)
    if not answers.values:
        return ways.go_to(route.find_path(definition, {}).pages[0])
    return ways.go_on(definition, answers.values, verder="1")


@bp.post("/together/stop")
@policy(Staff(Role.mentor, Role.coordinator))
def stop() -> Response:
    """End it: this browser forgets the student's pages, and goes back to the student's page of the school."""
    sitting_id, together_id = cookie.get("sitting", ""), cookie.get(KEY, "")
    row = together.find_open(session(), together_id, sitting_id, person().id) if together_id else None
    leave()
    if row is None:
        return redirect(url_for("staff.home"), 303)
    together.end(session(), row, now())
    invitation_id = session().get_one(Sitting, sitting_id).invitation_id
    invitation = session().get_one(Invitation, invitation_id)
    address = url_for("staff.show_student", student_id=invitation.student_id, round=invitation.round_id)
    return redirect(address, 303)


def leave() -> None:
    """Forget the student in this browser, and nothing else."""
    kept = {name: cookie[name] for name in KEPT if name in cookie}
    cookie.clear()
    cookie.update(kept)


def enter(sitting: Sitting, student: Student) -> ResponseReturnValue | None:
    """Let a colleague in to the student's pages as long as the time is open, who is signed in, and has the student.

    None where no colleague sits at this browser, or one who may be there.
    """
    if KEY not in cookie:
        return None
    token = request.cookies.get(cookie_name(), "")
    someone = accounts.find_signed_in(session(), vault(), token, now()) if token else None
    if someone is None or someone.proved_at is None or someone.school_id != sitting.school_id:
        return redirect(url_for("sign_in.show"), 303)
    row = together.find_open(session(), cookie[KEY], sitting.id, someone.id)
    if row is None or not _has(someone, student):
        leave()
        return redirect(url_for("staff.home"), 303)
    if request.endpoint not in OPEN:
        abort(404)
    if request.method not in READING:
        accounts.touch(session(), someone, now())
    g.together = Beside(someone.id, someone.name, row.how == How.PHONE)
    return None


def _has(someone: accounts.Person, student: Student) -> bool:
    if may(someone.role, Action.see_every_class):
        return True
    own = select(Student.id).join(Group, Group.id == Student.group_id)
    return session().scalars(own.where(Student.id == student.id, is_of(someone.id))).first() is not None


def actor() -> str | None:
    """Return who answers when it is not the student alone, as the record names it."""
    beside: Beside | None = g.get("together")
    return f"staff:{beside.staff_id}" if beside else None


@bp.app_template_global()
def times_together() -> list[str]:
    """Return in words when the visitor's sitting was filled in together with whom."""
    said = words()
    if "visit" not in g:
        return []
    return [
        said.text("You did this together with {name}, on {day}.", name=one.by, day=said.day_of_month(one.started_at))
        for one in together.get_times(session(), vault(), g.visit.sitting.id)
    ]
