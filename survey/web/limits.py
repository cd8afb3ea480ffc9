"""What a request may weigh and where it may come from; cookies, and the token in every form."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect

from survey.config import Settings

BODY_BYTES = 64 * 1024
FORM_BYTES = 32 * 1024
FORM_PARTS = 200
#: A student who left the page open over lunch goes on; who comes back the next day opens the link again.
COOKIE_SECONDS = 12 * 60 * 60
#: For checks on the machine itself; no name that another site's address could be made to mean.
LOOPBACK = ("localhost", "127.0.0.1")
READING = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()


def set_up(app: Flask, settings: Settings) -> None:
    """Limit bodies and hosts, name the cookie, and ask for a token in every form."""
    address = urlsplit(settings.base_url)
    is_https = address.scheme == "https"
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        TRUSTED_HOSTS=[address.hostname or "localhost", *settings.trusted_hosts, *LOOPBACK],
        # A cookie with the prefix is refused by browsers without https, and a phone in class may have only http.
        SESSION_COOKIE_NAME="__Host-survey" if is_https else "survey",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=COOKIE_SECONDS,
        WTF_CSRF_TIME_LIMIT=None,  # the default of an hour costs a slow student a page
        WTF_CSRF_SSL_STRICT=False,  # asks for a referrer, which our no-referrer forbids; `refuse_other_sites` instead
    )
    app.before_request(refuse_other_sites)
    app.before_request(refuse_nul)
    csrf.init_app(app)


def refuse_other_sites() -> None:
    """Refuse a form that another site sent, where the browser says so (Sec-Fetch-Site; not on plain http)."""
    origin = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method not in READING and origin not in ("same-origin", "none"):
        abort(400)


def refuse_nul() -> None:
    """Answer an address with a NUL in it as one that does not exist; PostgreSQL refuses to look for such a text."""
    if "\0" in request.path:
        abort(404)
