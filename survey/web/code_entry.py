"""The door for who has no link: type the short code of the card. It tells nothing of what stands behind a code."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from survey import codes
from survey.access import Anyone, policy
from survey.i18n import languages
from survey.web import current, transaction

bp = Blueprint("code_entry", __name__)

LONGEST = 40  # of what was typed and is shown again; a code has eleven characters


@bp.get("/")
@bp.get("/code")
@policy(Anyone)
def show() -> ResponseReturnValue:
    """Ask for the code; a class's poster leads here."""
    return _render(200)


@bp.post("/code")
@policy(Anyone)
def enter() -> ResponseReturnValue:
    """Lead to the page behind a code; what is no code is said at once, all else looks the same."""
    _speak()
    say, typed, visitor = current.words().text, request.form.get("code", ""), request.remote_addr or ""
    try:
        found = codes.find_by_code(current.session(), current.vault(), typed, visitor, current.now())
    except codes.Mistyped:
        return _render(422, say("This is not a code. Look once more at your card."))
    except codes.TooManyCodes:
        return _render(429, say("Too many wrong codes. Wait a quarter of an hour. Your link does work."))
    if found is None:
        transaction.keep()  # the try counts
        return _render(422, say("You cannot answer with this code now. Ask your mentor."))
    return redirect(url_for("respond.show_start", token=current.vault().link_token(found.id, found.generation)), 303)


def _render(status: int, error: str = "") -> Response:
    """Return the page with what was typed still in it."""
    _speak()
    typed = request.form.get("code", "")[:LONGEST]
    return make_response(render_template("respond/code.html", error=error, typed=typed), status)


def _speak() -> None:
    """Speak what was chosen here, else what the browser asks for, else Dutch."""
    g.spoken = languages()
    wishes = (session.get("language"), request.accept_languages.best_match(g.spoken))
    current.speak(next((code for code in wishes if code and code in g.spoken), "nl"))
