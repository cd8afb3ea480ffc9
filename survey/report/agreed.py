"""Who agreed that a document is handed over, and to which sections of it: what the agreement block is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's agreement: when, in which words, and who recorded it when it was given on paper."""

    by: str  # "student" or "parent"
    at: datetime
    language: str
    words: int  # version of the words that stood there
    text: str  # digest of those words
    recorded_by: str = ""  # name of the member of staff, for an agreement on paper


@dataclass(frozen=True, slots=True)
class Agreement:
    """What everyone who has to agree agreed to; `sections` are those that all of them share."""

    sections: frozenset[str]
    consents: tuple[Consent, ...]
    reaction: str = ""  # in the student's own words
