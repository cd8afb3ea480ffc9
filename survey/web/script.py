"""The one script of the question pages: never needed, at most 2 KB over the network, kept by the browser."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import g, url_for
from markupsafe import Markup

from survey.waiting import owner, public_key
from survey.web import current


@dataclass(frozen=True, slots=True)
class Script:
    """The script as it is sent, and the digest that its address carries."""

    source: str
    digest: str


@cache
def read_script() -> Script:
    """Return survey/static/respond.js without comments and indentation."""
    source = squeeze(files("survey").joinpath("static", "respond.js").read_text("utf-8"))
    return Script(source, hashlib.sha256(source.encode()).hexdigest()[:16])


def squeeze(source: str) -> str:
    """Return the same script in fewer bytes; for our own, in which each line of comment begins with two slashes."""
    lines = (line.strip() for line in source.splitlines())
    return re.sub(r" ?([=(){},;:?<>+|&]|=>) ?", r"\1", "\n".join(line for line in lines if line and line[:2] != "//"))


def script() -> Markup:
    """Return the script element of a page of somebody who answers, with the key for what waits; else nothing."""
    visit = g.get("visit")
    if visit is None:
        return Markup("")
    g.has_script = True
    words, vault = current.words(), current.vault()
    said = "|".join(
        (
            words.text("Saved"),
            words.text("Not sent yet"),
            words.text("There is no internet. Your answer waits on this phone. Leave this page open."),
        )
    )
    return Markup('<script src="{}" defer data-key="{}" data-who="{}" data-say="{}"></script>').format(
        url_for("keep.show_script", digest=read_script().digest),
        public_key(vault, current.now()),
        owner(vault, visit.sitting.id),
        said,
    )
