"""Two records of one student made one, and a student removed: what hangs on them goes along, with a trace."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import directory, students
from survey.access import Role, Staff, policy
from survey.records import open_profile, school_key
from survey.store.people import Student
from survey.web.current import now, session, vault, words
from survey.web.roster import get
from survey.web.sign_in import person, render

bp = Blueprint("mending", __name__, url_prefix="/staff/roster")

MENDERS = Staff(Role.coordinator)
CHOICES = 20


@bp.get("/<student_id>/merge")
@policy(MENDERS)
def show_merge(student_id: str) -> str:
    """Choose the other record, then see what making one of both would do."""
    kept = get(student_id)
    other = _find_other(kept)
    return _merge_page(kept, other)


@bp.post("/<student_id>/merge")
@policy(MENDERS)
def merge(student_id: str) -> ResponseReturnValue:
    """Make one record of two; everything of the other goes along."""
    kept, other = get(student_id), _find_other(get(student_id))
    if other is None:
        return _merge_page(kept, None), 422
    try:
        students.merge(session(), vault(), kept, other, person().actor, now())
    except students.BothAnswered:
        return _merge_page(kept, other), 422
    return redirect(url_for("roster.show_student", student_id=kept.id, saved="1"), 303)


@bp.get("/<student_id>/remove")
@policy(MENDERS)
def show_remove(student_id: str) -> str:
    """Ask whether a student and all that belongs to them is to be erased."""
    return _remove_page(get(student_id), False)


@bp.post("/<student_id>/remove")
@policy(MENDERS)
def remove(student_id: str) -> ResponseReturnValue:
    """Erase a student who has not sent answers, with all that belongs to them."""
    student = get(student_id)
    try:
        students.remove(session(), vault(), student, person().actor, now())
    except students.Kept:
        return _remove_page(student, True), 422
    return redirect(url_for("roster.show"), 303)


def _find_other(kept: Student) -> Student | None:
    """Return the other record that the address or the form names; None when it names none, or the same one."""
    wanted = request.values.get("other", "")
    return session().get(Student, wanted) if wanted and wanted != kept.id else None


def _merge_page(kept: Student, other: Student | None) -> str:
    key = school_key(session(), vault())
    profile, search = open_profile(key, kept), request.values.get("search", "").strip()[:100]
    plan: students.Merger | None = None
    both: tuple[str, ...] = ()
    if other is not None:
        try:
            plan = students.plan_merge(session(), kept, other)
        except students.BothAnswered as refusal:
            both = refusal.rounds
    found = directory.find(session(), vault(), search or profile.last_name).people if other is None else []
    return render(
        "roster/merge",
        kept=_line(kept, profile.name, profile.number),
        other=_line(other, open_profile(key, other).name, open_profile(key, other).number) if other else None,
        plan=plan,
        both=both,
        search=search,
        choices=[
            {"url": url_for("mending.show_merge", student_id=kept.id, other=one.id), "name": one.profile.name,
             "number": one.profile.number, "group": one.group}
            for one in found[:CHOICES]
            if one.id != kept.id
        ],
        mistake=words().text("Choose the other record first.") if request.method == "POST" and other is None else "",
    )  # fmt: skip


def _line(student: Student, name: str, number: str) -> dict[str, str]:
    return {"id": student.id, "name": name, "number": number}


def _remove_page(student: Student, refused: bool) -> str:
    profile = open_profile(school_key(session(), vault()), student)
    return render("roster/remove", student_id=student.id, student=profile.name, refused=refused)
