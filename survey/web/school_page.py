"""The settings of the school: what it is, when it is there, how it looks, and what its mail may do."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from functools import partial
from itertools import zip_longest
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey import contrast, logo, school
from survey.access import Role, Staff, policy
from survey.school import SchoolSettings
from survey.store.people import School
from survey.web.current import now, session, vault, words
from survey.web.limits import takes
from survey.web.sign_in import person, render

bp = Blueprint("school_page", __name__, url_prefix="/staff/school")

LONGEST = 200
EMPTY_ROWS = 3
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: Whole numbers, each with the least and the most it may be.
NUMBERS = {"retention_months": (1, 120), "escalate_hours": (1, 40), "most_reminders": (0, 10)}
TIMES = ("opens", "closes", "send_from", "send_until")
TEXTS = ("return_to", "objection_to")
COLOURS = ("brand", "brand_dark")


@dataclass(slots=True)
class Form:
    """A form of settings as it was typed, and what is wrong with it by field."""

    typed: MultiDict[str, str]
    errors: dict[str, str]

    def read(self, name: str, parse: Callable[[str], Any], message: str) -> Any:
        """Return a field read by `parse`, None with a message when that raises ValueError."""
        try:
            return parse(self.typed.get(name, "").strip())
        except ValueError:
            self.errors[name] = message
            return None


@bp.get("")
@policy(Staff(Role.administrator))
def show() -> str:
    """Show the settings."""
    row = session().get_one(School, person().school_id)
    return _page(fill_in(row, school.get_settings(session())))


@bp.post("")
@policy(Staff(Role.administrator))
def save() -> ResponseReturnValue:
    """Store the settings when all of them are right."""
    form = Form(request.form, {})
    settings, names = read(form)
    if settings is None:
        return _page(form.typed, form.errors), 422
    try:
        school.save_names(session(), vault(), names, person().actor, now())
    except school.NameTaken:
        return _page(form.typed, {"name": words().text("Another school on this server has this name.")}), 422
    school.save_settings(session(), vault(), settings, person().actor, now())
    return redirect(url_for("school_page.show", done=1), 303)


@bp.post("/logo")
@policy(Staff(Role.administrator))
@takes(2 * logo.MOST_BYTES)
def save_logo() -> ResponseReturnValue:
    """Store a logo, drawn anew; or take it away."""
    sent, drawn = request.files.get("logo"), None
    if "remove" not in request.form:
        try:
            drawn = logo.redraw(sent.read() if sent else b"")
        except logo.BadLogo:
            row = session().get_one(School, person().school_id)
            message = words().text("Choose a picture in PNG or JPEG of at most {n} kB.", n=logo.MOST_BYTES // 1024)
            return _page(fill_in(row, school.get_settings(session())), {"logo": message}), 422
    school.save_logo(session(), vault(), drawn, person().actor, now())
    return redirect(url_for("school_page.show", done=1), 303)


def fill_in(row: School, settings: SchoolSettings) -> MultiDict[str, str]:
    """Return the form as it is for these settings."""
    form = MultiDict({"name": row.name, "phone": row.phone, "hours": row.hours})
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name != "holidays":
            form[field.name] = value.isoformat("minutes") if isinstance(value, time) else str(value)
    for first, last in settings.holidays:
        form.add("holiday_from", first.isoformat())
        form.add("holiday_until", last.isoformat())
    return form


def read(form: Form) -> tuple[SchoolSettings | None, school.Names]:
    """Return what a form says; None with the mistakes in the form when something is wrong."""
    said = words()
    values: dict[str, Any] = {name: form.read(name, _text, _too_long()) for name in TEXTS}
    message = said.text("Fill in the school's name.")
    name = form.read("name", lambda text: _text(text) or _refuse(), message)
    phone, hours = (form.read(field, _text, _too_long()) for field in ("phone", "hours"))
    values["kind"] = form.read("kind", _kind, said.text("Choose a kind of school."))
    message = said.text("Fill in an e-mail address, as name@school.nl.")
    values["contact_email"] = form.read("contact_email", _email, message)
    for field in TIMES:
        values[field] = form.read(field, time.fromisoformat, said.text("Fill in a time, as 08:30."))
    for field, (least, most) in NUMBERS.items():
        message = said.text("Fill in a whole number from {least} to {most}.", least=least, most=most)
        values[field] = form.read(field, partial(_number, least, most), message)
    for field in COLOURS:
        values[field] = _read_colour(form, field)
    values["holidays"] = _read_holidays(form)
    if not form.errors:
        _check_order(form, values)
    return (None if form.errors else SchoolSettings(**values)), school.Names(name or "", phone or "", hours or "")


def _check_order(form: Form, values: Mapping[str, Any]) -> None:
    message = words().text("Choose a later time than the one before it.")
    for first, last in (("opens", "closes"), ("send_from", "send_until")):
        if values[first] >= values[last]:
            form.errors[last] = message


def _read_colour(form: Form, field: str) -> str | None:
    """Return a colour that reads well, else say what it lacks and which one is near."""
    colour = form.read(field, _colour, words().text("Fill in a colour as #0b5d5e."))
    poor = contrast.check(field, colour) if colour else None
    if poor:
        form.errors[field] = words().text(
            "{colour} reads badly: its contrast is {ratio}, at least {needed} is needed. Near it, {better} reads well.",
            colour=colour,
            ratio=_said(poor.ratio),
            needed=_said(poor.needed),
            better=poor.better,
        )
    return None if poor else colour


def _said(ratio: float) -> str:
    """Return a ratio as people write it, rounded down so that 6.98 is not called 7."""
    tenths = int(ratio * 10)
    return f"{tenths // 10}{',' if words().language == 'nl' else '.'}{tenths % 10}:1"


def _read_holidays(form: Form) -> tuple[tuple[date, date], ...] | None:
    """Return the holidays in order; a row with one day is a holiday of a day, an empty one is left out."""
    found = []
    for first, last in _rows(form.typed):
        if not (first or last):
            continue
        try:
            days = date.fromisoformat(first or last), date.fromisoformat(last or first)
        except ValueError:
            form.errors["holidays"] = words().text("Fill in days as 2026-12-21.")
            continue
        if days[0] > days[1]:
            form.errors["holidays"] = words().text("A holiday ends on or after its first day.")
        found.append(days)
    return tuple(sorted(set(found)))


def _rows(typed: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return the rows of holidays as they were typed."""
    return [*zip_longest(typed.getlist("holiday_from"), typed.getlist("holiday_until"), fillvalue="")]


def _page(typed: MultiDict[str, str], errors: dict[str, str] | None = None) -> str:
    said = words()
    image = school.get_logo(session())
    kinds = {
        "mbo": said.text("mbo"),
        "pro": said.text("pro: practical education (praktijkonderwijs)"),
        "vso": said.text("vso: special secondary education"),
    }
    return render(
        "school_page",
        typed=typed,
        errors=errors or {},
        done="done" in request.args and not errors,
        kinds=kinds,
        holidays=[*(row for row in _rows(typed) if any(row)), *[("", "")] * EMPTY_ROWS],
        logo="data:image/png;base64," + base64.b64encode(image).decode() if image else "",
        numbers=NUMBERS,
    )


def _text(text: str) -> str:
    return text if len(text) <= LONGEST and text.isprintable() else _refuse()


def _email(text: str) -> str:
    return text if not text or (EMAIL.fullmatch(text) and len(text) <= LONGEST) else _refuse()


def _kind(text: str) -> str:
    return text if text in school.KINDS else _refuse()


def _colour(text: str) -> str:
    return text.lower() if contrast.COLOUR.fullmatch(text) else _refuse()


def _number(least: int, most: int, text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and least <= int(text) <= most else _refuse()


def _refuse() -> Any:
    raise ValueError


def _too_long() -> str:
    return words().text("Make this shorter: at most {n} characters.", n=LONGEST)
