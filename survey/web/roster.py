"""The students of a school: found, added by hand, corrected, moved to another class."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import audit, directory, municipalities, places, students
from survey.access import Action, Role, Staff, may, policy
from survey.intake import check_row
from survey.profile import DAYS, Profile
from survey.records import open_profile, school_key
from survey.store.people import Group, Student
from survey.web import saying
from survey.web.current import now, session, vault, words
from survey.web.packages import say_municipality
from survey.web.sign_in import person, records, render

bp = Blueprint("roster", __name__, url_prefix="/staff/roster")

KEEPERS = Staff(Role.coordinator, Role.administrator)
#: What the form has, in its order; those of a profile, and the class and municipality by their codes.
FIELDS = (
    "number", "first_name", "infix", "last_name", "birth_date", "email", "phone", "second_contact", "preferred_time",
    "postcode", "place", "programme", "crebo", "level", "track", "location", "diploma_date", "last_day",
)  # fmt: skip
NEEDED = ("number", "first_name", "last_name")
KINDS = {"email": "email", "phone": "tel"}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form as it is shown."""

    name: str
    label: str
    value: str
    kind: str
    hint: str
    mistake: str
    is_needed: bool


@bp.get("")
@policy(KEEPERS)
def show() -> str:
    """Show the students by name, those that are searched for."""
    search = request.args.get("search", "").strip()[:100]
    group_id, page = request.args.get("group", ""), request.args.get("page", 1, type=int)
    found = directory.find(session(), vault(), search, group_id, page)
    return render(
        "roster/list",
        found=found,
        rows=[_line(one) for one in found.people],
        search=search,
        group_id=group_id,
        groups=[(group.id, group.name) for group in directory.get_groups(session())],
        to_confirm=places.count_asked(session()),
        may_export=may(person().role, Action.export),
        may_ask=person().role is Role.coordinator,
    )


@bp.get("/new")
@policy(KEEPERS)
def show_new() -> str:
    """Show an empty form."""
    return _form(None, {"group_id": request.args.get("group", "")}, {})


@bp.post("/new")
@policy(KEEPERS)
def add() -> ResponseReturnValue:
    """Add one student by hand."""
    profile, errors = _read(request.form)
    group = session().get(Group, request.form.get("group_id", ""))
    if group is None:
        errors["group_id"] = words().text("Choose a class.")
    if errors or group is None or profile is None:
        return _form(None, request.form, errors), 422
    code = request.form.get("municipality", "")
    try:
        made = students.add(session(), vault(), group, profile, _code(code), person().actor, now())
    except students.NumberTaken as taken:
        return _form(None, request.form, _say_taken(taken)), 422
    if not code:
        _guess(made, profile)
    return redirect(url_for("roster.show_student", student_id=made.id, saved="1"), 303)


@bp.get("/<student_id>")
@policy(KEEPERS)
@records
def show_student(student_id: str) -> str:
    """Show what the school knows of a student, to correct; who looked is recorded."""
    student = get(student_id)
    audit.record(session(), vault(), person().actor, "student.facts", f"student:{student.id}", now())
    profile = open_profile(school_key(session(), vault()), student)
    values = {name: _written(profile, name) for name in FIELDS}
    values |= {"group_id": student.group_id, "municipality": student.municipality or ""}
    return _form(student, values, {})


@bp.post("/<student_id>")
@policy(KEEPERS)
def correct(student_id: str) -> ResponseReturnValue:
    """Store what was corrected; each fact leaves its trace."""
    student = get(student_id)
    before = open_profile(school_key(session(), vault()), student)
    profile, errors = _read(request.form, before)
    group = session().get(Group, request.form.get("group_id", ""))
    if group is None:
        errors["group_id"] = words().text("Choose a class.")
    if errors or group is None or profile is None:
        return _form(student, request.form, errors), 422
    code = _code(request.form.get("municipality", ""))
    try:
        students.correct(session(), vault(), student, profile, group, code, person().actor, now())
    except students.NumberTaken as taken:
        return _form(student, request.form, _say_taken(taken)), 422
    return redirect(url_for("roster.show_student", student_id=student.id, saved="1"), 303)


def get(student_id: str) -> Student:
    """Return a student of the school, else 404."""
    return session().get(Student, student_id) or abort(404)


def _line(one: directory.Person) -> dict[str, object]:
    return {
        "url": url_for("roster.show_student", student_id=one.id),
        "name": one.profile.name,
        "id": one.id,
        "number": one.profile.number,
        "group": one.group,
        "municipality": say_municipality(one.municipality, words()),
        "confirmed": one.municipality_by == places.Basis.PERSON,
        "reach": ", ".join(part for part in (one.profile.email, one.profile.phone) if part),
    }


def _read(form: object, before: Profile | None = None) -> tuple[Profile | None, dict[str, str]]:
    """Return the profile that a form gives, or what is wrong with it by field; the same rules as for lists."""
    cells = [request.form.get(name, "").strip() for name in FIELDS]
    row = check_row(0, [*cells, "-"], {name: index for index, name in enumerate((*FIELDS, "group"))}, now().date())
    errors = {mistake.field: saying.say_mistake(mistake, words()) for mistake in row.mistakes}
    if errors:
        return None, errors
    facts = {name: row.facts[name] for name in FIELDS if name in row.facts}
    kept = {"municipality_text": before.municipality_text} if before else {}
    return Profile.from_json({**{name: str(value) for name, value in facts.items()}, **kept}), {}


def _code(written: str) -> str | None:
    return written if written in municipalities.names() else None


def _guess(student: Student, profile: Profile) -> None:
    """Fill in the municipality as far as it can be told; somebody confirms it later."""
    found = places.guess(profile, places.get_known(session(), vault(), [profile]))
    student.municipality, student.municipality_by = found.code, found.basis


def _written(profile: Profile, name: str) -> str:
    value = getattr(profile, name)
    return f"{value.day}-{value.month}-{value.year}" if name in DAYS and value else str(value or "")


def _say_taken(taken: students.NumberTaken) -> dict[str, str]:
    other = session().get_one(Student, taken.student_id)
    name = open_profile(school_key(session(), vault()), other).name
    return {"number": words().text("{name} has this number already.", name=name)}


def _form(student: Student | None, values: object, errors: dict[str, str]) -> str:
    given = dict(values)  # type: ignore[call-overload]
    hints = {
        "birth_date": words().text("For example 12-6-2007"),
        "infix": words().text("For example van den"),
        "level": words().text("1 (entree), 2, 3 or 4"),
        "track": words().text("BOL, BBL or OVO"),
    }
    entries = [
        Entry(
            name, saying.say_field(name, words()), given.get(name, ""), KINDS.get(name, "text"), hints.get(name, ""),
            errors.get(name, ""), name in NEEDED,
        )  # fmt: skip
        for name in FIELDS
    ]
    return render(
        "roster/student",
        student_id=student.id if student else None,
        student=" ".join(filter(None, (given.get(part) for part in ("first_name", "infix", "last_name")))),
        entries=entries,
        groups=[(group.id, group.name) for group in directory.get_groups(session())],
        group_id=given.get("group_id", ""),
        municipality=given.get("municipality", ""),
        confirmed=student is None or student.municipality_by == places.Basis.PERSON,
        region=municipalities.region_of(given.get("municipality") or None, now().year),
        all_municipalities=municipalities.by_name(),
        errors=errors,
        saved="saved" in request.args,
        may_merge=may(person().role, Action.merge_students),
        action=url_for("roster.correct", student_id=student.id) if student else url_for("roster.add"),
    )
