"""The staff's door: sign in and out, who is inside, and in which language."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, g, make_response, redirect, render_template, request
from flask import session as cookie
from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from survey import accounts, kept, throttle
from survey.access import Anyone, Staff, View, policy
from survey.i18n import own_name, staff_languages
from survey.store.database import only_reads
from survey.store.people import School
from survey.web import navigation, transaction
from survey.web.current import language, now, session, settings, speak, vault, words
from survey.web.limits import READING

bp = Blueprint("sign_in", __name__, url_prefix="/staff")

RECORDS = "records_a_view"
STEPS_UP = "asks_for_a_fresh_proof"
#: Fields of a form that are not kept when its session has ended: of no use later, or secret.
NOT_KEPT = frozenset({"csrf_token", "code", "password", "new_password"})
#: Marks in a User-Agent header, the more telling first: every browser also says that it is another one.
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
#: What a role is called on the page.
ROLES = {
    "mentor": "Mentor",
    "coordinator": "Coordinator",
    "administrator": "School administrator",
    "region": "Region",
    "privacy_officer": "Privacy officer",
    "operator": "Operator",
}


def enter(needed: Staff) -> ResponseReturnValue | None:
    """Let a signed-in person of a needed role in, bound to the own school; else answer with the door.

    A view that only reads holds up no student who saves. One that audits says so with `records`.
    """
    choose_language()
    view = current_app.view_functions[str(request.endpoint)]
    reads = request.method in READING and not hasattr(view, RECORDS)
    if reads:
        only_reads(session())
    token = request.cookies.get(cookie_name(), "")
    person = accounts.find_signed_in(session(), vault(), token, now()) if token else None
    if person is None:
        return _to_the_door(token)
    if person.proved_at is None:
        here = request.full_path.rstrip("?") if request.method in READING else None
        return redirect(url_for("second_step.show", next=here), 303)
    if now() - person.seen_at > accounts.TOUCH:
        _touch(person, reads)
    g.person = person
    g.school_name = session().get_one(School, person.school_id).name
    if person.role not in needed.roles:
        return _not_for(person)
    if hasattr(view, STEPS_UP) and not has_fresh_proof(person):
        return ask_again(person)
    return None


def enter_arriving() -> ResponseReturnValue | None:
    """Let in whose password was right, be the second proof given or not; else answer with the door."""
    choose_language()
    if request.method in READING:
        only_reads(session())
    token = request.cookies.get(cookie_name(), "")
    person = accounts.find_signed_in(session(), vault(), token, now()) if token else None
    if person is None:
        return _to_the_door("")
    g.person = person
    g.school_name = session().get_one(School, person.school_id).name
    return None


def records(view: View) -> View:
    """Mark a view that is only looked at but stores something: its audit event."""
    setattr(view, RECORDS, True)
    return view


def steps_up(view: View) -> View:
    """Mark a view by which data leaves the school: it asks who it is again when the last proof is too old."""
    setattr(view, STEPS_UP, True)
    return view


def has_fresh_proof(person: accounts.Person) -> bool:
    """Return whether this person proved not long ago who they are."""
    return person.proved_at is not None and now() - person.proved_at <= accounts.STEP_UP


def person() -> accounts.Person:
    """Return who is signed in; call it in views of staff only."""
    found: accounts.Person = g.person
    return found


def render(name: str, **values: object) -> str:
    """Return a staff page with what every one of them shows: the school, the person, the other language."""
    someone: accounts.Person | None = g.get("person")
    other = next((code for code in staff_languages() if code != language()), None)
    return render_template(
        f"staff/{name}.html",
        person=someone,
        role=ROLES[someone.role.value] if someone else "",
        school=g.get("school_name", ""),
        other_language={"code": other, "name": own_name(other)} if other else None,
        menu=navigation.menu(someone.role) if someone and someone.proved_at else [],
        idle_seconds=accounts.IDLE.seconds if someone and someone.proved_at else 0,
        here=request.full_path.rstrip("?") if request.method in READING else url_for("staff.home"),
        **values,
    )


@bp.get("/sign-in")
@policy(Anyone())
def show() -> str:
    """Show the form."""
    choose_language()
    note = words().text("Your password was stored. Sign in with it.") if "chosen" in request.args else ""
    return _form(request.args.get("next", ""), note=note)


@bp.post("/sign-in")
@policy(Anyone())
def sign_in() -> ResponseReturnValue:
    """Let a person in, or say that address or password is not right without saying which."""
    choose_language()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    following = request.form.get("next", "")
    if not email.strip() or not password:
        return _form(following, email, words().text("Fill in your e-mail address and your password.")), 422
    try:
        attempt = accounts.begin_sign_in(session(), vault(), email, now())
    except throttle.TooManyAttempts:
        transaction.keep()
        message = say_too_often()
        return _form(following, email, message), 429
    # The attempt counts from here on, for those beside it too; and nobody waits for the hash.
    session().commit()
    if not accounts.is_right(attempt, password):
        return _form(following, email, words().text("This e-mail address and password do not belong together.")), 422
    token = accounts.finish_sign_in(session(), vault(), attempt, now(), say_device(request.user_agent.string))
    if attempt.staff_id:
        # What was chosen in this browser is what this person reads; where nothing was, it speaks as the person chose.
        cookie["staff_language"] = accounts.read_in(session(), attempt.staff_id, _chosen_language())
    return let_in(redirect(own_path(following), 303), token)


@bp.post("/sign-out")
@policy(Anyone())
def leave() -> Response:
    """End the session; signed out already is as good."""
    token = request.cookies.get(cookie_name(), "")
    found = accounts.find_signed_in(session(), vault(), token, now()) if token else None
    if found is not None:
        accounts.sign_out(session(), vault(), found, now())
        kept.drop_all(session(), found.id)
    response = redirect(url_for("sign_in.show"), 303)
    response.delete_cookie(cookie_name(), secure=is_https(), httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.post("/language")
@policy(Anyone())
def change_language() -> Response:
    """Speak another language to this browser's staff pages."""
    if request.form.get("language") not in staff_languages():
        abort(400)
    cookie["staff_language"] = request.form["language"]
    token = request.cookies.get(cookie_name(), "")
    if token and (found := accounts.find_signed_in(session(), vault(), token, now())) is not None:
        accounts.read_in(session(), found.id, request.form["language"])
    return redirect(own_path(request.form.get("next", "")), 303)


@bp.after_app_request
def store_nowhere(response: Response) -> Response:
    """Keep staff pages out of every cache: names and answers are on them. Those of who is signed in go uncompressed.

    A list repeats what its address searches for beside the token of its forms (docs/decisions/compress-in-the-app.md).
    """
    if request.path.startswith("/staff"):
        response.headers["Cache-Control"] = "no-store, no-transform" if "person" in g else "no-store"
    return response


@bp.get("/left")
@policy(Anyone())
def left() -> dict[str, int]:
    """Say how many seconds are left before the session ends by itself; asking does not prolong it."""
    only_reads(session())
    token = request.cookies.get(cookie_name(), "")
    found = accounts.find_signed_in(session(), vault(), token, now()) if token else None
    return {"seconds": accounts.seconds_left(found, now()) if found else 0}


def let_in(response: Response, token: str) -> Response:
    """Give the browser the token of a session; forms made before it are of no use after it."""
    cookie.pop("csrf_token", None)
    response.set_cookie(cookie_name(), token, secure=is_https(), httponly=True, samesite="Lax", path="/")
    return response


def own_path(wanted: str) -> str:
    """Return a path of our own staff pages as it is, and the home page for anything else."""
    is_own = wanted.startswith("/staff/") and wanted.isprintable() and "\\" not in wanted and "//" not in wanted
    return wanted if is_own else url_for("staff.home")


def cookie_name() -> str:
    """Return the name of the session's cookie; browsers refuse the prefix without https."""
    return "__Host-staff" if is_https() else "staff"


def is_https() -> bool:
    """Return whether this server is reached over https."""
    return settings().base_url.startswith("https:")


def say_too_often() -> str:
    """Return what somebody reads whose tries were too many."""
    minutes = throttle.WINDOW.seconds // 60
    return words().text("Too often not right. Wait {minutes} minutes and try again.", minutes=minutes)


def say_device(agent: str) -> str:
    """Return browser and system of a User-Agent header in two words, as a person knows them; empty for others."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system)))


def _form(following: str, email: str = "", message: str = "", note: str = "") -> str:
    errors = {"email": message} if message else {}
    idle = accounts.IDLE.seconds // 60
    return render("sign_in", next=following, email=email, errors=errors, note=note, idle_minutes=idle)


def _not_for(person: accounts.Person) -> Response:
    """Say that a page is not for this role; from the common first page lead to the first room that is."""
    rooms = navigation.menu(person.role)
    if request.endpoint == "staff.home" and rooms:
        return redirect(rooms[0].url, 303)
    return make_response(render("denied"), 403)


def _to_the_door(token: str) -> Response:
    """Lead who is not signed in to the door, and afterwards back: to the page, or to the form that was sent."""
    if request.method in READING:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")), 303)
    staff_id = accounts.find_ended(session(), token) if token else None
    following = _keep_form(staff_id) if staff_id else None
    return redirect(url_for("sign_in.show", next=following), 303)


def ask_again(person: accounts.Person) -> Response:
    """Ask for a proof, and lead on from there."""
    following = request.full_path.rstrip("?") if request.method in READING else _keep_form(person.id)
    return redirect(url_for("confirm.show", next=following), 303)


def _keep_form(staff_id: str) -> str | None:
    """Keep the form of this request; return where it is given back. A chosen file is not kept: None."""
    if any(file.filename for file in request.files.values()):
        return None
    sent = tuple(
        (name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT
    )
    form = kept.Kept(request.full_path.rstrip("?"), sent)
    return url_for("confirm.show_kept", kept_id=kept.keep(session(), vault(), staff_id, form, now()))


def _touch(person: accounts.Person, reads: bool) -> None:
    """Remember that somebody is here in a transaction of its own, before the page that may only read."""
    if reads:
        session().rollback()
        session().info.pop("only_reads", None)
    accounts.touch(session(), person, now())
    if reads:
        session().commit()
        only_reads(session())


def choose_language() -> None:
    """Speak the language that was chosen in this browser."""
    if chosen := _chosen_language():
        speak(chosen)


def _chosen_language() -> str:
    """Return the language that was chosen in this browser, "" when none was."""
    chosen = cookie.get("staff_language")
    return str(chosen) if chosen in staff_languages() else ""
