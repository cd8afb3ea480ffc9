"""Is the server alive, is it ready, and whom to tell of a hole in it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort
from sqlalchemy.exc import SQLAlchemyError

from survey import jobs
from survey.access import Anyone, policy
from survey.store import database
from survey.web import current

bp = Blueprint("health", __name__)

LIFE_OF_CONTACT = timedelta(days=365)


@bp.get("/health/live")
@policy(Anyone())
def live() -> Response:
    """Answer without touching anything else: the process runs."""
    return _plain("ok\n")


@bp.get("/health/ready")
@policy(Anyone())
def ready() -> tuple[Response, int]:
    """Answer 200 when database, migrations and queue are there, else 503 with the names of what is not."""
    away = [name for name, is_there in (("database", _has_database()), ("queue", jobs.is_reachable())) if not is_there]
    return (_plain(f"away: {', '.join(away)}\n"), 503) if away else (_plain("ok\n"), 200)


@bp.get("/.well-known/security.txt")
@policy(Anyone())
def security() -> Response:
    """Say whom to mail about a hole (RFC 9116)."""
    settings = current.settings()
    if "@" not in settings.mail_from:
        abort(404)
    expires = (current.now() + LIFE_OF_CONTACT).strftime("%Y-%m-%dT00:00:00Z")
    address = settings.mail_from.rpartition("<")[2].rstrip(">")
    url = f"{settings.base_url}/.well-known/security.txt"
    return _plain(f"Contact: mailto:{address}\nExpires: {expires}\nPreferred-Languages: nl, en\nCanonical: {url}\n")


def _has_database() -> bool:
    """Return whether the database answers and has every migration."""
    try:
        return database.is_current()
    except SQLAlchemyError:
        return False


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain", headers={"Cache-Control": "no-store"})
