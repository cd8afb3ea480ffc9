"""The student's pages: start, one question a page, check, send once, read what happens now."""

from __future__ import annotations

import re
from base64 import b64encode

from flask import Blueprint, abort, g, make_response, redirect, render_template, request
from flask import session as cookie
from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from wtforms.form import BaseForm

from survey import rounds, route
from survey import sitting as stage
from survey.access import Anyone, Respondent, policy
from survey.definition.model import Page
from survey.form import is_left_out, page_form, sound_values, values_of
from survey.i18n import languages
from survey.school import get_logo
from survey.store.database import only_reads
from survey.web import check_page, current, errors, link, question_page, respondent, saving, sound, together, ways
from survey.web.limits import READING

bp = Blueprint("respond", __name__)

#: Where a change of language may lead back to: the student's own pages, nothing else.
OWN_PAGE = re.compile(
    r"/(code|u/\w{1,64}(/privacy)?|v/[a-z0-9_]{1,80}|verslag(/[a-z]{1,20}(/[a-z0-9_-]{1,90})?)?"
    r"|alles|controle|klaar|privacy)?(\?[\w=&]{0,200})?",
    re.ASCII | re.IGNORECASE,
)

#: Pages that say what is stored: never shown from memory, where an answer may be older than the last change.
FRESH = frozenset({"respond.check"})


@bp.get("/U/<token>")
@bp.get("/u/<token>")
@policy(Anyone)
def show_start(token: str) -> ResponseReturnValue:
    """Say who asks, why, and who sees what. Stores nothing, so that a mail scanner may look too."""
    only_reads(current.session())
    asked = link.find_asked(token)
    if asked is None:
        return errors.unknown_link()
    is_open = rounds.phase(asked.round, current.now()) is rounds.Phase.OPEN
    if asked.takes_answers and not is_open:
        return errors.not_open(asked.round, current.now(), 200)
    pages = asked.definition.pages
    number = route.progress(asked.definition, {}, pages[0].id)[1]
    known = {"number": number, "say": asked.sender.say, "token": token, "is_open": is_open, "logo": _logo()}
    return render_template("respond/start.html", asked=asked, **known)


@bp.post("/U/<token>")
@bp.post("/u/<token>")
@policy(Anyone)
def start(token: str) -> ResponseReturnValue:
    """Begin or go on: bind this browser to the sitting and go to the first open question."""
    asked = link.find_asked(token)
    if asked is None:
        return errors.unknown_link()
    session, language = current.session(), current.language()
    sitting = stage.start(session, current.vault(), asked.invitation, language, current.now())
    if sitting.language != language:
        sitting.language = language
    respondent.remember(sitting, asked.invitation)
    if sitting.status != stage.Status.STARTED:
        respondent.forget()
        wants_report = request.form.get("to") == "verslag"
        return redirect(url_for("agree.show" if wants_report else "afterwards.done"), 303)
    if request.form.get("to") == "alles":
        return redirect(url_for("slow.show"), 303)
    _, answers = stage.read(session, current.vault(), sitting)
    if not answers.values:  # from the first page, also when that one only informs
        return ways.go_to(route.find_path(asked.definition, {}).pages[0])
    return ways.go_on(asked.definition, answers.values, verder="1")


@bp.get("/v/<page_id>")
@policy(Respondent)
def ask(page_id: str) -> ResponseReturnValue:
    """Show one page of questions with what was answered before."""
    visit = respondent.visit()
    if (elsewhere := ways.find_elsewhere(visit)) is not None:
        return elsewhere
    page = question_page.find_open(visit.definition, visit.answers, page_id)
    if page is None:
        return ways.go_on(visit.definition, visit.answers.values)
    return _show(visit, page, _form(visit, page))


@bp.post("/v/<page_id>")
@policy(Respondent)
def answer(page_id: str) -> ResponseReturnValue:
    """Store the answers of a page and go to the next one."""
    visit, session = respondent.visit(), current.session()
    if (elsewhere := ways.find_elsewhere(visit)) is not None:
        return elsewhere
    page = question_page.find_open(visit.definition, visit.answers, page_id)
    if page is None:
        return ways.go_on(visit.definition, visit.answers.values)
    form = _form(visit, page)
    form.process(request.form)
    is_whole = form.validate()
    if not is_whole and not saving.is_partial():
        return make_response(_show(visit, page, form), 422)
    seen = question_page.read_seen(request.form.get("seen-at", ""))
    values = sound_values(form, is_sent=not saving.is_partial())
    following = stage.answer(
        session, current.vault(), visit.sitting, page.id, values, seen, current.now(), actor=together.actor()
    )
    _, answers = stage.read(session, current.vault(), visit.sitting)
    if _to_check():
        onward = ways.go_on(visit.definition, answers.values, na=page.id, terug="controle")
    else:
        onward = ways.go_to(following, na=page.id)
    if saving.is_by_script():
        return saving.reply(answers, values_of(form), onward.location, not is_left_out(form))
    return onward


@bp.get("/controle")
@policy(Respondent)
def check() -> ResponseReturnValue:
    """Show every answer on the path with a link to change it, and who will call when."""
    visit = respondent.visit()
    if (elsewhere := ways.find_elsewhere(visit)) is not None:
        return elsewhere
    if (page := route.first_open(visit.definition, visit.answers.values)) is not None:
        return ways.go_to(page)
    respondent.know(visit.sitting)  # who sees all answers here need not be asked after sending them
    built = check_page.build(visit, current.words(), current.now())
    return render_template("respond/check.html", corrects=visit.sitting.correction is not None, page=built)


@bp.post("/controle")
@policy(Respondent)
def send() -> ResponseReturnValue:
    """Send everything, once; the same again gives the same page."""
    visit = respondent.visit()
    if visit.sitting.correction is not None and not respondent.is_known(visit.sitting):
        return redirect(url_for("afterwards.done"), 303)
    stage.submit(current.session(), current.vault(), visit.sitting, current.now(), together.actor())
    return redirect(url_for("afterwards.done"), 303)


@bp.post("/taal")
@policy(Anyone)
def change_language() -> ResponseReturnValue:
    """Go on in another language, or with the first one beside it, on the same page."""
    chosen, here = request.form.get("language", current.language()), request.form.get("here", "")
    if "beside" in request.form and OWN_PAGE.fullmatch(here):
        cookie[respondent.BESIDE] = request.form["beside"] == "1"
        return redirect(here, 303)
    if chosen not in languages() or not OWN_PAGE.fullmatch(here):
        abort(400)
    if here == "/" or here.startswith(("/u/", "/U/", "/code")):  # nobody has pressed Start there
        cookie["language"] = chosen
        return redirect(here, 303)
    refusal = respondent.enter()
    if refusal is not None:
        return refusal
    if chosen not in respondent.spoken(respondent.visit().definition):
        abort(400)
    respondent.visit().sitting.language = chosen
    return redirect(here, 303)


@bp.after_request
def show_fresh(response: Response) -> Response:
    """Let the browser keep no copy of what says all answers at once; Back reads it from the server again."""
    if request.endpoint in FRESH:
        response.headers["Cache-Control"] = "no-store"
    return response


def _logo() -> str:
    """Return the school's logo in base64, "" without one; on the start page only: it weighs more than a question."""
    png = get_logo(current.session())
    return b64encode(png).decode() if png else ""


def _form(visit: respondent.Visit, page: Page) -> BaseForm:
    """Return the form of a page with what this student, or the school, filled in."""
    return page_form(visit.definition, page, visit.answers, visit.sitting.id, visit.facts, current.language())


def _show(visit: respondent.Visit, page: Page, form: BaseForm) -> str:
    """Return a question's page."""
    reads = request.method in READING
    after, resumes = (request.args.get("na"), "verder" in request.args) if reads else (None, False)
    built = question_page.build(visit, page, form, current.words(), after, resumes, _to_check(), current.now())
    g.heard = sound.hear(visit.definition, current.language())
    g.has_sound = any(question in g.heard for question in page.questions)
    return render_template("respond/question.html", page=built)


def _to_check() -> bool:
    """Return whether this question was opened from the check page."""
    return request.args.get("terug") == "controle"
