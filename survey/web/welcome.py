"""For who has no password (any more): a link that was mailed, by which one is chosen, and how to ask for it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import account_news, accounts, colleagues, jobs, passwords, throttle
from survey.access import Anyone, policy
from survey.store.database import only_reads
from survey.web import transaction
from survey.web.current import now, session, vault, words
from survey.web.own_account import say_weakness
from survey.web.sign_in import choose_language, render, say_too_often

bp = Blueprint("welcome", __name__, url_prefix="/staff")


@bp.get("/welcome/<token>")
@policy(Anyone())
def show(token: str) -> ResponseReturnValue:
    """Show the form for a password; looking uses nothing up, since mail scanners look at links too."""
    choose_language()
    only_reads(session())
    found = colleagues.find_link(session(), vault(), token, now())
    return _form(*account_news.known_of(session(), vault(), found[1])) if found else _no_link()


@bp.post("/welcome/<token>")
@policy(Anyone())
def choose(token: str) -> ResponseReturnValue:
    """Store the password; from then on the link opens nothing."""
    choose_language()
    found = colleagues.find_link(session(), vault(), token, now())
    if found is None:
        return _no_link()
    link_id, known = found[0].id, account_news.known_of(session(), vault(), found[1])
    session().commit()  # nobody waits for the hash
    try:
        hashed = accounts.hash_password(request.form.get("new_password", ""), known)
    except accounts.WeakPassword as error:
        return _form(*known, {"new_password": say_weakness(str(error))}), 422
    if not colleagues.use_link(session(), vault(), link_id, hashed, now()):
        return _no_link()
    return redirect(url_for("sign_in.show", chosen="1"), 303)


@bp.get("/forgotten")
@policy(Anyone())
def show_forgotten() -> str:
    """Ask for the address."""
    choose_language()
    return _ask("")


@bp.post("/forgotten")
@policy(Anyone())
def ask_link() -> ResponseReturnValue:
    """Say that a mail comes when the address has an account. The worker looks: here the work is the same for all."""
    choose_language()
    email = request.form.get("email", "").strip()
    if not email:
        return _ask("", words().text("Fill in your e-mail address.")), 422
    index = accounts.email_index(vault(), email)
    try:
        throttle.count(session(), "forgotten", index, now())
    except throttle.TooManyAttempts:
        transaction.keep()
        return _ask(email, say_too_often()), 429
    jobs.plan(session(), "mail_forgotten", index)
    return render("forgotten", errors={}, email=email, sent=True)


def _form(name: str, email: str, school: str, errors: dict[str, str] | None = None) -> str:
    shortest = passwords.SHORTEST
    return render("welcome", whose=name, email=email, at=school, errors=errors or {}, shortest=shortest)


def _ask(email: str, message: str = "") -> str:
    return render("forgotten", errors={"email": message} if message else {}, email=email, sent=False)


def _no_link() -> ResponseReturnValue:
    return render("no_link"), 404
