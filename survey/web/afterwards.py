"""After sending: know the student again, show what happens, and let what was sent be put right or taken back."""

from __future__ import annotations

import json

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug import Response

from survey import correction, feedback, route
from survey import sitting as stage
from survey import throttle
from survey.access import Respondent, policy
from survey.definition.said import opened_by_options, say_answer
from survey.erase import erase_sitting
from survey.kinds.date import read_day, split
from survey.kinds.question import Refused
from survey.kinds.short_text import clean
from survey.records import open_profile, school_key
from survey.store.people import Student
from survey.store.surveying import Invitation
from survey.web import check_page, current, done_page, errors, respondent
from survey.web.downloads import attached

bp = Blueprint("afterwards", __name__)


@bp.get("/klaar")
@policy(Respondent)
def done() -> ResponseReturnValue:
    """Say what happens now, and what the answers mean; first ask who is there when that is not known."""
    visit = respondent.visit()
    if visit.sitting.status == stage.Status.ERASED:
        return errors.message(200, _say("Your answers are deleted"), *_say_deleted(visit))
    session, vault = current.session(), current.vault()
    outcome = stage.get_outcome(session, vault, visit.sitting)
    receipt = stage.find_receipt(session, visit.sitting)
    if outcome is None or receipt is None:
        return redirect(url_for("respond.check"), 303)
    if not respondent.is_known(visit.sitting):
        return _ask_who()
    page = done_page.build(visit, outcome, receipt, current.words())
    return render_template("respond/done.html", page=page, state=_state(visit))


@bp.post("/ik")
@policy(Respondent)
def confirm() -> ResponseReturnValue:
    """Believe who gives the birth date that the school knows, or, where it knows none, who says to be that person."""
    visit = respondent.visit()
    born = _birth_date(visit)
    if born is not None and (refusal := _refuse_birth_date(visit, born)) is not None:
        return refusal
    respondent.know(visit.sitting)
    return redirect(url_for("agree.show" if _to() else "afterwards.done"), 303)


@bp.post("/verbeteren")
@policy(Respondent)
def correct() -> ResponseReturnValue:
    """Open what was sent for a change; until it is sent again it stands as it was."""
    visit = respondent.visit()
    if (stranger := _refuse_stranger(visit)) is not None:
        return stranger
    try:
        correction.correct(current.session(), current.vault(), visit.sitting, current.now())
    except (correction.Final, stage.NotSent):
        return redirect(url_for("afterwards.done"), 303)
    return redirect(url_for("respond.check"), 303)


@bp.post("/laat-zo")
@policy(Respondent)
def keep() -> ResponseReturnValue:
    """Forget what was being changed; what was sent stands."""
    visit = respondent.visit()
    if (stranger := _refuse_stranger(visit)) is not None:
        return stranger
    correction.leave_as_sent(current.session(), current.vault(), visit.sitting, current.now())
    return redirect(url_for("afterwards.done"), 303)


@bp.get("/verwijderen")
@policy(Respondent)
def ask_erase() -> ResponseReturnValue:
    """Say what deleting does, before it is done."""
    visit = respondent.visit()
    if visit.sitting.status == stage.Status.ERASED:
        return redirect(url_for("afterwards.done"), 303)
    if (stranger := _refuse_stranger(visit)) is not None:
        return stranger
    return render_template("respond/erase.html", is_final=visit.sitting.status == stage.Status.FINAL, back=_back(visit))


@bp.post("/verwijderen")
@policy(Respondent)
def erase() -> ResponseReturnValue:
    """Delete what was said: the key is destroyed, so that no copy can be read."""
    visit = respondent.visit()
    if (stranger := _refuse_stranger(visit)) is not None:
        return stranger
    erase_sitting(current.session(), current.vault(), visit.sitting, f"student:{visit.sitting.id}", current.now())
    return redirect(url_for("afterwards.done"), 303)


@bp.get("/mijn-antwoorden")
@policy(Respondent)
def export() -> ResponseReturnValue:
    """Give the student the own answers as a page to keep and print, with what they mean once they are sent."""
    visit = respondent.visit()
    if (stranger := _refuse_stranger(visit)) is not None:
        return stranger
    outcome = stage.get_outcome(current.session(), current.vault(), visit.sitting)
    receipt = stage.find_receipt(current.session(), visit.sitting)
    said, page = current.words(), None
    if outcome is not None and receipt is not None:
        page = done_page.build(visit, outcome, receipt, said)
    topics = check_page.group_answers(visit, said)
    html = render_template("respond/answers.html", page=page, topics=topics, now=current.now())
    return attached(make_response(html), "mijn-antwoorden.html")


@bp.get("/mijn-antwoorden.json")
@policy(Respondent)
def export_json() -> ResponseReturnValue:
    """Give the same answers for a computer: the words of each question and answer, and the codes."""
    visit = respondent.visit()
    if (stranger := _refuse_stranger(visit)) is not None:
        return stranger
    answer = make_response(json.dumps(_own_answers(visit), ensure_ascii=False, indent=2))
    answer.mimetype = "application/json"
    return attached(answer, "mijn-antwoorden.json")


@bp.get("/mening")
@policy(Respondent)
def ask_feedback() -> ResponseReturnValue:
    """Ask what the student thinks of the questions, apart from the answers."""
    return render_template("respond/feedback.html", longest=feedback.LONGEST, words_given="", easy="", error="")


@bp.post("/mening")
@policy(Respondent)
def give_feedback() -> ResponseReturnValue:
    """Keep what was said with the round only."""
    said = feedback.Opinion(request.form.get("easy", ""), clean(request.form.get("words", "")))
    try:
        feedback.give(current.session(), current.vault(), respondent.visit().round.id, said, current.now())
    except feedback.BadFeedback as refusal:
        errors_ = {
            "empty": _say("Choose an answer or write something."),
            "long": current.words().text("Make it shorter. At most {n} characters fit.", n=feedback.LONGEST),
        }
        page = render_template(
            "respond/feedback.html",
            longest=feedback.LONGEST,
            words_given=said.words,
            easy=said.easy,
            error=errors_[refusal.code],
        )
        return make_response(page, 422)
    return redirect(url_for("afterwards.thank"), 303)


@bp.get("/mening/dank")
@policy(Respondent)
def thank() -> Response:
    """Thank for it."""
    back = url_for("afterwards.done"), _say("Back")
    return errors.message(200, _say("Thank you for saying so"), _say("Your name is not with it."), go=back)


@bp.after_request
def store_nowhere(response: Response) -> Response:
    """Keep these pages out of the browser's memory: on a shared phone Back must not show them."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _state(visit: respondent.Visit) -> str:
    """Return what can still be done: `correcting`, `open` or `final`."""
    if visit.sitting.correction is not None:
        return "correcting"
    return "final" if visit.sitting.status == stage.Status.FINAL else "open"


def _refuse_stranger(visit: respondent.Visit) -> ResponseReturnValue | None:
    """Lead who sent before, and is not known on this phone yet, to the page that asks who is there."""
    is_meant = visit.sitting.sent_at is None or respondent.is_known(visit.sitting)
    return None if is_meant else redirect(url_for("afterwards.done"), 303)


def _refuse_birth_date(visit: respondent.Visit, born: object) -> Response | None:
    """Ask once more for a birth date that is not the one the school knows; None for the right one.

    A try is counted for the sitting, on whichever phone it is made, and stored before anything is compared.
    """
    session, index = current.session(), current.vault().blind("born", visit.sitting.id)
    try:
        given = read_day(split(request.form.getlist("born")))
        throttle.count(session, "born", index, current.now())
    except Refused:
        return make_response(_ask_who(_say("Fill in a day, a month and a year.")), 422)
    except throttle.TooManyAttempts:
        mentor = visit.sender.mentor_first
        often = current.words().text("That was wrong too often. Wait a day, or ask {mentor}.", mentor=mentor)
        return make_response(_ask_who(often), 429)
    session.commit()
    if given != born:
        return make_response(_ask_who(_say("That is not the birth date that school knows. Try again.")), 422)
    throttle.forget(session, "born", index)
    return None


def _back(visit: respondent.Visit) -> str:
    return url_for("respond.check" if visit.sitting.sent_at is None else "afterwards.done")


def _ask_who(error: str = "") -> str:
    visit = respondent.visit()
    has_date = _birth_date(visit) is not None
    given = (request.form.getlist("born") + ["", "", ""])[:3]
    name = visit.sender.first_name
    return render_template("respond/known.html", to=_to(), name=name, has_date=has_date, given=given, error=error)


def _to() -> str | None:
    """Return "verslag" where that was asked for before it was known who is there."""
    return "verslag" if request.args.get("to") == "verslag" else None


def _say_deleted(visit: respondent.Visit) -> tuple[str, ...]:
    words, name = current.words(), visit.sender.mentor_first
    return (
        words.text("Nobody can read them any more."),
        words.text("Do you want to take part after all? Open your link again, or ask {mentor}.", mentor=name),
    )


def _birth_date(visit: respondent.Visit) -> object:
    """Return the day on which the school says that this student was born, None where it does not know."""
    session = current.session()
    of_invitation = select(Student).join(Invitation, Invitation.student_id == Student.id)
    student = session.scalars(of_invitation.where(Invitation.id == visit.invitation.id)).one()
    return open_profile(school_key(session, current.vault()), student).birth_date


def _own_answers(visit: respondent.Visit) -> dict[str, object]:
    """Return what a student gave, in the order in which it was asked."""
    definition, words = visit.definition, current.words()
    path = route.find_path(definition, visit.answers.values)
    followers = opened_by_options(definition)
    rows = [
        {
            "tekst": visit.say(words, definition.questions[id_].text),
            "antwoord": say_answer(definition, id_, path.values, words.language),
            "id": id_,
        }
        for id_ in path.questions
        if definition.questions[id_].takes_answer and (id_ not in followers or id_ in path.values)
    ]
    sent = visit.sitting.sent_at
    return {
        "vragenlijst": f"{definition.id} {definition.version}",
        "verstuurd": sent.isoformat() if sent else None,
        "antwoorden": rows,
    }


def _say(message: str) -> str:
    return current.words().text(message)
