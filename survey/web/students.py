"""The list of students across classes and rounds, and the lists that a person saved."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug import Response

from survey import passing, rounds, saved_lists
from survey.access import Role, Staff, policy
from survey.store.inviting import looked_after_by
from survey.store.people import Group
from survey.store.people import Staff as Colleague
from survey.web import bulk, reach, table
from survey.web.current import now, session, vault, words
from survey.web.sign_in import person, render
from survey.web.wishes import USUAL, read_columns, read_wish

bp = Blueprint("students", __name__, url_prefix="/staff")

#: A list across classes says of which class each student is.
ACROSS = ("state", "group", *(name for name in USUAL if name != "state"))


@bp.get("/students")
@policy(Staff(Role.mentor, Role.coordinator))
def show_list() -> str:
    """Show the students within reach: the work, filters, and a table with all its state in the address."""
    own = reach.own_id()
    groups = select(Group.id, Group.name)
    if own:
        groups = groups.where(looked_after_by(own))
    around = table.Around(
        rounds=rounds.get_rounds(session()),
        groups={id_: name for id_, name in session().execute(groups)},
        mentors=passing.get_colleagues(session(), vault()) if own is None else {},
    )
    columns = read_columns(request.args, ACROSS)
    shown = table.compose(read_wish(request.args, own), columns, around, url_for("students.show_list"), usual=ACROSS)
    saved = saved_lists.get_saved(session(), vault(), person().id)
    return render("students", table=shown, saved=saved, actions=bulk.list_actions(), message="")


@bp.post("/lists")
@policy(Staff(Role.mentor, Role.coordinator))
def save_list() -> ResponseReturnValue:
    """Keep the list that is shown under a name."""
    name, query = request.form.get("name", "").strip(), request.form.get("query", "")
    if name:
        try:
            me = session().get_one(Colleague, person().id)
            saved_lists.save(session(), vault(), me, name, query, now())
        except saved_lists.TooMany:
            said = words().text("You have {n} lists. Remove one first.", n=saved_lists.MOST)
            return render("bulk_done", title=words().text("Save this list"), said=said, back=_to_list(query)), 422
    return redirect(_to_list(query), 303)


@bp.post("/lists/forget")
@policy(Staff(Role.mentor, Role.coordinator))
def forget_list() -> Response:
    """Remove an own list; the students stay."""
    saved_lists.forget(session(), request.form.get("list", ""), person().id)
    return redirect(_to_list(request.form.get("query", "")), 303)


def _to_list(query: str) -> str:
    """Return the address of a list; only what a list reads of the query counts there."""
    pairs = parse_qsl(query[: saved_lists.LONGEST_QUERY])
    return f"{url_for('students.show_list')}?{urlencode(pairs)}"
