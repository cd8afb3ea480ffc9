"""The headers of every answer, and the style that each page carries inside it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from flask import Flask, Response, g, session, url_for
from flask.globals import request_ctx
from markupsafe import Markup

from survey.config import Settings

#: Only pages with a script of ours may run it, and ask this server something: the file of the question pages, or one
#: inside the page, allowed by its hash.
SCRIPT = "script-src {sources}; connect-src 'self'; "
#: Besides the pages' own style (allowed by its hash) and the empty icon nothing is fetched, run or framed.
POLICY = (
    "default-src 'none'; {style}{script}{sound}{frame}img-src data:; "
    "form-action 'self'; frame-ancestors {framed}; base-uri 'none'"
)
#: Where the cookie says which sheet the browser keeps.
KEPT = "style"
#: What a page fetches once it is painted: the sheet of the next pages, as one for print, which changes nothing on
#: screen, and its own script, named by `<template id="later">`.
FETCH_LATER = (
    'addEventListener("load",()=>setTimeout(()=>{let d=document,a=d.createElement("link"),b=d.createElement("script"),'
    'c=d.querySelector("#later");a.rel="stylesheet";a.media="print";a.href="%s";d.head.append(a);'
    "if(c){Object.assign(b.dataset,c.dataset);b.src=c.dataset.src;d.body.append(b)}},500))"
)
YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Style:
    """A style sheet as it stands in the page, and the hash by which the browser accepts it."""

    css: str
    hash: str

    @property
    def digest(self) -> str:
        """Return what its address carries when it is a file: another content has another address."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:8]


def set_up(app: Flask, settings: Settings) -> None:
    """Put the headers on each answer; give templates `style(name)`, `kept_style(name)` and `inline_script(name)`."""
    app.jinja_env.globals.update(style=style, kept_style=kept_style, inline_script=inline_script)
    is_https = settings.base_url.startswith("https:")

    @app.after_request
    def add(response: Response) -> Response:
        hashes = " ".join(sorted(g.get("styles", ())))
        scripts = [*(["'self'"] if g.get("has_script") else []), *sorted(g.get("scripts", ()))]
        response.headers["Content-Security-Policy"] = POLICY.format(
            style=f"style-src {hashes}; " if hashes else "",
            script=SCRIPT.format(sources=" ".join(scripts)) if scripts else "",
            # The preview alone: a page of the staff's that shows one of the students' in a frame.
            sound="media-src 'self'; " if g.get("has_sound") else "",
            frame="frame-src 'self'; " if g.get("has_frame") else "",
            framed="'self'" if g.get("is_framed") else "'none'",
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("Cache-Control", "no-cache, private")
        if is_https:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
        return response


def style(name: str, theme: str = "") -> Markup:
    """Return the style element of a page: the tokens, the sheet survey/static/<name>.css, a school's theme."""
    sheet = read_style(name, theme)
    g.setdefault("styles", set()).add(sheet.hash)
    # The sheet is a file of this package, the theme made of two colours; nothing of a visitor is in it.
    return Markup("<style>") + Markup(sheet.css) + Markup("</style>")  # noqa: S704


def kept_style(name: str, theme: str = "") -> Markup:
    """Return the style of a page of many: inside the first that a browser sees, from then on a file that it keeps.

    The cookie says so. The first page asks for that file once it is painted, so nothing of it waits; a page that may
    run no script names it as a sheet for print, which browsers fetch without waiting for it.
    """
    sheet, own = read_style(name), g.setdefault("styles", set())
    if g.get("is_framed") or request_ctx.url_adapter is None:  # a host that is not ours has no addresses
        return style(name, theme)
    own.add("'self'")
    address = url_for("keep.show_style", name=name, digest=sheet.digest)
    g.is_first_sight = session.get(KEPT) != sheet.digest
    if not g.is_first_sight:
        own.add(hash_of(theme))
        extra = Markup("<style>") + Markup(theme) + Markup("</style>") if theme else ""  # noqa: S704
        return Markup('<link rel="stylesheet" href="{}">').format(address) + extra
    session[KEPT] = sheet.digest
    if not may_run_scripts():
        return style(name, theme) + Markup('<link rel="stylesheet" href="{}" media="print">').format(address)
    later = FETCH_LATER % address
    g.setdefault("scripts", set()).add(hash_of(later))
    # The address is one of this server's own; nothing of a visitor is in it.
    return style(name, theme) + Markup("<script>") + Markup(later) + Markup("</script>")  # noqa: S704


def may_run_scripts() -> bool:
    """Return whether this page of students may: it is for somebody whose link or code was right."""
    return g.get("sender") is not None or g.get("visit") is not None


def inline_script(name: str) -> Markup:
    """Return the script element of a page for survey/static/<name>.js; the page works without it."""
    code, digest = read_script(name)
    g.setdefault("scripts", set()).add(digest)
    # The script is a file of this package; nothing of a visitor is in it.
    return Markup("<script>") + Markup(code) + Markup("</script>")  # noqa: S704


@lru_cache(maxsize=256)
def read_script(name: str) -> tuple[str, str]:
    """Return a script as it stands in the page, and the hash by which the browser runs it. Raises FileNotFoundError."""
    code = files("survey").joinpath("static").joinpath(f"{name}.js").read_text("utf-8")
    return code, hash_of(code)


@lru_cache(maxsize=256)
def read_style(name: str, theme: str = "") -> Style:
    """Return a sheet without comments and spare white space, with a theme's rules. Raises FileNotFoundError."""
    folder = files("survey").joinpath("static")
    source = "".join(folder.joinpath(f"{part}.css").read_text("utf-8") for part in ("tokens", name))
    css = shrink(source) + theme
    return Style(css, hash_of(css))


def shrink(css: str) -> str:
    """Return the same sheet in fewer bytes; for our own sheets, which have no white space that counts in strings."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    css = re.sub(r":\s+", ":", css)
    css = re.sub(r" \+ (?![^(]*\))", "+", css)  # in calc() the spaces count
    return css.replace(";}", "}").strip()


def hash_of(text: str) -> str:
    """Return how the policy names exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
