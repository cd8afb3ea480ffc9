"""Answers that the page's own script sends: stored as any form, answered with what the script needs to go on."""

from __future__ import annotations

from collections.abc import Iterable

from flask import jsonify, request
from werkzeug import Response

from survey.answers import Answers

#: The header of the script: "change" stores what was filled in so far, "go" sends the page.
HEADER = "X-Keep"


def is_by_script() -> bool:
    """Return whether the page's script asks, and wants a few words instead of a page."""
    return HEADER in request.headers


def is_partial() -> bool:
    """Return whether only what was filled in so far is to be stored."""
    return request.headers.get(HEADER) == "change"


def say_seen(answers: Answers, questions: Iterable[str]) -> str:
    """Return the revisions of the answers that a page shows, as its hidden field holds them."""
    return " ".join(f"{name}:{answers.revision(name)}" for name in questions)


def reply(answers: Answers, questions: Iterable[str], to: str, everything: bool) -> Response:
    """Return what was stored, for the script: the new revisions, where to go, whether nothing was left out."""
    return jsonify(seen=say_seen(answers, questions), to=to, all=everything)
