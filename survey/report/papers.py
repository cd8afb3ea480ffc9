"""What stands on the poster, on the sheet of cards and on the overview of a class: plain values, ready to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SIZES = ("A4", "A3")


@dataclass(frozen=True, slots=True)
class Poster:
    """What hangs on the wall of a classroom: every text is ready to be read."""

    language: str
    size: str  # A4, A3
    school: str
    logo: str  # a PNG in base64, empty when the school has none
    colour: str  # of the school, #rrggbb
    title: str
    about: str
    address: str  # with its scheme, for the code
    address_text: str  # as one types it
    steps: Sequence[str]
    help: str
    code: str  # what the drawing is called for who does not see it


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
    code: str  # what a drawing is called, before the name
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Overview:
    """A class in a round as it stood: one line a student, to take into a lesson or a meeting."""

    language: str
    title: str
    about: str
    day: str
    confidential: str
    page: str  # the words of "page 1 of 2"
    of: str
    heads: Sequence[str]  # the first is that of the name
    rows: Sequence[Sequence[str]]  # as many cells as heads
    none: str  # what stands there when nobody is asked
    foot: str


Paper = Poster | Cards | Overview
