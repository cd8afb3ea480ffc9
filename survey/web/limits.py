"""What a request may weigh and where it may come from; cookies, and the token in every form."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from survey.access import View
from survey.config import Settings

BODY_BYTES = 64 * 1024
FORM_BYTES = 32 * 1024
FORM_PARTS = 200
#: A student who left the page open over lunch goes on; who comes back the next day opens the link again.
COOKIE_SECONDS = 12 * 60 * 60
#: For checks on the machine itself; no name that another site's address could be made to mean.
LOOPBACK = ("localhost", "127.0.0.1")
READING = frozenset({"GET", "HEAD", "OPTIONS"})

#: What a form with a file is read in; Werkzeug counts what it read ahead as the memory of a field.
CHUNK_BYTES = 64 * 1024
#: Where a view says how much it takes.
TAKES = "body_bytes"

csrf = CSRFProtect()


class InMemory(Request):
    """A request whose files never touch the disk: bodies are limited before they are read."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Give a place for a file's bytes; the hook that Werkzeug documents for this."""
        return BytesIO()


def stand_behind(app: Flask, proxies: int) -> None:
    """Take the visitor's address from what our own proxies add, and from nothing that a visitor can write."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]


def takes(size: int) -> Callable[[View], View]:
    """Mark a view whose form may carry a file, with the most bytes that its body may have."""

    def mark(view: View) -> View:
        setattr(view, TAKES, size)
        return view

    return mark


def is_for_files() -> bool:
    """Return whether the view of this request takes files."""
    return hasattr(current_app.view_functions.get(str(request.endpoint)), TAKES)


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
    stand_behind(app, settings.proxies)
    app.request_class = InMemory
    app.before_request(allow_files)
    app.before_request(refuse_other_sites)
    app.before_request(refuse_nul)
    csrf.init_app(app)


def allow_files() -> None:
    """Let the body of a form with a file be larger; before anything reads it."""
    if is_for_files():
        request.max_content_length = getattr(current_app.view_functions[str(request.endpoint)], TAKES)
        request.max_form_memory_size = 4 * CHUNK_BYTES


def refuse_other_sites() -> None:
    """Refuse a form that another site sent, where the browser says so (Sec-Fetch-Site; not on plain http)."""
    origin = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method not in READING and origin not in ("same-origin", "none"):
        abort(400)


def refuse_nul() -> None:
    """Answer an address with a NUL in it as one that does not exist; PostgreSQL refuses to look for such a text."""
    if "\0" in request.path:
        abort(404)
