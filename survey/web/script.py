"""The scripts of students' pages: never needed, at most 2 KB over the network each, kept by the browser."""

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
from survey.web.headers import may_run_scripts


@dataclass(frozen=True, slots=True)
class Script:
    """The script as it is sent, and the digest that its address carries."""

    source: str
    digest: str


#: `respond` saves and waits; `read` reads aloud, and comes when its button is pressed.
NAMES = ("respond", "read")


@cache
def read_script(name: str = "respond") -> Script:
    """Return survey/static/<name>.js without comments and indentation."""
    source = squeeze(files("survey").joinpath("static", f"{name}.js").read_text("utf-8"))
    return Script(source, hashlib.sha256(source.encode()).hexdigest()[:16])


def find_script(digest: str) -> Script | None:
    """Return the script whose address carries this digest, None when there is none (any more)."""
    return next((script for script in map(read_script, NAMES) if script.digest == digest), None)


def reader() -> str:
    """Return the address of the script that reads aloud."""
    return url_for("keep.show_script", digest=read_script("read").digest)


def squeeze(source: str) -> str:
    """Return the same script in fewer bytes; for our own, in which each line of comment begins with two slashes."""
    lines = (line.strip() for line in source.splitlines())
    short = re.sub(r" ?([=(){},;:?<>+|&]|=>) ?", r"\1", "\n".join(line for line in lines if line and line[:2] != "//"))
    return re.sub(r"(?<=[;{,(\[])\n|;?\n(?=[})\]])", "", short)


def script() -> Markup:
    """Return the script element of a page of somebody who answers, with the key for what waits; the last in the body.

    The first page that a browser sees only names it: the page fetches it once it is painted, as the sheet of the next
    ones (survey.web.headers). On the pages before Start nothing waits: they get the script that reads aloud.
    """
    if not may_run_scripts():
        return Markup("")
    g.has_script = True
    found, data = read_script("read"), Markup("")
    if visit := g.get("visit"):
        found, vault = read_script(), current.vault()
        data = Markup(' data-key="{}" data-who="{}" data-say="{}"').format(
            public_key(vault, current.now()), owner(vault, visit.sitting.id), "|".join(_said())
        )
    address = url_for("keep.show_script", digest=found.digest)
    if g.get("is_first_sight"):
        return Markup('<template id="later" data-src="{}"{}></template>').format(address, data)
    return Markup('<script src="{}" defer{}></script>').format(address, data)


def _said() -> tuple[str, str, str]:
    """Return what the script says: saved, not sent yet, and why."""
    words = current.words()
    return (
        words.text("Saved"),
        words.text("Not sent yet"),
        words.text("There is no internet. Your answer waits on this phone. Leave this page open."),
    )
