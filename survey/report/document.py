"""The document as a frozen value: its words in their order, ready to be set.

A document is parts of blocks. A new section is one more part in `compose`; template and style know the blocks only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Status(StrEnum):
    """How far a document is: a concept may not leave the school."""

    CONCEPT = "concept"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain sentences; `quiet` ones are smaller and grey."""

    kind: ClassVar[str] = "paragraph"
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A person's own words, with what was asked."""

    kind: ClassVar[str] = "quote"
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs of a label and its text, set as a table with the label as its row's header; wide for long labels."""

    kind: ClassVar[str] = "rows"
    rows: tuple[tuple[str, str], ...]
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """Short sentences of equal rank."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """One row of the domains: what its answers say, or that it is not shared."""

    title: str
    band: str
    tone: str  # good, mind, help or none
    bar: int | None  # filled tenths of the bar, None for no bar
    asked: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Domains:
    """The table of the domains under its four column headings."""

    kind: ClassVar[str] = "domains"
    columns: tuple[str, str, str, str]
    domains: tuple[Domain, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Three columns under their headings, with the first cell of each row as its header."""

    kind: ClassVar[str] = "table"
    columns: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]


Block = Paragraph | Quote | Rows | Items | Domains | Table


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part; two `half` ones after each other stand side by side, a `whole` one on one page where it fits."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    half: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """Who writes what, on which ground, and how far it is."""

    title: str
    subtitle: str
    ground: str
    school: str
    place: str
    status: str


@dataclass(frozen=True, slots=True)
class Box:
    """The one tinted box: what the receiver is asked, and whom to call."""

    title: str
    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Margins:
    """What stands around every page."""

    mark: str  # above: that this is a concept; empty on a final document
    name: str  # below left: document, number, version, questionnaire
    confidential: str  # below right, before the page
    page: str  # what stands before the page in "page 1 of 2"
    of: str  # what stands before the number of pages


@dataclass(frozen=True, slots=True)
class Document:
    """Two pages that a municipality can act on; `facts` is the JSON that travels inside."""

    language: str
    direction: str
    name: str  # the title of the file, for a reader's window
    author: str
    day: str  # ISO date that the file carries as its own
    head: Head
    box: Box
    parts: tuple[Part, ...]
    small_print: tuple[str, ...]
    margins: Margins
    facts: str


#: A document with one block of each kind, never shown: it warms a process that has no other.
PLAIN = Document(
    language="nl",
    direction="ltr",
    name="warm",
    author="",
    day="2026-01-01",
    head=Head("a", "b", "c", "d", "e", "f"),
    box=Box("a", "b", ("c", "d")),
    parts=(
        Part("a", "a", (Rows((("a", "b"),)), Paragraph("a"), Quote("a", "b"), Items(("a", "b")))),
        Part("b", "b", (Domains(("a", "b", "c", "d"), (Domain("a", "b", "help", 5, "c", ("d",)),) * 9),)),
    ),
    small_print=("a",),
    margins=Margins("a", "b", "c", "d", "e"),
    facts="{}",
)
