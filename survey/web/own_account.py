"""One's own account: password, second proofs, recovery codes, and the browsers in which one is signed in."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from survey import account_news, accounts, audit, factors, passwords, throttle
from survey.access import Role, Staff, policy
from survey.store.credentials import Factor
from survey.store.people import Staff as Colleague
from survey.web import transaction
from survey.web.current import now, session, vault, words
from survey.web.sign_in import person, render, say_too_often, steps_up

bp = Blueprint("own_account", __name__, url_prefix="/staff/account")


@bp.get("")
@policy(Staff(*Role))
def show() -> str:
    """Show the account."""
    return _page()


@bp.post("/password")
@policy(Staff(*Role))
def change_password() -> ResponseReturnValue:
    """Store another password when the one until now is right; every other browser is signed out."""
    try:
        attempt = accounts.begin_confirm(session(), person(), now())
    except throttle.TooManyAttempts:
        transaction.keep()
        return _page({"password": say_too_often()}), 429
    about = account_news.known_of(session(), vault(), session().get_one(Colleague, person().id))
    session().commit()  # nobody waits for the hashes
    if not accounts.is_right(attempt, request.form.get("password", "")):
        return _page({"password": words().text("This password is not right.")}), 422
    try:
        hashed = accounts.hash_password(request.form.get("new_password", ""), about)
    except accounts.WeakPassword as error:
        return _page({"new_password": say_weakness(str(error))}), 422
    staff = session().get_one(Colleague, person().id)
    accounts.set_password(session(), vault(), staff, hashed, now(), keep=person().session_id)
    return redirect(url_for("own_account.show", done="password"), 303)


@bp.post("/codes")
@policy(Staff(*Role))
@steps_up
def renew_codes() -> str:
    """Show new recovery codes, this once; those from before are of no use any more."""
    codes = factors.new_codes(session(), vault(), person().id, now())
    return render("recovery_codes", codes=codes, next=url_for("own_account.show"))


@bp.post("/factors/<factor_id>/remove")
@policy(Staff(*Role))
@steps_up
def remove_factor(factor_id: str) -> ResponseReturnValue:
    """Take an app or passkey away; the last one stays, for signing in asks for it."""
    factor = session().get(Factor, factor_id)
    if factor is None or factor.staff_id != person().id:
        abort(404)
    if len(factors.get_factors(session(), vault(), person().id)) == 1:
        return _page({"factors": words().text("Set up another one first: signing in takes a second step.")}), 422
    factors.remove(session(), vault(), factor, person().actor, now())
    return redirect(url_for("own_account.show"), 303)


@bp.post("/sessions/<session_id>/end")
@policy(Staff(*Role))
def end_session(session_id: str) -> Response:
    """Sign one of the own browsers out."""
    if not accounts.end_sessions(session(), person().id, keep=person().session_id, only=session_id):
        abort(404)
    return _ended()


@bp.post("/sessions/end")
@policy(Staff(*Role))
def end_others() -> Response:
    """Sign every own browser but this one out."""
    accounts.end_sessions(session(), person().id, keep=person().session_id)
    return _ended()


@bp.post("/stay")
@policy(Staff(*Role))
def stay() -> ResponseReturnValue:
    """Go on: asked by the script that warns before a session ends."""
    accounts.touch(session(), person(), now())
    return "", 204


def say_weakness(weakness: str) -> str:
    """Return why a password is refused."""
    said = {
        "short": words().text("Take at least {n} characters. A few words are easy to remember.", n=passwords.SHORTEST),
        "long": words().text("Take at most {n} characters.", n=passwords.LONGEST),
        "common": words().text("This is easy to guess. Leave out your name, the school, months and rows of keys."),
    }
    return said[weakness]


def _ended() -> Response:
    audit.record(session(), vault(), person().actor, "staff.end_session", f"staff:{person().id}", now())
    return redirect(url_for("own_account.show", done="sessions"), 303)


def _page(errors: dict[str, str] | None = None) -> str:
    me, said = person(), words()
    name, email, _ = account_news.known_of(session(), vault(), session().get_one(Colleague, me.id))
    done = {
        "password": said.text("Your password was changed."),
        "sessions": said.text("Signed out there."),
    }
    kinds = {"totp": said.text("Authenticator app"), "passkey": said.text("Passkey")}
    return render(
        "own_account",
        errors=errors or {},
        done=done.get(request.args.get("done", ""), ""),
        whose=name,
        email=email,
        factors=[
            {
                "id": one.id,
                "kind": kinds[one.kind],
                "name": one.name,
                "since": said.date(one.created_at),
                "used": said.moment(one.used_at) if one.used_at else "",
            }
            for one in factors.get_factors(session(), vault(), me.id)
        ],
        codes_left=factors.count_codes(session(), me.id),
        sessions=[
            {
                "id": one.id,
                "device": one.device or said.text("Unknown browser"),
                "since": said.moment(one.started_at),
                "seen": said.moment(one.seen_at),
                "is_this": one.is_this,
            }
            for one in accounts.get_sessions(session(), vault(), me, now())
        ],
        shortest=passwords.SHORTEST,
    )
