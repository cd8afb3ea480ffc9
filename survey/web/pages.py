"""What every template may use: words, dates, and no name that does not exist."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import Flask, g, request
from jinja2 import StrictUndefined

from survey.i18n import own_name
from survey.web import current
from survey.web.script import reader, script
from survey.web.theme import say_theme

#: Of the student's pages: the page just saved, back to the check page, going on where one was.
OWN_ARGUMENTS = ("na", "terug", "verder")
WORD = re.compile(r"[a-z0-9_]{1,80}")


def set_up(app: Flask) -> None:
    """Give templates the functions that they may call; refuse a name that is not there."""
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(t=text, tn=plural, words=current.words, own_name=own_name, here=here)
    app.jinja_env.globals.update(theme=theme, script=script, reader=reader)


def here() -> str:
    """Return the address of this page with the arguments that are ours, to come back to it."""
    own = {name: value for name, value in request.args.items() if name in OWN_ARGUMENTS and WORD.fullmatch(value)}
    return f"{request.path}?{urlencode(own)}" if own else request.path


def theme() -> str:
    """Return the style rules of the colours of the school that asks; none where no school is known."""
    sender = g.get("sender")
    return say_theme(sender.settings.brand, sender.settings.brand_dark) if sender else ""


def text(message: str, **values: object) -> str:
    """Return a message in the language of this request."""
    return current.words().text(message, **values)


def plural(one: str, many: str, n: int, **values: object) -> str:
    """Return the message that goes with `n` in the language of this request."""
    return current.words().plural(one, many, n, **values)
