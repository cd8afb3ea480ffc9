"""Who one is, asked again before data leaves the school; and the form that was kept while nobody was signed in."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import accounts, kept, throttle
from survey.access import Role, Staff, policy
from survey.web import second_step, transaction
from survey.web.current import now, session, vault, words
from survey.web.sign_in import has_fresh_proof, own_path, person, render, say_too_often

bp = Blueprint("confirm", __name__, url_prefix="/staff")


@bp.get("/confirm")
@policy(Staff(*Role))
def show() -> str:
    """Ask for a second proof (of a demo account the password); when it was given just now, lead on."""
    return _page(request.args.get("next", ""))


@bp.post("/confirm")
@policy(Staff(*Role))
def confirm() -> ResponseReturnValue:
    """Remember that it is still the same person, and lead on."""
    following = own_path(request.form.get("next", ""))
    try:
        right = _is_right_password() if person().proof == accounts.PASSWORD_ONLY else second_step.is_proved()
    except throttle.TooManyAttempts:
        transaction.keep()
        return _page(following, say_too_often()), 429
    if not right:
        return _page(following, words().text("That is not right.")), 422
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


def _is_right_password() -> bool:
    """Return whether the form carries the person's password; counted first, and nobody waits for the hash."""
    attempt = accounts.begin_confirm(session(), person(), now())
    session().commit()
    return accounts.is_right(attempt, request.form.get("password", ""))


def _page(following: str, message: str = "") -> str:
    by_password = person().proof == accounts.PASSWORD_ONLY
    path = own_path(following)
    return render(
        "confirm",
        next=path,
        errors={"password" if by_password else "code": message} if message else {},
        fresh=not message and has_fresh_proof(person()),
        is_file=_is_file(path),
        by_password=by_password,
        passkey=None if by_password else second_step.ask_passkey(),
    )


def _is_file(path: str) -> bool:
    return "." in path.partition("?")[0].rpartition("/")[2]
