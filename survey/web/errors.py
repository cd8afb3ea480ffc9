"""The pages that say what went wrong and what to do, in one place."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask, g, make_response, redirect, render_template, request, session, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from survey import sitting as stage
from survey.definition.model import Page
from survey.i18n import Catalogue, languages, staff_languages
from survey.store.database import db
from survey.store.surveying import Round
from survey.web import current
from survey.web.limits import is_for_files

_log = logging.getLogger(__name__)

#: What a database raises that is away, locked or full.
AWAY = (OperationalError, InterfaceError)
RETRY_SECONDS = "10"
LONGEST_KEPT = 4000
#: Fields of the frame; all others of a refused form are what somebody typed or chose.
OWN_FIELDS = frozenset({"csrf_token", "seen-at", "password", "email", "next"})


def set_up(app: Flask) -> None:
    """Answer each refusal and each fault with its page."""
    from survey.web import conflict_page  # which needs the respondent, who is refused with the pages here

    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(HTTPException, refused)
    for away in AWAY:
        app.register_error_handler(away, unavailable)
    app.register_error_handler(StaleDataError, overtaken)
    app.register_error_handler(stage.RoundClosed, closed)
    app.register_error_handler(stage.AlreadySent, sent_before)
    app.register_error_handler(stage.OutOfOrder, out_of_order)
    app.register_error_handler(stage.IncompletePath, incomplete)
    app.register_error_handler(stage.Conflict, conflict_page.show)


def message(
    status: int, title: str, *advice: str, kept: tuple[str, ...] = (), go: tuple[str, str] | None = None
) -> Response:
    """Return a page of one title and some sentences, with texts that were typed and a link (address, words)."""
    page = render_template("respond/message.html", title=title, advice=advice, kept=kept, go=go, status=status)
    return make_response(page, status)


def refused(error: HTTPException) -> ResponseReturnValue:
    """Answer an HTTP error; one that already is an answer (a redirect) goes as it is."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code == 404 and request.path[:3].lower() == "/u/":
        return unknown_link()
    status = 404 if error.code == 403 else error.code  # what you may not see does not exist
    if status < 500 and request_ctx.url_adapter is not None:  # a host that is not ours has no addresses
        _introduce()
    answer = message(status, *_say(status), go=_onward(status))
    if isinstance(getattr(error, "valid_methods", None), list | set | tuple):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return answer


def expired(error: CSRFError) -> Response:
    """Answer a form whose token or cookie is too old: say where to go on, and give typed words back."""
    _introduce()
    say = _words().text
    if request.path.startswith("/staff"):
        return message(400, say("This page is too old"), say("Go back, load the page again and try once more."))
    advice = say("Open your link again."), say("Your saved answers are still there.")
    is_inside = "sitting" in session and request.path.startswith("/v/")
    go = (request.path, say("Go on")) if is_inside else None
    return message(400, say("This page is too old"), *(advice[1:] if is_inside else advice), kept=_typed(), go=go)


def no_visit() -> Response:
    """Answer a student's page that was asked without a cookie, or with one of a link that no longer stands."""
    say = _words().text
    where = say("You find it in the message or on the card from your mentor.")
    return message(403, say("Open your link again"), where, go=_type_code())


def unknown_link() -> Response:
    """Answer an unknown, malformed or revoked link; the same page for each."""
    say = _words().text
    advice = say("Did you type it? Then look once more."), say("Or ask your mentor for a new link.")
    return message(404, say("This link does not work"), *advice, go=_type_code())


def not_open(round_: Round, now: datetime, status: int = 403) -> Response:
    """Answer a valid link whose round takes no answers now: say when it does, and whom to call."""
    words = _words()
    whom = words.text("Do you want to say something? Call or message your mentor.")
    if now < round_.opens_at:
        when = words.text("You can start on {date}.", date=words.date(round_.opens_at))
        return message(status, words.text("It is not open yet"), when, whom)
    when = words.text("You could answer until {date}.", date=words.date(round_.closes_at))
    return message(status, words.text("It is closed"), when, whom)


def closed(error: stage.RoundClosed) -> Response:
    """Answer a page that was sent before or after its round."""
    return not_open(error.round, current.now())


def sent_before(error: stage.AlreadySent) -> ResponseReturnValue:
    """Lead who sends a page after sending everything to what happens now."""
    return redirect(url_for("afterwards.done"), 303)


def out_of_order(error: stage.OutOfOrder) -> ResponseReturnValue:
    """Lead to the first open question."""
    return _lead_to(error.first_open)


def incomplete(error: stage.IncompletePath) -> ResponseReturnValue:
    """Lead to the question that must be answered before sending."""
    return _lead_to(error.page)


def unavailable(error: SQLAlchemyError) -> Response:
    """Answer when the database is away, locked or full: nothing is stored, and typed words come back."""
    _log.error("database: %s", type(error).__name__)
    db.session.expunge_all()  # so that what was read already can be shown without the database
    db.session.rollback()
    try:
        answer = message(503, *_say(503), kept=_typed(), go=_onward(503))
    except SQLAlchemyError:  # the page wanted more than was read: it has to do without who and whose
        for name in ("visit", "sender"):
            g.pop(name, None)
        answer = message(503, *_say(503), kept=_typed(), go=_onward(503))
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def overtaken(error: StaleDataError) -> Response:
    """Answer a change to a row that somebody else changed at the same moment."""
    _log.info("overtaken: %s", error)
    say = _words().text
    return message(409, say("Somebody else just changed this"), say("Go back and look again."))


def _lead_to(page: Page | None) -> ResponseReturnValue:
    return redirect(url_for("respond.ask", page_id=page.id) if page else url_for("respond.check"), 303)


def _say(status: int) -> tuple[str, str]:
    """Return what a visitor reads at this status: what happened, and what to do."""
    say = _words().text
    said = {
        404: (say("This page does not exist"), say("Open your link again, or go back.")),
        410: (say("This is too old to send"), say("Look whether your answer is there.")),
        413: (say("That is too much text"), say("Go back and make your text shorter.")),
        429: (say("Too many tries"), say("Wait a quarter of an hour. Then try again.")),
        503: (say("It does not work for a moment"), say("Nothing is lost. Wait a moment and try again.")),
    }
    if status == 413 and is_for_files():
        if request.blueprint == "lists_in":
            advice = say("A list may be at most 2 MB. Leave columns out. Or cut it in two.")
            return say("That file is too big"), advice
        advice = say("Choose a file of at most 2 MB. A document of a school is much smaller.")
        return say("That file is too big"), advice
    other = (say("That did not work"), say("Go back and try again."))
    broken = (say("Something went wrong with us"), say("It is not your fault. Go back and try again."))
    return said.get(status, other if status < 500 else broken)


def _introduce() -> None:
    """Find out who is answering, where a page was refused before that: the page then names whom to call."""
    from survey.web import respondent  # which refuses with the pages here

    if "sitting" in session and "visit" not in g and not request.path.startswith("/staff"):
        respondent.enter()


def _type_code() -> tuple[str, str]:
    """Return the door for who has no link that works, with words."""
    return url_for("code_entry.show"), _words().text("Type your code")


def _onward(status: int) -> tuple[str, str] | None:
    """Return where to go on, with words: the same page again after a fault, the open question for who is answering."""
    say = _words().text
    if status >= 500:
        return (request.full_path.rstrip("?"), say("Load this page again")) if request.method == "GET" else None
    is_answering = "sitting" in session and not request.path.startswith("/staff")
    return (url_for("keep.one_by_one"), say("Go on")) if is_answering and status in (404, 405, 410) else None


def _typed() -> tuple[str, ...]:
    """Return what somebody wrote in the form that was refused: sentences, not option codes."""
    sent = request.form.items(multi=True)
    return tuple(text[:LONGEST_KEPT] for name, text in sent if name not in OWN_FIELDS and " " in text.strip())


def _words() -> Catalogue:
    """Return the words of an error page: in the visit's language, else what the browser asks for, else Dutch."""
    if "language" not in g:
        is_staff = request.path.startswith("/staff")
        offered = staff_languages() if is_staff else languages()
        chosen = session.get("staff_language" if is_staff else "language")
        asked = chosen or request.accept_languages.best_match(offered)
        current.speak(asked if asked in offered else "nl")
    return current.words()
