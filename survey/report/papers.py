"""The poster and the sheet of cards, from plain values to a PDF that is set behind closed doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import segno
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from survey.report import pdf
from survey.report.text import writable

#: Readable when a corner is folded, and no denser than it has to be (M: 15% may be lost).
CORRECTION = "m"
SIZES = ("A4", "A3")
_TEMPLATES = files("survey.templates").joinpath("papers")


@dataclass(frozen=True, slots=True)
class Poster:
    """What hangs on the wall of a classroom: every text is ready to be read."""

    language: str
    size: str  # A4, A3
    school: str
    title: str
    about: str
    address: str  # with its scheme, for the code
    address_text: str  # as one types it
    steps: Sequence[str]
    help: str


@dataclass(frozen=True, slots=True)
class Card:
    """One student's card."""

    name: str
    link: str
    code: str


@dataclass(frozen=True, slots=True)
class Cards:
    """A sheet of cards to cut out."""

    language: str
    title: str
    scan: str
    type: str
    address_text: str
    foot: str
    cards: Sequence[Card]


def render(paper: Poster | Cards) -> bytes:
    """Set a paper as a tagged PDF. Raises pdf.DocumentNotClean."""
    name = "poster" if isinstance(paper, Poster) else "cards"
    size = paper.size if isinstance(paper, Poster) else "A4"
    html = _template(name).render(paper=paper, qr=draw_code)
    css = _TEMPLATES.joinpath("papers.css").read_text("utf-8").replace("SIZE", size)
    return pdf.print_page(html, css)


def draw_code(address: str) -> Markup:
    """Return the code of an address as a drawing; one in capitals takes a third fewer dots."""
    code = segno.make(address, error=CORRECTION, micro=False)
    # Drawn by the library from dots alone; no text of anybody is in it.
    return Markup(code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))  # noqa: S704


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
