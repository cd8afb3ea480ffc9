"""Documents to take along: one PDF, or a ZIP of all that are ready for one municipality."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from flask import Blueprint, Response, abort

from survey import audit, rounds
from survey.access import Role, Staff, policy
from survey.records import open_profile, open_report, school_key, sitting_key
from survey.report import batch
from survey.store.people import School
from survey.web import packages, reach
from survey.web.current import now, session, vault, words
from survey.web.sign_in import person, records, steps_up

bp = Blueprint("downloads", __name__, url_prefix="/staff")

LONGEST_NAME = 60


@bp.get("/reports/<report_id>.pdf")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_pdf(report_id: str) -> Response:
    """Give one document; who took it is recorded."""
    report, sitting, student, _ = reach.get_report(report_id)
    if report.state != packages.READY:
        abort(404)
    pdf = open_report(sitting_key(session(), vault(), sitting), report)
    audit.record(session(), vault(), person().actor, "report.download", f"report:{report.id}", now())
    name = plain_name(open_profile(school_key(session(), vault()), student).name)
    return _attached(Response(pdf, mimetype="application/pdf"), f"overgangsdocument-{name}-{report.number}.pdf")


@bp.get("/municipalities/<code>.zip")
@policy(Staff(Role.coordinator))
@records
@steps_up
def show_package(code: str) -> Response:
    """Give the documents of one municipality in a round with a cover list; each one taken is recorded.

    The rows are read before the answer begins, so that a slow download holds no transaction; each document is
    opened when its turn comes, so that one at a time stands in memory unsealed.
    """
    round_ = reach.choose_round(rounds.get_rounds(session()))
    municipality = None if code == packages.UNKNOWN else code
    found = packages.get_ready(session(), round_, municipality)
    if not found:
        abort(404)
    key = school_key(session(), vault())
    enclosed = []
    for report, sitting, student, group in found:
        own = vault().sitting_key(key, sitting)
        name, read = open_profile(key, student).name, partial(open_report, own, report)
        enclosed.append(batch.Enclosed(name, group.name, str(report.number), report.number, read))
        audit.record(session(), vault(), person().actor, "report.download", f"report:{report.id}", now())
        session().expunge(report)  # keeps its content when the transaction ends
    enclosed.sort(key=lambda one: one.name.casefold())
    place, school = packages.say_municipality(municipality, words()), session().get_one(School, person().school_id)
    cover = batch.Cover(school.name, place, round_.name, now())
    answer = Response(batch.stream(cover, enclosed, words()), mimetype="application/zip")
    return _attached(answer, f"overgangsdocumenten-{plain_name(place)}.zip")


def plain_name(name: str) -> str:
    """Return a name in letters that every system takes, "Zoë d'Hondt" -> "zoe-d-hondt"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-") or "student"


def _attached(answer: Response, file: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer
