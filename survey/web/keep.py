"""What a browser keeps of a student: the script, what waited there for the network, and leaving nothing behind."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey import route
from survey import sitting as stage
from survey.access import Anyone, Respondent, policy
from survey.form import page_form, sound_values
from survey.vault import Unreadable
from survey.waiting import Waited, open_waiting, owner
from survey.web import current, errors, respondent, saving, transaction, ways
from survey.web.headers import read_style
from survey.web.limits import FORM_PARTS
from survey.web.question_page import read_seen
from survey.web.script import find_script

bp = Blueprint("keep", __name__)

FOREVER = "public, max-age=31536000, immutable"


@bp.get("/s/<digest>.js")
@policy(Anyone)
def show_script(digest: str) -> ResponseReturnValue:
    """Give a script of students' pages; its address changes with its content, so a browser fetches it once."""
    script = find_script(digest)
    if script is None:
        abort(404)
    return Response(script.source, mimetype="text/javascript", headers={"Cache-Control": FOREVER})


@bp.get("/s/<name>-<digest>.css")
@policy(Anyone)
def show_style(name: str, digest: str) -> ResponseReturnValue:
    """Give the sheet of the students' pages, kept by the browser as the script is."""
    if name != "respond" or digest != read_style(name).digest:
        abort(404)
    return Response(read_style(name).css, mimetype="text/css", headers={"Cache-Control": FOREVER})


@bp.post("/wacht")
@policy(Respondent)
def take() -> ResponseReturnValue:
    """Store what waited in the browser, in its order; an answer that was changed elsewhere meanwhile is asked about."""
    visit = respondent.visit()
    if (elsewhere := ways.find_elsewhere(visit)) is not None:
        return elsewhere
    try:
        waited = open_waiting(
            current.vault(), request.form.get("sealed", ""), owner(current.vault(), visit.sitting.id), current.now()
        )
    except Unreadable:
        abort(410)
    stored, conflict = dict[str, int](), None
    for one in waited:
        try:
            stored |= _store(one, stored)
        except stage.Conflict as found:
            g.sent, conflict = _fields(one), conflict or found
    if conflict is not None:
        transaction.keep()  # the others are stored
        raise conflict
    _, answers = stage.read(current.session(), current.vault(), visit.sitting)
    onward = ways.go_on(visit.definition, answers.values, verder="1")
    return saving.reply(answers, (), onward.location, True) if saving.is_by_script() else onward


@bp.get("/een-voor-een")
@policy(Respondent)
def one_by_one() -> ResponseReturnValue:
    """Lead from the one long page back to one question a page."""
    visit = respondent.visit()
    return ways.go_on(visit.definition, visit.answers.values, verder="1")


@bp.post("/niet-jij")
@policy(Anyone)
def leave() -> ResponseReturnValue:
    """Forget who answered in this browser."""
    session.clear()
    answer = redirect(url_for("keep.show_left"), 303)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@bp.get("/weg")
@policy(Anyone)
def show_left() -> ResponseReturnValue:
    """Say that nothing of anyone can be seen here any more."""
    say = current.words().text
    advice = say("Nobody sees answers here now."), say("Do you want to answer? Open your own link.")
    return errors.message(200, say("You are out"), *advice, go=(url_for("code_entry.show"), say("Type your code")))


def _store(waited: Waited, stored: dict[str, int]) -> dict[str, int]:
    """Store one form that waited; return the new revisions of its answers. `stored` is what this browser just did."""
    visit, session, vault = respondent.visit(), current.session(), current.vault()
    fields, path = _fields(waited), urlsplit(waited.address).path
    seen = read_seen(fields.get("seen-at", "")) | stored
    done: dict[str, int] = {}
    definition, answers = stage.read(session, vault, visit.sitting)
    for page in route.find_path(definition, answers.values).pages:
        is_meant = path == url_for("respond.answer", page_id=page.id) or path == url_for("slow.answer")
        if not is_meant or not seen.keys() & set(page.questions):
            continue
        form = page_form(definition, page, answers, visit.sitting.id, language=current.language())
        form.process(fields)
        form.validate()
        stage.answer(session, vault, visit.sitting, page.id, sound_values(form), seen, current.now(), ahead=True)
        _, answers = stage.read(session, vault, visit.sitting)
        done |= {name: answers.revision(name) for name in sound_values(form)}
    return done


def _fields(waited: Waited) -> MultiDict[str, str]:
    """Return the fields of a form that waited."""
    read = parse_qs(waited.body, keep_blank_values=True, max_num_fields=FORM_PARTS)
    return MultiDict({name: list(values) for name, values in read.items()})
