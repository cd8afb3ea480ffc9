"""The page for the wall of a classroom: how many of a class are done, as numbers only, until the end of the day.

Its address is a key that a mentor's page gives out: a projector needs no account, and nobody's name is on it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from sqlalchemy import select
from werkzeug import Response as Conditional

from survey import following
from survey.access import Anyone, policy
from survey.hours import ZONE
from survey.store.database import only_reads
from survey.store.people import Group, School
from survey.store.scope import in_school
from survey.vault import Vault
from survey.web.current import now, session, vault, words

bp = Blueprint("wall", __name__)

KEY_CHARACTERS = 26


@dataclass(frozen=True, slots=True)
class Count:
    """How far a class is; `state` changes when anything that is shown does."""

    finished: int
    busy: int
    asked: int

    @property
    def state(self) -> str:
        """Return what the browser compares."""
        return f"{self.finished}-{self.busy}-{self.asked}"


@bp.get("/wall/<group_id>/<round_id>/<key>")
@policy(Anyone)
def show(group_id: str, round_id: str, key: str) -> str:
    """Show the big number."""
    name, school = _open(group_id, round_id, key)
    count = read_count(group_id, round_id)
    return render_template(
        "wall.html",
        count=count,
        line=say_line(count),
        said=say(count),
        group=name,
        school=school,
        count_url=url_for("wall.show_count", group_id=group_id, round_id=round_id, key=key),
    )


@bp.get("/wall/<group_id>/<round_id>/<key>/count")
@policy(Anyone)
def show_count(group_id: str, round_id: str, key: str) -> Conditional:
    """Give the numbers in words, or say that nothing changed (304)."""
    _open(group_id, round_id, key)
    count = read_count(group_id, round_id)
    numbers = {"state": count.state, "finished": count.finished, "asked": count.asked}
    answer = jsonify(**numbers, line=say_line(count), said=say(count))
    answer.set_etag(count.state)
    return answer.make_conditional(request)


def read_count(group_id: str, round_id: str) -> Count:
    """Return how far a class of the session's school is."""
    return Count(*following.count_wall(session(), group_id, round_id))


def say_line(count: Count) -> str:
    """Return what stands beside the big number."""
    return words().text("of {n} are done", n=count.asked)


def say(count: Count) -> str:
    """Return the line below the big number."""
    return words().plural("{n} is busy", "{n} are busy", count.busy)


def make_key(vault: Vault, group_id: str, round_id: str, day: date) -> str:
    """Return the key of a class's wall for one day."""
    return vault.blind("wall", f"{group_id} {round_id} {day.isoformat()}")[:KEY_CHARACTERS]


def _open(group_id: str, round_id: str, key: str) -> tuple[str, str]:
    """Bind the session to the school of a wall and return the names of class and school; 404 for a key of no day."""
    today = now().astimezone(ZONE).date()
    if not hmac.compare_digest(key.encode(), make_key(vault(), group_id, round_id, today).encode()):
        abort(404)
    only_reads(session())
    statement = select(Group.name, School.name, School.id).join(School, School.id == Group.school_id)
    found = statement.where(Group.id == group_id).execution_options(across_schools="the key says which class")
    name, school, school_id = session().execute(found).one_or_none() or abort(404)
    in_school(session(), school_id)
    return str(name), str(school)
