"""What every template may use: words, dates, and no name that does not exist."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from survey.i18n import own_name
from survey.web import current


def set_up(app: Flask) -> None:
    """Give templates `t`, `tn`, `words` and `own_name`; refuse a name that is not there."""
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(t=text, tn=plural, words=current.words, own_name=own_name)


def text(message: str, **values: object) -> str:
    """Return a message in the language of this request."""
    return current.words().text(message, **values)


def plural(one: str, many: str, n: int, **values: object) -> str:
    """Return the message that goes with `n` in the language of this request."""
    return current.words().plural(one, many, n, **values)
