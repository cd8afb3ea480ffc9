"""The accounts of the school: who works here in which role, invited, changed and closed by its administrator."""

from __future__ import annotations

import re
from dataclasses import asdict

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import accounts, colleagues
from survey.access import Role, Staff, policy
from survey.colleagues import Colleague
from survey.store.people import Staff as Row
from survey.web.current import language, now, session, settings, vault, words
from survey.web.sign_in import ROLES, person, render, steps_up

bp = Blueprint("colleagues", __name__, url_prefix="/staff/colleagues")

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_NAME = 80
#: What each role may do, in a sentence beside its name.
MEANS = {
    Role.mentor: "Sees the students of the own classes.",
    Role.coordinator: "Sees every student, and hands over to municipalities.",
    Role.administrator: "Looks after accounts and settings; sees no answers.",
    Role.region: "Sees counts only, of the schools that agreed.",
    Role.privacy_officer: "Reads who saw or changed what; sees no answers.",
    Role.operator: "Sees whether the server is well; sees no names or answers.",
}


@bp.get("")
@policy(Staff(Role.administrator))
def show() -> str:
    """Show the accounts, and the form to invite somebody."""
    return _page()


@bp.post("")
@policy(Staff(Role.administrator))
@steps_up
def invite() -> ResponseReturnValue:
    """Invite a colleague by mail."""
    form = {name: request.form.get(name, "").strip() for name in ("name", "email", "role")}
    errors = _check(form)
    if not errors:
        try:
            role = Role(form["role"])
            base, actor = settings().base_url, person().actor
            colleagues.invite(session(), vault(), base, role, form["name"], form["email"], actor, now(), language())
        except accounts.EmailTaken:
            errors = {"email": words().text("There is an account with this address already.")}
    if errors:
        return _page(form, errors), 422
    return redirect(url_for("colleagues.show", invited=1), 303)


@bp.get("/<colleague_id>")
@policy(Staff(Role.administrator))
def show_one(colleague_id: str) -> str:
    """Show one account, and what can be done with it."""
    return _one(_get(colleague_id))


@bp.post("/<colleague_id>")
@policy(Staff(Role.administrator))
@steps_up
def change(colleague_id: str) -> ResponseReturnValue:
    """Do what the pressed button says; a refusal says why."""
    staff, said = _get(colleague_id), words()
    try:
        errors = _do(request.form.get("do", ""), staff)
    except colleagues.LastAdministrator:
        errors = {"actions": said.text("This is the last administrator. Make somebody else administrator first.")}
    except colleagues.HasClasses:
        errors = {"classes": said.text("Hand the classes and students over to a colleague first.")}
    if errors:
        return _one(_get(colleague_id), errors), 422
    return redirect(url_for("colleagues.show_one", colleague_id=colleague_id, done=1), 303)


def _do(action: str, staff: Row) -> dict[str, str]:
    """Carry out one change; return what is wrong with the form by field."""
    database, keys, actor, moment = session(), vault(), person().actor, now()
    match action:
        case "profile":
            name, phone = request.form.get("name", "").strip(), request.form.get("phone", "").strip()
            if not name or len(name) > LONGEST_NAME or len(phone) > LONGEST_NAME:
                return {"name": words().text("Fill in first and last name.")}
            colleagues.change_profile(database, keys, staff, name, phone, actor, moment)
        case "role":
            if staff.id == person().id:
                return {"role": words().text("Another administrator changes your own role.")}
            if request.form.get("role") not in list(Role):
                return {"role": words().text("Choose a role from the list.")}
            colleagues.change_role(database, keys, staff, Role(request.form["role"]), actor, moment)
        case "link":
            purpose = colleagues.RESET if staff.password else colleagues.INVITE
            colleagues.send_link(database, keys, settings().base_url, staff, purpose, moment)
        case "factors":
            colleagues.clear_factors(database, keys, staff, actor, moment)
        case "classes":
            successor = database.get(Row, request.form.get("successor", ""))
            if successor is None or successor.disabled_at or successor.role not in (Role.mentor, Role.coordinator):
                return {"successor": words().text("Choose a colleague from the list.")}
            colleagues.hand_over(database, keys, staff, successor, actor, moment)
        case "close":
            colleagues.close(database, keys, staff, actor, moment)
        case "reopen":
            colleagues.reopen(database, keys, staff, actor, moment)
        case _:
            abort(400)
    return {}


def _get(colleague_id: str) -> Row:
    return session().get(Row, colleague_id) or abort(404)


def _check(form: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with an invitation by field."""
    errors = {}
    if not form["name"] or len(form["name"]) > LONGEST_NAME:
        errors["name"] = words().text("Fill in first and last name.")
    if not EMAIL.fullmatch(form["email"]) or len(form["email"]) > accounts.LONGEST_EMAIL:
        errors["email"] = words().text("Fill in an e-mail address, as name@school.nl.")
    if form["role"] not in list(Role):
        errors["role"] = words().text("Choose a role from the list.")
    return errors


def _page(form: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    lines = [_line(one) for one in colleagues.get_colleagues(session(), vault())]
    return render(
        "colleagues",
        colleagues=lines,
        roles=_roles(),
        form=form or {"name": "", "email": "", "role": Role.mentor.value},
        errors=errors or {},
        invited="invited" in request.args,
    )


def _one(staff: Row, errors: dict[str, str] | None = None) -> str:
    (one,) = colleagues.get_colleagues(session(), vault(), only=staff.id)
    successors = [
        (other.id, other.name)
        for other in colleagues.get_colleagues(session(), vault())
        if other.id != one.id and other.state != "closed" and other.role in (Role.mentor, Role.coordinator)
    ]
    return render(
        "colleague",
        one=_line(one),
        roles=_roles(),
        successors=successors,
        errors=errors or {},
        done="done" in request.args and not errors,
    )


def _line(one: Colleague) -> dict[str, object]:
    """Return an account in words."""
    said = words()
    states = {
        "invited": said.text("invited"),
        "active": said.text("active"),
        "closed": said.text("closed"),
    }
    return asdict(one) | {
        "role_name": said.text(ROLES[one.role.value]),
        "state_name": states[one.state],
        "seen": said.moment(one.seen_at) if one.seen_at else said.text("never"),
        "class_names": ", ".join(one.classes),
        "url": url_for("colleagues.show_one", colleague_id=one.id),
    }


def _roles() -> list[dict[str, str]]:
    said = words()
    return [
        {"code": role.value, "name": said.text(ROLES[role.value]), "means": said.text(MEANS[role])} for role in Role
    ]
