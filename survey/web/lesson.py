"""A mentor's lesson: the number that grows, who is missing, the wall, the papers, and who stands in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from sqlalchemy import select
from werkzeug import Response as Redirect

from survey import following, papers, passing
from survey.access import Role, Staff, policy
from survey.following import Stand
from survey.hours import ZONE
from survey.i18n import name_in, staff_languages
from survey.papers import Kind
from survey.records import open_name, school_key
from survey.report.papers import SIZES
from survey.store.inviting import Deputy, Sheet
from survey.store.people import Group
from survey.store.people import Staff as Colleague
from survey.store.surveying import Round
from survey.web import class_paper, reach
from survey.web.alarms import say_near
from survey.web.current import language, now, session, vault, words
from survey.web.sign_in import person, render
from survey.web.wall import make_key, read_count, say, say_line

bp = Blueprint("lesson", __name__, url_prefix="/staff")

#: Who still has to do something, in the order in which a mentor walks by.
MISSING = (Stand.INVITED, Stand.UNREACHED, Stand.PLANNED, Stand.OPENED, Stand.STARTED)
#: What a paper is called, and how far it is, in messages of the catalogue.
PAPERS = {Kind.POSTER: "Poster", Kind.CARDS: "Cards to cut out", Kind.OVERVIEW: "Overview of the class"}
STATES = {"waiting": "is being made", "working": "is being made", "ready": "is ready", "failed": "could not be made"}


@bp.get("/classes/<group_id>/lesson")
@policy(Staff(Role.mentor, Role.coordinator))
def show(group_id: str) -> str:
    """Show how far the class is, with names: for the mentor's own screen, not for the wall."""
    group, round_ = _get(group_id)
    today = now().astimezone(ZONE).date()
    key = make_key(vault(), group.id, round_.id, today)
    count = read_count(group.id, round_.id)
    students = following.get_students(session(), vault(), round_, group.id, reach.own_id())
    sheets = papers.get_sheets(session(), group, round_, reach.own_id())
    return render(
        "lesson",
        group=group.name,
        round=round_.name,
        class_url=url_for("staff.show_class", group_id=group.id, round=round_.id),
        count=count,
        line=say_line(count),
        said=say(count),
        count_url=url_for("wall.show_count", group_id=group.id, round_id=round_.id, key=key),
        wall_url=url_for("wall.show", group_id=group.id, round_id=round_.id, key=key),
        follow_url=url_for("asking.show_class", round_id=round_.id, group_id=group.id),
        missing=[_say_missing(one) for one in students if one.stand in MISSING],
        papers=[_say_sheet(sheet) for sheet in sheets],
        print_url=url_for("lesson.print_paper", group_id=group.id, round=round_.id),
        sizes=SIZES,
        languages=[(code, name_in(code, language())) for code in sorted(staff_languages(), reverse=True)],
        deputy_url=url_for("lesson.name_deputy", group_id=group.id, round=round_.id),
        colleagues=_colleagues(group),
        deputy=_find_deputy(group),
        may_name=reach.leads(group),
    )


@bp.post("/classes/<group_id>/papers")
@policy(Staff(Role.mentor, Role.coordinator))
def print_paper(group_id: str) -> Redirect:
    """Ask for a poster, for cards or for an overview; who was passed to a colleague is on none of them."""
    group, round_ = _get(group_id)
    own, actor, kind, size = reach.own_id(), person().actor, request.form.get("kind"), request.form.get("size", "")
    if kind == Kind.OVERVIEW:
        mentor = open_name(school_key(session(), vault()), session().get_one(Colleague, group.mentor_id))
        overview = class_paper.compose(group, round_, mentor)
        papers.wish_overview(session(), vault(), group, round_, overview, actor, now(), own)
    else:
        kind = Kind.CARDS if kind == Kind.CARDS else Kind.POSTER
        size, spoken = size if size in SIZES else SIZES[0], request.form.get("language", "")
        spoken = spoken if spoken in staff_languages() else "nl"
        papers.wish(session(), vault(), group, round_, kind, size, actor, now(), spoken, own)
    return _to(group, round_)


@bp.get("/papers/<sheet_id>.pdf")
@policy(Staff(Role.mentor, Role.coordinator))
def show_paper(sheet_id: str) -> Response:
    """Give a paper that is ready, and for this person."""
    sheet = session().get(Sheet, sheet_id) or abort(404)
    group = reach.get_whole_group(sheet.group_id)
    if sheet.state != "ready" or not papers.is_for(sheet, reach.own_id()):
        abort(404)
    answer = make_response(papers.open_sheet(session(), vault(), sheet))
    answer.mimetype = "application/pdf"
    name = "".join(letter if letter.isalnum() else "-" for letter in group.name)
    spoken = "" if sheet.language == "nl" else f"-{sheet.language}"
    name = f"{sheet.kind}-{name}-{sheet.paper}{spoken}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.post("/classes/<group_id>/deputy")
@policy(Staff(Role.mentor, Role.coordinator))
def name_deputy(group_id: str) -> Redirect:
    """Name who stands in for the class's mentor, or nobody."""
    group, round_ = _get(group_id)
    if not reach.leads(group):
        abort(404)
    chosen = request.form.get("deputy", "")
    deputy = session().get_one(Colleague, chosen) if chosen in dict(_colleagues(group)) else None
    passing.name_deputy(session(), vault(), group, deputy, person().actor, now())
    return _to(group, round_)


def _get(group_id: str) -> tuple[Group, Round]:
    """Return a whole class within reach and the round that the address names, else its newest; 404 without one."""
    group = reach.get_whole_group(group_id)
    return group, reach.choose_round(reach.get_rounds_of(group))


def _to(group: Group, round_: Round) -> Redirect:
    return redirect(url_for("lesson.show", group_id=group.id, round=round_.id, _anchor="papers"), 303)


def _say_missing(one: following.Follow) -> dict[str, str]:
    said = words()
    state = said.text("not started")
    if one.stand is Stand.OPENED:
        state = said.text("opened")
    elif one.stand is Stand.STARTED:
        state = said.text("{done} of {total}", done=one.done, total=one.total)
    return {"name": one.name, "state": state, "is_busy": "yes" if one.stand in (Stand.OPENED, Stand.STARTED) else ""}


def _say_sheet(sheet: Sheet) -> dict[str, str]:
    said = words()
    name = f"{said.text(PAPERS[Kind(sheet.kind)])} {sheet.paper}"
    if sheet.language != "nl":
        name += f", {name_in(sheet.language, said.language)}"
    url = url_for("lesson.show_paper", sheet_id=sheet.id) if sheet.state == "ready" else ""
    when = say_near(sheet.created_at, now(), said)
    return {"name": name, "state": said.text(STATES[sheet.state]), "url": url, "when": when}


def _colleagues(group: Group) -> list[tuple[str, str]]:
    """Return who can stand in, by name: those who know students, but the mentor."""
    found = passing.get_colleagues(session(), vault())
    return [(id_, name) for id_, name in found.items() if id_ != group.mentor_id]


def _find_deputy(group: Group) -> str:
    return session().scalars(select(Deputy.staff_id).where(Deputy.group_id == group.id)).one_or_none() or ""
