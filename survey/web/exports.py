"""Tables to take along: students of a list, all, filtered or chosen, with the answers that the role may read."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from werkzeug import Response

from survey import audit, directory, lists, rounds, tables
from survey.access import Role, Staff, policy
from survey.choosing import Wish
from survey.export import Table, write_csv, write_json, write_xlsx
from survey.lists import PAGE
from survey.store.surveying import Invitation
from survey.web import reach
from survey.web.current import now, session, vault, words
from survey.web.lists_in import XLSX
from survey.web.sign_in import person, records, render, steps_up
from survey.web.wishes import NAMES, read_wish

bp = Blueprint("exports", __name__, url_prefix="/staff/export")

EXPORTERS = Staff(Role.mentor, Role.coordinator)
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "json": "application/json"}
LONGEST_QUERY = 1000


@bp.get("")
@policy(EXPORTERS)
def show() -> str:
    """Choose what goes along: which round and class, answers or not, and in which form."""
    own = reach.own_id()
    groups = [group for group in directory.get_groups(session()) if own in (None, group.mentor_id)]
    wish = _wish()
    return render(
        "roster/export",
        rounds=[(one.id, one.name) for one in rounds.get_rounds(session())],
        groups=[(one.id, one.name) for one in groups],
        wish=wish,
        kept=[(name, getattr(wish, name)) for name in NAMES if name not in ("round", "group") and getattr(wish, name)],
        chosen=request.args.getlist("id"),
        invited=session().scalar(select(func.count()).select_from(Invitation)),
        total=len(_ids(wish)),
    )


@bp.post("/chosen")
@policy(EXPORTERS)
def choose() -> Response:
    """Go to the export of the students who were ticked in a list, or of all that the list shows."""
    query = parse_qsl(request.form.get("query", "")[:LONGEST_QUERY])
    ticked = [] if request.form.get("all") == "1" else request.form.getlist("id")[:PAGE]
    pairs = [*((name, value) for name, value in query if name in NAMES), *(("id", id_) for id_ in ticked)]
    return redirect(f"{url_for('exports.show')}?{urlencode(pairs)}", 303)


@bp.get("/students.<kind>")
@policy(EXPORTERS)
@records
@steps_up
def download(kind: str) -> ResponseReturnValue:
    """Give the table; who took what along is recorded."""
    if kind not in TYPES:
        abort(404)
    wish, with_answers = _wish(), request.args.get("answers") == "yes"
    ids = _ids(wish)
    table = tables.make_table(session(), vault(), ids, person().role, with_answers, words(), now())
    action = f"export.{'answers' if with_answers else 'facts'}.{kind}"
    subject = f"students:{len(ids)}:{wish.round or wish.group or 'all'}"
    audit.record(session(), vault(), person().actor, action, subject[:60], now())
    answer = Response(_write(table, kind), mimetype=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="studenten-{now():%Y-%m-%d}.{kind}"'
    return answer


def _wish() -> Wish:
    """Return what the address asks, by the same names as the list of students, within reach."""
    return replace(read_wish(request.args, reach.own_id()), sort="name", page=1)


def _ids(wish: Wish) -> list[str]:
    """Return the invitations that are asked for: those that the list shows, of them the chosen ones where some are."""
    ids = lists.find_ids(session(), vault(), wish, now())
    chosen = set(request.args.getlist("id")[:PAGE])
    return [id_ for id_ in ids if id_ in chosen] if chosen else ids


def _write(table: Table, kind: str) -> bytes:
    said = words()
    if kind == "xlsx":
        headings = (said.text("Column"), said.text("Title"), said.text("Meaning"), said.text("Values"))
        return write_xlsx(table, said.text("Codebook"), headings)
    return write_csv(table) if kind == "csv" else write_json(table)
