"""The operator's page: whether database, queue and mail do their work, and what runs; of nobody a name or an answer."""

from __future__ import annotations

import platform
from importlib.metadata import version

from flask import Blueprint
from sqlalchemy import func, select

from survey import accounts, jobs
from survey.access import Role, Staff, policy
from survey.store import database
from survey.store.people import School
from survey.store.people import Staff as Colleague
from survey.store.surveying import StoredReport
from survey.store.traces import Mail
from survey.web.current import session, settings, words
from survey.web.sign_in import render

bp = Blueprint("server_page", __name__, url_prefix="/staff/server")

LIBRARIES = ("overstap", "flask", "sqlalchemy", "weasyprint", "cryptography")
COUNTS = "numbers for who keeps the server; nothing of a school leaves its rows"


@bp.get("")
@policy(Staff(Role.operator))
def show() -> str:
    """Show the state of the server."""
    said = words()
    queue, current = jobs.is_reachable(), database.is_current()
    states = [
        (said.text("Database"), session().get_bind().dialect.name, True),
        (said.text("Migrations"), said.text("all there") if current else said.text("run: survey db upgrade"), current),
        (said.text("Queue"), said.text("answers") if queue else said.text("is away"), queue),
        (said.text("Mail"), _say_mail(), not settings().mail_url.startswith("file:")),
        (said.text("Accounts without a second step"), str(_count_demo()), _count_demo() == 0),
    ]
    return render(
        "server",
        states=states,
        schools=session().scalar(select(func.count()).select_from(School)) or 0,
        work=[
            (said.text("Documents"), *_count(StoredReport)),
            (said.text("Mails"), *_count(Mail)),
        ],
        versions=[("Python", platform.python_version()), *((name, version(name)) for name in LIBRARIES)],
    )


def _say_mail() -> str:
    """Return where mail goes, without names or passwords."""
    scheme = settings().mail_url.partition(":")[0]
    return words().text("to files only: nobody gets mail") if scheme == "file" else scheme


def _count(table: type[StoredReport] | type[Mail]) -> tuple[int, int, str]:
    """Return how many rows wait and failed, and since when the first one waits."""
    across = {"across_schools": COUNTS}
    counted = select(table.state, func.count(), func.min(table.created_at)).group_by(table.state)
    found = {state: (n, first) for state, n, first in session().execute(counted.execution_options(**across))}
    waiting = found.get("waiting", (0, None))
    busy = found.get("working", (0, None))[0]
    since = words().moment(waiting[1]) if waiting[1] else ""
    return waiting[0] + busy, found.get("failed", (0, None))[0], since


def _count_demo() -> int:
    counted = select(func.count()).select_from(Colleague).where(
        Colleague.proof == accounts.PASSWORD_ONLY, Colleague.disabled_at.is_(None)
    )
    return session().scalar(counted.execution_options(across_schools=COUNTS)) or 0
