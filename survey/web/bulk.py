"""One act on many students of a list: chosen or all that match, shown once more before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from survey import audit, casework, inviting, jobs, list_rows, lists, passing, review, rounds
from survey.access import Role, Staff, policy
from survey.casework import BadEntry, Content, Kind
from survey.hours import ZONE
from survey.kinds.short_text import clean
from survey.list_rows import ListRow
from survey.passing import BadPassing
from survey.rounds import Phase
from survey.store.people import Group
from survey.store.people import Staff as Colleague
from survey.store.people import Student
from survey.store.surveying import Invitation, Round, StoredReport
from survey.web import reach
from survey.web.current import now, session, settings, vault, words
from survey.web.entry_form import read_day, say_wrong
from survey.web.sign_in import own_path, person, render
from survey.web.wishes import read_wish

bp = Blueprint("bulk", __name__, url_prefix="/staff")

MOST = 1000  # students at a time
SHOWN = 25  # names on the page that asks once more
LONGEST_QUERY = 1000
NOBODY = "nobody"  # in the form: no deputy any more


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done to many: its name on the button, and what is asked before it is done."""

    id: str
    name: str
    asks: tuple[str, ...]
    do: Callable[[Sequence[ListRow], Mapping[str, str]], int]
    is_of_classes: bool = False  # it is done to the whole classes of those students


class Refused(ValueError):
    """Something on the page that asks once more is not right; the field and what to do."""

    def __init__(self, field: str, message: str) -> None:
        """Keep where and what."""
        super().__init__(message)
        self.field, self.message = field, message


def list_actions() -> list[Act]:
    """Return what a signed-in person can do to many students."""
    said = words()
    acts = [Act("spoken", said.text("Mark as spoken"), ("day", "how", "remark"), _mark_spoken)]
    acts += [Act("documents", said.text("Make failed documents again"), (), _make_documents)]
    acts += [Act("deputy", said.text("Name a deputy for their classes"), ("deputy",), _name_deputy, is_of_classes=True)]
    if person().role is Role.coordinator:
        acts += [
            Act("ask", said.text("Ask in another round"), ("round",), _ask_in),
            Act("remind", said.text("Remind"), (), _remind),
            Act("mentor", said.text("Pass to another mentor"), ("mentor", "reason"), _pass_on),
            Act("move", said.text("Move to another class"), ("group",), _move),
        ]
    return acts


@bp.post("/students/confirm")
@policy(Staff(Role.mentor, Role.coordinator))
def confirm() -> ResponseReturnValue:
    """Show whom it would be done to, and ask what it needs."""
    chosen = _find_act()
    return _ask(chosen, {}) if chosen else redirect(_back(), 303)


@bp.post("/students/act")
@policy(Staff(Role.mentor, Role.coordinator))
def act() -> ResponseReturnValue:
    """Do it, to those who were shown; not when the list changed since."""
    chosen = _find_act()
    if chosen is None:
        return redirect(_back(), 303)
    rows = _rows()
    if request.form.get("many") != str(len(rows)):
        return _ask(chosen, {"many": words().text("The list changed meanwhile. Look at it once more.")})
    try:
        done = chosen.do(rows, request.form)
    except Refused as refusal:
        return _ask(chosen, {refusal.field: refusal.message})
    said = words().plural("Done for {n} student.", "Done for {n} students.", done)
    if chosen.is_of_classes:
        said = words().plural("Done for {n} class.", "Done for {n} classes.", done)
    return render("bulk_done", title=chosen.name, said=said, back=_back())


def _ask(chosen: Act, errors: dict[str, str]) -> ResponseReturnValue:
    """Return the page that asks once more; with errors nothing of the request is kept."""
    rows = _rows()
    if not rows or len(rows) > MOST:
        said = words()
        advice = said.text("Go back and choose students in the list.")
        if rows:
            advice = said.text("Choose {n} students at most. Narrow the list down first.", n=MOST)
        return render("bulk_done", title=chosen.name, said=advice, back=_back()), 422
    page = render(
        "bulk",
        act=chosen,
        rows=rows[:SHOWN],
        more=max(0, len(rows) - SHOWN),
        many=len(rows),
        ids=",".join(request.form.getlist("id")),
        is_all=request.form.get("all") == "1",
        query=_query(),
        back=_back(),
        errors=errors,
        form=request.form,
        today=now().astimezone(ZONE).date().isoformat(),
        hows=casework.HOW,
        colleagues=passing.get_colleagues(session(), vault()) if {"mentor", "deputy"} & {*chosen.asks} else {},
        classes=[group.name for group in _led(rows)] if chosen.is_of_classes else [],
        groups=_groups() if "group" in chosen.asks else {},
        rounds=_say_rounds() if "round" in chosen.asks else {},
    )
    return (page, 422) if errors else page


def _find_act() -> Act | None:
    """Return the act that the form names; None for one that the person may not do."""
    wanted = request.form.get("act", "")
    return next((one for one in list_actions() if one.id == wanted), None)


def _rows() -> list[ListRow]:
    """Return the students that the form names, within reach only; the order is that of the list."""
    wish = read_wish(dict(parse_qsl(_query())), reach.own_id())
    ids = lists.find_ids(session(), vault(), wish, now())
    if request.form.get("all") != "1":
        wanted = {one for field in request.form.getlist("id") for one in field.split(",")}
        wanted |= set(filter(None, request.form.get("ids", "").split(",")))
        ids = [one for one in ids if one in wanted]
    return list_rows.get_rows(session(), vault(), ids[: MOST + 1])


def _query() -> str:
    return request.form.get("query", "")[:LONGEST_QUERY]


def _back() -> str:
    return own_path(request.form.get("next", ""))


def _groups() -> dict[str, str]:
    return {group.id: group.name for group in session().scalars(select(Group).order_by(Group.name))}


def _students(rows: Sequence[ListRow]) -> list[Student]:
    """Return each student once, however many rounds a list shows the student in."""
    ids = dict.fromkeys(row.student_id for row in rows)
    found = {one.id: one for one in session().scalars(select(Student).where(Student.id.in_(list(ids))))}
    return [found[id_] for id_ in ids]


def _me() -> Colleague:
    return session().get_one(Colleague, person().id)


# The acts


def _mark_spoken(rows: Sequence[ListRow], form: Mapping[str, str]) -> int:
    day: date | None = read_day(form.get("day", ""))
    if day is None:
        raise Refused("day", words().text("Fill in a day, such as 2026-06-12."))
    content = Content(clean(form.get("remark", "")), form.get("how", ""), person().name)
    students = _students(rows)
    try:
        for student in students:
            casework.add(session(), vault(), student, _me(), Kind.TALK, day, content, now())
    except BadEntry as refusal:
        raise Refused(refusal.field, say_wrong(refusal, words())) from None
    return len(students)


def get_rounds() -> dict[str, str]:
    """Return the rounds in which somebody can still be asked: name by id, the newest first."""
    return {one.id: one.name for one in rounds.get_rounds(session()) if rounds.phase(one, now()) is not Phase.CLOSED}


def _say_rounds() -> dict[str, str]:
    """Return the rounds to choose from, with a word at those that close before a message may leave."""
    desk, said, found = inviting.open_desk(session(), vault(), settings(), now()), words(), get_rounds()
    for round_ in session().scalars(select(Round).where(Round.id.in_(found))):
        if desk.leaves(round_) is None:
            found[round_.id] = said.text("{round} (no message leaves before it closes)", round=round_.name)
    return found


def _ask_in(rows: Sequence[ListRow], form: Mapping[str, str]) -> int:
    """Ask these students in another round; who was asked in it before is not asked again."""
    chosen = form.get("round", "")
    if chosen not in get_rounds():
        raise Refused("round", words().text("Choose a round from the list."))
    round_ = session().get_one(Round, chosen)
    done = inviting.ask_some(session(), vault(), round_, _students(rows), person().actor, now())
    jobs.plan(session(), "write_messages")
    return done


def _remind(rows: Sequence[ListRow], form: Mapping[str, str]) -> int:
    """Let the next reminder be due of those who have not finished and may still get one; the others get none."""
    desk, reminded = inviting.open_desk(session(), vault(), settings(), now()), 0
    for round_ in session().scalars(select(Round).where(Round.id.in_({row.round_id for row in rows}))).all():
        if desk.leaves(round_) is None:
            continue
        mine = [row for row in rows if row.round_id == round_.id]
        open_ = inviting.unfinished(session(), round_, {row.group_id for row in mine})
        for invitation in session().scalars(open_.where(Invitation.id.in_([row.invitation_id for row in mine]))).all():
            invitation.remind_at = now()
            subject = f"invitation:{invitation.id}"
            audit.record(session(), vault(), person().actor, "student.remind", subject, now())
            reminded += 1
    jobs.plan(session(), "write_messages")
    return reminded


def _pass_on(rows: Sequence[ListRow], form: Mapping[str, str]) -> int:
    mentor = session().get(Colleague, form.get("mentor", ""))
    said, done = words(), 0
    if mentor is None:
        raise Refused("mentor", said.text("Choose a colleague from the list."))
    for student in _students(rows):
        try:
            passing.pass_to(session(), vault(), student, mentor, _me(), clean(form.get("reason", "")), now())
            done += 1
        except BadPassing as refusal:
            if refusal.code == "same":
                continue
            if refusal.field == "reason":
                raise Refused("reason", say_wrong(refusal, said)) from None
            raise Refused("mentor", said.text("Choose a colleague from the list.")) from None
    return done


def _move(rows: Sequence[ListRow], form: Mapping[str, str]) -> int:
    group = session().get(Group, form.get("group", ""))
    if group is None:
        raise Refused("group", words().text("Choose a class from the list."))
    return sum(passing.move(session(), vault(), student, group, _me(), now()) for student in _students(rows))


def _led(rows: Sequence[ListRow]) -> list[Group]:
    """Return the classes of these students of which the person says who stands in, by name."""
    ids = {row.group_id for row in rows}
    groups = session().scalars(select(Group).where(Group.id.in_(ids)).order_by(Group.name, Group.id))
    return [group for group in groups if reach.leads(group)]


def _name_deputy(rows: Sequence[ListRow], form: Mapping[str, str]) -> int:
    """Name who stands in, or nobody, in the classes of these students; not where that is the mentor."""
    chosen, done = form.get("deputy", ""), 0
    deputy = session().get(Colleague, chosen)
    if deputy is None and chosen != NOBODY:
        raise Refused("deputy", words().text("Choose a colleague from the list."))
    for group in _led(rows):
        try:
            done += passing.name_deputy(session(), vault(), group, deputy, person().actor, now())
        except BadPassing as refusal:
            if refusal.code != "same":
                raise Refused("deputy", words().text("Choose a colleague from the list.")) from None
    return done


def _make_documents(rows: Sequence[ListRow], form: Mapping[str, str]) -> int:
    failed = [row.report_id for row in rows if row.report_state == "failed"]
    reports = session().scalars(select(StoredReport).where(StoredReport.id.in_(failed)))
    return sum(review.retry(session(), vault(), report, _me(), now()) for report in reports)
