"""The preview: a questionnaire as students get it, in a phone, walked and scored, and nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.form import BaseForm

from survey import route
from survey.access import Role, Staff, policy
from survey.arrive import find_arrivals
from survey.definition.model import Page
from survey.form import page_form, sound_values
from survey.i18n import name_in
from survey.score import score
from survey.sitting import Receipt
from survey.store.surveying import Invitation, Round
from survey.web import check_page, current, done_page, question_page, questionnaires, respondent
from survey.web.limits import READING
from survey.web.link import Asked
from survey.web.sign_in import render
from survey.web.trial import Trial, begin

bp = Blueprint("preview", __name__, url_prefix="/staff/questionnaires/<version_id>")

SEES = Staff(Role.coordinator, Role.administrator)
#: On the last page of the preview, where a student finds a code to name when calling.
CODE = "----"


@dataclass(frozen=True, slots=True)
class Jump:
    """One page to go to."""

    number: int
    text: str
    topic: str
    url: str
    is_found: bool  # answers that lead there are known


@bp.get("/preview")
@policy(SEES)
def show(version_id: str) -> str:
    """Show the phone, with the languages and every page to jump to."""
    version = questionnaires.get(version_id)
    definition = version.definition
    if definition is None:
        abort(404)
    spoken = respondent.spoken(definition) or ("nl",)
    wanted = request.args.get("language")
    language = wanted if wanted in spoken else spoken[0]
    g.has_frame, said = True, current.language()
    return render(
        "preview",
        version=version,
        phone=url_for("preview.start", version_id=version.id, language=language),
        languages=[
            (name_in(code, said), url_for("preview.show", version_id=version.id, language=code), code == language)
            for code in spoken
        ],
        unheard=[name_in(code, said) for code in definition.languages if code not in spoken],
        unchecked=name_in(language, said) if language in definition.unchecked_languages else "",
        jumps=_jumps(Trial(version, definition, language, {})),
    )


@bp.get("/phone")
@policy(SEES)
def start(version_id: str) -> str:
    """Show the first page of the students."""
    trial = _trial(version_id)
    number = route.progress(trial.definition, {}, trial.definition.pages[0].id)[1]
    asked = Asked(Invitation(), Round(), None, g.sender, trial.definition)
    page = render_template("respond/start.html", asked=asked, number=number, say=g.sender.say, token="voorbeeld")
    return trial.lead_back(page)


@bp.post("/phone")
@policy(SEES)
def begin_trial(version_id: str) -> ResponseReturnValue:
    """Go to the first question."""
    trial = _trial(version_id)
    return redirect(trial.to_page(route.find_path(trial.definition, {}).pages[0]), 303)


@bp.get("/phone/v/<page_id>")
@policy(SEES)
def ask(version_id: str, page_id: str) -> str:
    """Show a question page, whether or not the answers so far lead to it."""
    trial = _trial(version_id)
    page = _page(trial, page_id)
    visit = trial.visit()
    form = page_form(trial.definition, page, visit.answers, "preview", language=current.language())
    return _show(trial, visit, page, form)


@bp.post("/phone/v/<page_id>")
@policy(SEES)
def answer(version_id: str, page_id: str) -> ResponseReturnValue:
    """Go to the next page with the answers of this one in the address."""
    trial = _trial(version_id)
    page = _page(trial, page_id)
    visit = trial.visit()
    form = page_form(trial.definition, page, visit.answers, "preview", language=current.language())
    form.process(request.form)
    if not form.validate():
        return make_response(_show(trial, visit, page, form), 422)
    after = trial.with_answers(sound_values(form))
    if request.args.get("terug") == "controle":
        return redirect(after.to_page(route.first_open(after.definition, after.answers), na=page.id), 303)
    return redirect(after.to_page(_next(after, page), na=page.id), 303)


@bp.get("/phone/controle")
@policy(SEES)
def check(version_id: str) -> str:
    """Show the check page."""
    trial = _trial(version_id)
    built = check_page.build(trial.visit(), current.words(), current.now())
    return trial.lead_back(render_template("respond/check.html", page=built, corrects=False))


@bp.post("/phone/controle")
@policy(SEES)
def send(version_id: str) -> ResponseReturnValue:
    """Send nothing, and go to the last page; to a question that is still open when there is one."""
    trial = _trial(version_id)
    page = route.first_open(trial.definition, trial.answers)
    return redirect(trial.to("done") if page is None else trial.to_page(page), 303)


@bp.get("/phone/klaar")
@policy(SEES)
def done(version_id: str) -> str:
    """Show what the rules say of these answers, as students read it."""
    trial = _trial(version_id)
    outcome = score(trial.definition, trial.answers)
    receipt = Receipt(CODE, current.now(), True)
    built = done_page.build(trial.visit(), outcome, receipt, current.words())
    return trial.lead_back(render_template("respond/done.html", page=built, state="sent"))


@bp.post("/phone/taal")
@policy(SEES)
def turn(version_id: str) -> ResponseReturnValue:
    """Show the same page again, in another language when one is chosen; what else students can do stays undone."""
    trial = _trial(version_id)
    home = url_for("preview.start", version_id=version_id)
    wanted, here = request.form.get("language", ""), request.args.get("here", home)
    if wanted in g.spoken:
        trial = Trial(trial.version, trial.definition, wanted, trial.answers)
    is_own = here == home or (here.startswith(f"{home}/") and here.isprintable() and "\\" not in here)
    return redirect(f"{here if is_own else home}?s={trial.state}", 303)


def _trial(version_id: str) -> Trial:
    """Return the trial of this request, else 404."""
    version = questionnaires.get(version_id)
    return begin(version, version.definition) if version.definition else abort(404)


def _page(trial: Trial, page_id: str) -> Page:
    """Return a page of the definition, else 404."""
    return next((page for page in trial.definition.pages if page.id == page_id), None) or abort(404)


def _next(trial: Trial, page: Page) -> Page | None:
    """Return the next page of the path; of a page off the path, the first one behind it."""
    order = [each.id for each in trial.definition.pages]
    later = order[order.index(page.id) + 1 :]
    return next((each for each in route.find_path(trial.definition, trial.answers).pages if each.id in later), None)


def _show(trial: Trial, visit: respondent.Visit, page: Page, form: BaseForm) -> str:
    reads = request.method in READING
    after = request.args.get("na") if reads else None
    to_check = request.args.get("terug") == "controle"
    built = question_page.build(visit, page, form, current.words(), after, False, to_check, current.now())
    return trial.lead_back(render_template("respond/question.html", page=built))


def _jumps(trial: Trial) -> list[Jump]:
    """Return every page in the order of the file, each with answers that lead there."""
    arrivals, said = find_arrivals(trial.definition), current.words()
    jumps = []
    for number, page in enumerate(trial.definition.pages, 1):
        first = trial.definition.questions[page.questions[0]]
        arrived = Trial(trial.version, trial.definition, trial.language, arrivals.get(page.id, {}))
        text = said.words(page.title) or said.words(first.text) or page.id
        topic = said.words(trial.definition.topics.get(first.topic or "", {}))
        jumps.append(Jump(number, text, topic, arrived.to_page(page), page.id in arrivals))
    return jumps
