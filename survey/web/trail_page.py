"""Who saw and changed what: the record, for the privacy officer, with the proof that it is whole."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from survey import audit, retention, trail
from survey.access import Role, Staff, policy
from survey.hours import ZONE
from survey.school import get_settings
from survey.shelf import State
from survey.versions import get_versions
from survey.web.current import now, session, settings, vault, words
from survey.web.happened import say
from survey.web.sign_in import person, records, render, steps_up

bp = Blueprint("trail_page", __name__, url_prefix="/staff/trail")

FIELDS = ("person", "action", "first", "until", "student", "students")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.get("")
@policy(Staff(Role.privacy_officer))
@records
def show() -> str:
    """Show a page of the record; that somebody asked about a student is itself recorded."""
    chosen = {name: request.args.get(name, "").strip() for name in FIELDS}
    wanted, errors = _read(chosen)
    page = max(1, request.args.get("page", 1, int))
    found, total = trail.get_page(session(), vault(), wanted, page)
    if wanted.subjects:
        audit.record(session(), vault(), person().actor, "trail.student", _student_of(wanted), now())
    staff = trail.get_names(session(), vault())
    names = sorted(staff.items(), key=lambda pair: pair[1].casefold())
    about = _Abouts(trail.find_numbers(session(), vault(), [one.subject for one in found]), staff)
    return render(
        "trail",
        chosen=chosen,
        errors=errors,
        people=[*names, (trail.SYSTEM, _who(trail.SYSTEM))],
        actions=sorted(((action, say(words(), action)) for action in trail.get_actions(session())), key=itemgetter(1)),
        entries=[
            (one, words().moment(one.at), _who(one.actor), say(words(), one.action), about.say(one.subject))
            for one in found
        ],
        total=total,
        pages=_pages(chosen, page, total),
        file=_address("trail_page.save", chosen),
        proof=_prove() if "proof" in request.args else None,
        proof_url=url_for("trail_page.show", proof=1),
        months=get_settings(session()).retention_months,
        due=retention.find_due(session(), _today() + retention.AHEAD).by_class(),
        until=words().date(_today() + retention.AHEAD),
        versions=[one for one in get_versions(session(), settings().questionnaires) if one.state is State.PUBLISHED],
    )


@bp.get("/record.csv")
@policy(Staff(Role.privacy_officer))
@records
@steps_up
def save() -> Response:
    """Give the chosen part of the record as a file; that it was taken is recorded."""
    wanted, _ = _read({name: request.args.get(name, "").strip() for name in FIELDS})
    out = StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(("number", "moment", "who", "what", "about"))
    for one in trail.read_all(session(), vault(), wanted):
        rows.writerow((one.number, one.at.isoformat(), _plain(one.actor), _plain(one.action), _plain(one.subject)))
    audit.record(session(), vault(), person().actor, "trail.export", f"school:{person().school_id}", now())
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="overstap-record.csv"'
    return answer


def _today() -> date:
    return now().astimezone(ZONE).date()


def _who(actor: str) -> str:
    """Return who did something, where it was nobody of the staff."""
    said = words()
    return {trail.SYSTEM: said.text("the program itself"), "student": said.text("the student")}.get(actor, actor)


@dataclass(frozen=True, slots=True)
class _Abouts:
    """What the rows of a page are about: student numbers by subject, and the names of staff by id."""

    numbers: dict[str, str]
    staff: dict[str, str]

    def say(self, subject: str) -> str:
        """Return a subject in words, with the student number where it is about a student who has one."""
        said, (kind, _, id_) = words(), subject.partition(":")
        kinds = {
            "student": said.text("Student"),
            "sitting": said.text("Answers"),
            "invitation": said.text("Invitation"),
            "report": said.text("Document"),
            "flag": said.text("Flag"),
            "staff": said.text("Colleague"),
            "factor": said.text("Second step"),
            "class": said.text("Class"),
            "round": said.text("Round"),
            "mail": said.text("Message"),
            "municipality": said.text("Municipality"),
            "questionnaire": said.text("Questionnaire"),
            "recording": said.text("Recording"),
            "import": said.text("List of students"),
            "school": said.text("School"),
        }
        if kind == "staff" and id_ in self.staff:
            return self.staff[id_]
        if not (number := self.numbers.get(subject)):
            return kinds.get(kind, subject)
        if kind == "student":
            return said.text("Student {number}", number=number)
        return said.text("{what} of student {number}", what=kinds[kind], number=number)


def _read(chosen: dict[str, str]) -> tuple[trail.Wanted, dict[str, str]]:
    """Return what is asked, and what is wrong with the form by field; a number of nobody finds nothing."""
    errors, days = {}, {}
    for name in ("first", "until"):
        try:
            days[name] = date.fromisoformat(chosen[name]) if chosen[name] else None
        except ValueError:
            errors[name], days[name] = words().text("Fill in days as 2026-12-21."), None
    subjects = None
    if chosen["student"]:
        found = trail.subjects_of(session(), vault(), chosen["student"])
        subjects = found or frozenset()
        if found is None:
            errors["student"] = words().text("There is no student with this number.")
    wanted = trail.Wanted(
        staff_id=chosen["person"],
        action=chosen["action"],
        first=_midnight(days["first"]),
        until=_midnight(days["until"], 1),
        subjects=subjects,
        with_students=bool(chosen["students"] or chosen["action"]),  # one of their acts may be what is chosen
    )
    return wanted, errors


def _midnight(day: date | None, later: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=later), time(), ZONE) if day else None


def _student_of(wanted: trail.Wanted) -> str:
    return next(subject for subject in wanted.subjects or () if subject.startswith("student:"))


def _prove() -> dict[str, Any]:
    """Return whether the record is whole, in words."""
    broken, said = audit.verify(session(), vault()), words()
    if broken is None:
        return {"tone": "good", "text": said.text("The record is whole: nothing was changed, moved or taken away.")}
    n = broken.number
    reasons = {
        "changed": said.text("Event {n} is not what was recorded. Tell the operator, and keep the database.", n=n),
        "missing": said.text("Event {n} is missing. Tell the operator, and keep the database.", n=n),
    }
    return {"tone": "help", "text": reasons[broken.reason]}


def _pages(chosen: dict[str, str], page: int, total: int) -> dict[str, Any]:
    """Return where the pages before and after are."""
    last = max(1, -(-total // trail.PAGE))
    address = {n: _address("trail_page.show", {**chosen, "page": str(n)}) for n in (page - 1, page + 1)}
    return {
        "page": page,
        "last": last,
        "before": address[page - 1] if page > 1 else "",
        "after": address[page + 1] if page < last else "",
    }


def _address(endpoint: str, chosen: dict[str, str]) -> str:
    """Return the address of a page of the record with what was chosen."""
    return f"{url_for(endpoint)}?{urlencode({name: value for name, value in chosen.items() if value})}"


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
