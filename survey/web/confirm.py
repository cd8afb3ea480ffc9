"""Who one is, asked again before data leaves the school; and the form that was kept while nobody was signed in."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import accounts, kept, throttle
from survey.access import Role, Staff, policy
from survey.web import transaction
from survey.web.current import now, session, vault, words
from survey.web.sign_in import has_fresh_proof, own_path, person, render, say_too_often

bp = Blueprint("confirm", __name__, url_prefix="/staff")


@bp.get("/confirm")
@policy(Staff(*Role))
def show() -> str:
    """Ask for the password; when it was given just now, lead on."""
    return _page(request.args.get("next", ""))


@bp.post("/confirm")
@policy(Staff(*Role))
def confirm() -> ResponseReturnValue:
    """Remember that it is still the same person, and lead on."""
    following = own_path(request.form.get("next", ""))
    try:
        attempt = accounts.begin_confirm(session(), person(), now())
    except throttle.TooManyAttempts:
        transaction.keep()
        return _page(following, say_too_often()), 429
    session().commit()  # the attempt counts from here on, and nobody waits for the hash
    if not accounts.is_right(attempt, request.form.get("password", "")):
        return _page(following, words().text("This password is not right.")), 422
    accounts.prove(session(), vault(), person(), now())
    if _is_file(following):  # a browser that stores a file stays on the page where it was: let that be a useful one
        return redirect(url_for("confirm.show", next=following), 303)
    return redirect(following, 303)


@bp.get("/kept/<kept_id>")
@policy(Staff(*Role))
def show_kept(kept_id: str) -> str:
    """Show a form that was sent after its session ended, to be sent now."""
    form = kept.find(session(), vault(), kept_id, person().id, now())
    if form is None:
        abort(404)
    return render("kept", form=form, typed=[value for _, value in form.fields if " " in value.strip()])


def _page(following: str, message: str = "") -> str:
    errors = {"password": message} if message else {}
    path = own_path(following)
    fresh = not errors and has_fresh_proof(person())
    return render("confirm", next=path, errors=errors, fresh=fresh, is_file=_is_file(path))


def _is_file(path: str) -> bool:
    return "." in path.partition("?")[0].rpartition("/")[2]
