"""One document to take along; those of a municipality together are in survey.web.municipality."""

from __future__ import annotations

import re
import unicodedata

from flask import Blueprint, Response, abort

from survey import agreement, audit
from survey.access import Role, Staff, policy
from survey.records import open_profile, open_report, school_key, sitting_key
from survey.store.surveying import Sitting, StoredReport
from survey.web import packages, reach
from survey.web.current import now, session, vault
from survey.web.sign_in import person, records, steps_up

bp = Blueprint("downloads", __name__, url_prefix="/staff")

LONGEST_NAME = 60
#: What a file is called, by the kind of its document.
NAMES = {"concept": "concept", "final": "overgangsdocument", "copy": "mijn-verslag"}


@bp.get("/reports/<report_id>.pdf")
@policy(Staff(Role.mentor, Role.coordinator))
@records
@steps_up
def show_pdf(report_id: str) -> Response:
    """Give one document; who took it is recorded. A final one is given only as long as it may leave."""
    report, sitting, student, _ = reach.get_report(report_id)
    if report.state != packages.READY or (report.kind != "concept" and not _may_leave(sitting, report)):
        abort(404)
    pdf = open_report(sitting_key(session(), vault(), sitting), report)
    audit.record(session(), vault(), person().actor, "report.download", f"report:{report.id}", now())
    name = plain_name(open_profile(school_key(session(), vault()), student).name)
    return attached(Response(pdf, mimetype="application/pdf"), f"{NAMES[report.kind]}-{name}-{report.number}.pdf")


def _may_leave(sitting: Sitting, report: StoredReport) -> bool:
    """Return whether a final document, or the copy that goes with it, is of the version that everyone agreed to."""
    state = agreement.get_state(session(), vault(), sitting)
    return state.may_leave and state.version == report.number


def plain_name(name: str) -> str:
    """Return a name in letters that every system takes, "Zoë d'Hondt" -> "zoe-d-hondt"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-") or "student"


def attached(answer: Response, file: str) -> Response:
    """Return an answer that browsers store under this name."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer
