"""The papers of a class as PDF, set behind closed doors; only a worker loads the layout engine."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import segno
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from survey.report import pdf
from survey.report.papers import Cards, Overview, Paper, Poster
from survey.report.text import writable

#: Readable when a corner is folded, and no denser than it has to be (M: 15% may be lost).
CORRECTION = "m"
_TEMPLATES = files("survey.templates").joinpath("papers")
_NAMES = {Poster: "poster", Cards: "cards", Overview: "overview"}


def render(paper: Paper) -> bytes:
    """Set a paper as a tagged PDF. Raises pdf.DocumentNotClean."""
    name = _NAMES[type(paper)]
    size = paper.size if isinstance(paper, Poster) else "A4 landscape" if isinstance(paper, Overview) else "A4"
    html = _template(name).render(paper=paper, qr=draw_code)
    css = _TEMPLATES.joinpath("papers.css").read_text("utf-8").replace("SIZE", size)
    if isinstance(paper, Poster):
        css = css.replace("#0b5d5e", paper.colour)
    return pdf.print_page(html, css)


def draw_code(address: str, title: str) -> Markup:
    """Return the code of an address as a drawing with a title; one in capitals takes a third fewer dots."""
    code = segno.make(address, error=CORRECTION, micro=False)
    said = writable(title, pdf.glyphs())
    # Drawn by the library, which escapes the title.
    return Markup(code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None, title=said))  # noqa: S704


def _say(value: object) -> object:
    """Bring every text into characters that the faces have; a drawing is left as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return writable(value, pdf.glyphs())
    return value


@cache
def _template(name: str) -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_say, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATES.joinpath(f"{name}.html").read_text("utf-8"))
