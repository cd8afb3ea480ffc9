"""Asking single students, chosen from all that the school knows, in a round; each act behind a page that asks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from survey import directory, inviting, jobs
from survey.access import Role, Staff, policy
from survey.directory import Person
from survey.store.people import Student
from survey.store.surveying import Invitation, Round
from survey.web.asking import say_leaves, way_to
from survey.web.bulk import MOST, SHOWN, get_rounds
from survey.web.current import now, session, settings, vault, words
from survey.web.sign_in import person, render

bp = Blueprint("asking_some", __name__, url_prefix="/staff/roster")


@bp.post("/ask")
@policy(Staff(Role.coordinator))
def confirm() -> ResponseReturnValue:
    """Show whom it would be done to, and in which round."""
    return _confirm(_chosen())


@bp.post("/asked")
@policy(Staff(Role.coordinator))
def ask() -> ResponseReturnValue:
    """Ask those who were shown, and lead to the round."""
    ids, chosen, said = _chosen(), request.form.get("round", ""), words()
    if chosen not in get_rounds():
        return _confirm(ids, said.text("Choose a round from the list."))
    if request.form.get("many") != str(len(ids)):
        return _confirm(ids, said.text("The list changed meanwhile. Look at it once more."))
    students = session().scalars(select(Student).where(Student.id.in_(ids))).all()
    inviting.ask_some(session(), vault(), session().get_one(Round, chosen), students, person().actor, now())
    jobs.plan(session(), "write_messages")
    return redirect(url_for("rounds.show", round_id=chosen), 303)


def _chosen() -> list[str]:
    """Return the students of the form: those that are ticked, or all that match what was searched for, by name."""
    search, group_id = request.form.get("search", "")[:100], request.form.get("group", "")
    ids = directory.find_ids(session(), vault(), search, group_id)
    if request.form.get("all") == "1":
        return ids
    wanted = {one for field in request.form.getlist("id") for one in field.split(",")}
    return [id_ for id_ in ids if id_ in wanted]


def _confirm(ids: list[str], mistake: str = "") -> ResponseReturnValue:
    said = words()
    if not ids or len(ids) > MOST:
        mistake = said.text("Go back and choose students in the list.")
        if ids:
            mistake = said.text("Choose {n} students at most. Narrow the list down first.", n=MOST)
    people = directory.get_people(session(), vault(), ids[:MOST])
    page = render(
        "roster/ask",
        people=people[:SHOWN],
        many=len(ids),
        more=max(0, len(ids) - SHOWN),
        ids="" if request.form.get("all") == "1" else ",".join(ids[:MOST]),
        given={name: request.form.get(name, "") for name in ("search", "group", "all", "round")},
        rounds=_say_rounds(people) if 0 < len(ids) <= MOST else [],
        mistake=mistake,
    )
    return (page, 422) if mistake else page


def _say_rounds(people: Sequence[Person]) -> list[dict[str, object]]:
    """Say of each round in which somebody can still be asked whom it would reach, by which way, and when."""
    ways = {one.id: way_to(one.profile) for one in people}
    desk = inviting.open_desk(session(), vault(), settings(), now())
    known = (Invitation.invited_at.is_not(None)) | (Invitation.revoked_at.is_not(None))
    statement = select(Invitation.round_id, Invitation.student_id).where(known, Invitation.student_id.in_(ways))
    asked: dict[str, set[str]] = defaultdict(set)
    for round_id, student_id in session().execute(statement):
        asked[round_id].add(student_id)
    found = []
    for id_, name in get_rounds().items():
        due = Counter(way for student_id, way in ways.items() if student_id not in asked[id_])
        round_ = session().get_one(Round, id_)
        before = len(asked[id_])
        found.append({"id": id_, "name": name, "ways": due, "before": before, "leaves": say_leaves(round_, desk)})
    return found
