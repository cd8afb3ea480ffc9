"""The second step of signing in: a code or a passkey; and setting one up, at the first time and later."""

from __future__ import annotations

import base64

import segno
from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug import Response

from survey import accounts, factors, passkeys, throttle
from survey.access import Arriving, policy
from survey.records import school_key
from survey.store.people import Staff
from survey.vault import Unreadable
from survey.web import transaction
from survey.web.current import now, session, settings, vault, words
from survey.web.sign_in import ask_again, has_fresh_proof, let_in, own_path, person, render, say_device, say_too_often

bp = Blueprint("second_step", __name__, url_prefix="/staff/second")


@bp.get("")
@policy(Arriving())
def show() -> ResponseReturnValue:
    """Ask for the second proof; who has none yet sets one up."""
    following = own_path(request.args.get("next", ""))
    if person().proved_at is not None:
        return redirect(following, 303)
    if not factors.has_factor(session(), person().id):
        return redirect(url_for("second_step.show_new", next=following), 303)
    return _ask(following)


@bp.post("")
@policy(Arriving())
def check() -> ResponseReturnValue:
    """Let in who gave a right code or passkey."""
    following = own_path(request.form.get("next", ""))
    if person().proved_at is not None:
        return redirect(following, 303)
    try:
        right = is_proved()
    except throttle.TooManyAttempts:
        transaction.keep()
        return _ask(following, say_too_often()), 429
    if not right:
        return _ask(following, words().text("This code or passkey is not right.")), 422
    token = accounts.complete(session(), vault(), person(), now())
    return let_in(redirect(following, 303), token)


@bp.get("/new")
@policy(Arriving())
def show_new() -> ResponseReturnValue:
    """Show how to set up an app or a passkey."""
    return _refuse_setting_up() or _set_up(own_path(request.args.get("next", "")))


@bp.post("/app")
@policy(Arriving())
def add_app() -> ResponseReturnValue:
    """Store an app whose code is right for the secret that the page showed."""
    if refusal := _refuse_setting_up():
        return refusal
    following, offer = own_path(request.form.get("next", "")), request.form.get("offer", "")
    try:
        secret = factors.open_offer(session(), vault(), person().id, base64.urlsafe_b64decode(offer))
        first = not factors.has_factor(session(), person().id)
        code = "".join(request.form.get("code", "").split())
        factors.add_app(session(), vault(), person().id, secret, code, _name(words().text("App")), now())
    except factors.WrongCode:
        message = words().text("This code is not right. Wait for the next one and type that.")
        return _set_up(following, (secret, offer), {"code": message}), 422
    except (Unreadable, ValueError):
        return _set_up(following), 422
    return _finish(first, following)


@bp.post("/passkey")
@policy(Arriving())
def add_passkey() -> ResponseReturnValue:
    """Store the passkey that the browser made."""
    if refusal := _refuse_setting_up():
        return refusal
    following = own_path(request.form.get("next", ""))
    first = not factors.has_factor(session(), person().id)
    name = _name(say_device(request.user_agent.string) or words().text("Passkey"))
    answer, challenge = request.form.get("answer", ""), make_challenge()
    try:
        passkeys.add(session(), vault(), place(), person().id, answer, challenge, name, now())
    except passkeys.BadPasskey:
        return _set_up(following, errors={"passkey": words().text("The passkey was not made. Try again.")}), 422
    return _finish(first, following)


def is_proved() -> bool:
    """Return whether the form of this request proves who the person is: by passkey, app or recovery code.

    The try is counted and committed before anything is compared. Raises throttle.TooManyAttempts.
    """
    staff_id = person().id
    factors.count_try(session(), vault(), staff_id, now())
    session().commit()
    if answer := request.form.get("answer"):
        right = passkeys.is_right(session(), vault(), place(), staff_id, answer, make_challenge(), now())
    else:
        right = factors.is_right(session(), vault(), staff_id, request.form.get("code", ""), now())
    if right:
        factors.forget_tries(session(), vault(), staff_id)
    return right


def place() -> passkeys.Place:
    """Return where passkeys are bound to."""
    return passkeys.Place(settings().base_url.rstrip("/"))


def make_challenge() -> bytes:
    """Return what a passkey signs now; it changes with each proof that this session gives."""
    me = person()
    return bytes.fromhex(vault().blind("passkey challenge", f"{me.session_id} {me.proved_at}"))


def ask_passkey() -> str | None:
    """Return what the browser needs to ask for a passkey of this person; None without any."""
    return passkeys.ask(session(), vault(), place(), person().id, make_challenge())


def _refuse_setting_up() -> Response | None:
    """Let nobody past a second proof by setting up another one: it is given first."""
    me = person()
    if me.proved_at is None:
        return redirect(url_for("second_step.show"), 303) if factors.has_factor(session(), me.id) else None
    return None if has_fresh_proof(me) else ask_again(me)


def _finish(first: bool, following: str) -> ResponseReturnValue:
    """Let who set up the first proof in, with recovery codes, which are shown this once."""
    if not first:
        return redirect(url_for("own_account.show"), 303)
    token = accounts.complete(session(), vault(), person(), now())
    codes = factors.new_codes(session(), vault(), person().id, now())
    response = let_in(make_response(), token)
    response.set_data(render("recovery_codes", codes=codes, next=following))
    return response


def _ask(following: str, message: str = "") -> str:
    return render("second", next=following, errors={"code": message} if message else {}, passkey=ask_passkey())


def _set_up(following: str, offer: tuple[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    if offer is None:
        secret, sealed = factors.offer_app(session(), vault(), person().id)
        offer = secret, base64.urlsafe_b64encode(sealed).decode()
    email = _read_email()
    asked = None
    if place().has_passkeys:
        asked = passkeys.ask_new(session(), vault(), place(), person().id, email, make_challenge())
    code = segno.make(factors.address(offer[0], email), error="m").svg_inline(
        omitsize=True, border=4, svgclass="qr", lineclass=None, light="#fff"
    )
    return render(
        "set_up",
        next=following,
        errors=errors or {},
        offer=offer[1],
        secret=" ".join(offer[0][at : at + 4] for at in range(0, len(offer[0]), 4)),
        # Drawn by the library from dots alone; no text of anybody is in it.
        qr=Markup(code),  # noqa: S704
        passkey=asked,
        is_first=person().proved_at is None,
    )


def _name(otherwise: str) -> str:
    return request.form.get("name", "").strip() or otherwise


def _read_email() -> str:
    staff = session().get_one(Staff, person().id)
    return str(vault().open_json(school_key(session(), vault()), f"staff:{staff.id}:profile", staff.profile)["email"])
