"""All remaining questions in one form, for a network on which each page costs: what an answer opens is asked next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from wtforms.form import BaseForm

from survey import route
from survey import sitting as stage
from survey.access import Respondent, policy
from survey.answers import Answers, State
from survey.definition.model import Definition, Page
from survey.form import Asked, describe, is_left_out, page_form, sound_values, values_of
from survey.score import score
from survey.web import current, respondent, saving, together, transaction, ways
from survey.web.question_page import Help, read_seen, say_help
from survey.web.respondent import Visit

bp = Blueprint("slow", __name__)


@dataclass(frozen=True, slots=True)
class SlowPage:
    """What the template of the one long form shows."""

    asked: list[Asked]
    number: int  # of questions among them: some only inform
    seen: str
    is_saved: bool
    help: Help | None


@bp.get("/alles")
@policy(Respondent)
def show() -> ResponseReturnValue:
    """Show every question that is still open."""
    visit = respondent.visit()
    if (elsewhere := ways.find_elsewhere(visit)) is not None:
        return elsewhere
    pages = list(_open_pages(visit.definition, visit.answers, with_optional="verder" not in request.args))
    if not any(_is_required(visit.definition, visit.answers, page) for page in pages):
        return redirect(url_for("respond.check"), 303)
    return _render(visit, [(page, _form(visit, page)) for page in pages])


@bp.post("/alles")
@policy(Respondent)
def answer() -> ResponseReturnValue:
    """Store every answer that is taken; ask again what was refused or left open, and what the answers opened."""
    visit = respondent.visit()
    if (elsewhere := ways.find_elsewhere(visit)) is not None:
        return elsewhere
    seen, refused, conflict = read_seen(request.form.get("seen-at", "")), dict[str, BaseForm](), None
    shown: list[str] = []
    for page in _shown_pages(visit, seen):
        form = _form(visit, page)
        form.process(request.form)
        shown += values_of(form)
        if not form.validate():
            refused[page.id] = form
        try:
            visit = _store(visit, page, form, seen)
        except stage.Conflict as found:
            conflict = conflict or found
    if conflict is not None:
        transaction.keep()  # what was stored of the other pages stays
        raise conflict
    everything = not any(is_left_out(form) for form in refused.values())
    if saving.is_partial() or not refused:
        return _go_on(visit, shown, everything)
    pages = list(_open_pages(visit.definition, visit.answers, with_optional=False))
    pages += [page for page in visit.definition.pages if page.id in refused and page not in pages]
    transaction.keep()
    forms = [(page, refused.get(page.id) or _form(visit, page)) for page in pages]
    return make_response(_render(visit, forms), 422)


def _go_on(visit: Visit, shown: list[str], everything: bool) -> Response:
    """Go to what the answers opened, else to the check page; tell the script where that is."""
    following = url_for("respond.check")
    if route.first_open(visit.definition, visit.answers.values) is not None:
        following = url_for("slow.show", verder="1")
    if saving.is_by_script():
        return saving.reply(visit.answers, shown, following, everything)
    return redirect(following, 303)


def _shown_pages(visit: Visit, seen: dict[str, int]) -> list[Page]:
    """Return the pages of the path that the form held, in order."""
    path = route.find_path(visit.definition, visit.answers.values)
    return [page for page in path.pages if seen.keys() & set(page.questions)]


def _store(visit: Visit, page: Page, form: BaseForm, seen: dict[str, int]) -> Visit:
    """Store what was taken of one page; return the visit with the answers as they are now. Raises Conflict."""
    session, vault = current.session(), current.vault()
    path = route.find_path(visit.definition, visit.answers.values)
    if page not in path.pages:  # closed by an answer on an earlier page of the same form
        return visit
    values, now = sound_values(form), current.now()
    stage.answer(session, vault, visit.sitting, page.id, values, seen, now, ahead=True, actor=together.actor())
    g.visit = replace(visit, answers=stage.read(session, vault, visit.sitting)[1])
    return respondent.visit()


def _open_pages(definition: Definition, answers: Answers, with_optional: bool) -> Iterator[Page]:
    """Yield the pages with something that must be answered; also those behind with what may be, or only informs."""
    path, is_behind = route.find_path(definition, answers.values), False
    for page in path.pages:
        open_ = [id_ for id_ in page.questions if path.states[id_] is State.NOT_REACHED]
        informs = not any(definition.questions[id_].takes_answer for id_ in page.questions)
        if any(definition.questions[id_].required for id_ in open_):
            is_behind = True
            yield page
        elif with_optional and (open_ or (informs and is_behind)):
            yield page


def _is_required(definition: Definition, answers: Answers, page: Page) -> bool:
    return page in _open_pages(definition, answers, with_optional=False)


def _form(visit: Visit, page: Page) -> BaseForm:
    return page_form(visit.definition, page, visit.answers, visit.sitting.id, language=current.language())


def _render(visit: Visit, forms: list[tuple[Page, BaseForm]]) -> str:
    """Return the page; the headings of the questions stand below the page's own."""
    words, definition, asked, names = current.words(), visit.definition, list[Asked](), list[str]()
    for page, form in forms:
        say, beside = partial(visit.say, words), visit.beside(words)
        shown = describe(definition, page, visit.answers, form, words, say, beside)
        asked += [replace(each, is_alone=False) for each in shown]
        names += values_of(form)
    raised = [definition.flags[id_] for id_ in score(definition, visit.answers.values).flags]
    built = SlowPage(
        asked=asked,
        number=sum(each.question.takes_answer for each in asked),
        seen=saving.say_seen(visit.answers, names),
        is_saved=bool(visit.answers.values),
        help=say_help(raised, visit, words, current.now()),
    )
    return render_template("respond/slow.html", page=built)
