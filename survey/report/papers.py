"""What stands on the poster and on the sheet of cards: plain values, ready to be read."""

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
