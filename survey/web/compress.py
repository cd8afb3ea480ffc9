"""Text answers compressed: in class thirty phones share one poor network (docs/decisions/compress-in-the-app.md)."""

from __future__ import annotations

import gzip
import secrets
from io import BytesIO

from flask import Flask, Response, request

SMALLEST = 300  # bytes; below this the wrapping costs what it saves
PADDING = 64  # random bytes at most, so that an answer's length tells nothing exact of what is in it (BREACH)
TEXTS = ("text/", "application/json", "image/svg+xml")


def set_up(app: Flask) -> None:
    """Compress each answer that is text, for browsers that take it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Return the answer in gzip where that is smaller and asked for, and nothing forbids it (`no-transform`)."""
    if response.direct_passthrough or response.is_streamed or not (response.mimetype or "").startswith(TEXTS):
        return response
    if response.cache_control.no_transform:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or "Content-Encoding" in response.headers:
        return response
    plain = response.get_data()
    if len(plain) >= SMALLEST:
        # What everybody may keep is the same for everybody: its length tells nothing.
        response.set_data(squeeze(plain, 0 if response.cache_control.public else PADDING))
        response.headers["Content-Encoding"] = "gzip"
    return response


def squeeze(plain: bytes, padding: int = PADDING) -> bytes:
    """Return gzip with a file name of random length in its header, as the paper Heal-the-BREACH proposes."""
    name = "a" * secrets.randbelow(padding) if padding else ""
    target = BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=6, fileobj=target, mtime=0) as packed:
        packed.write(plain)
    return target.getvalue()
