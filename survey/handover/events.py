"""What can happen to a document: each event is a person's act at a moment, kept for ever and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Event:
    """An act of a person on one version of the document."""

    version: int
    by: str  # such as "staff:<id>", "student" or "parent"
    at: datetime


@dataclass(frozen=True, slots=True)
class Offered(Event):
    """A member of staff made the content final: a concept with all its sections, for the student to read."""

    sections: frozenset[str]
    digest: str  # of the content


@dataclass(frozen=True, slots=True)
class Read(Event):
    """The student opened it."""


@dataclass(frozen=True, slots=True)
class Said(Event):
    """What someone agreed to, in the words that stood there."""

    sections: frozenset[str]
    text: str  # digest of the words
    words: int  # their version
    language: str
    on_paper: str = ""  # who of the staff recorded a signature on paper; empty when given on the own phone


@dataclass(frozen=True, slots=True)
class Agreed(Said):
    """The student lets these sections be shared, with a reaction of the own."""

    reaction: str = ""


@dataclass(frozen=True, slots=True)
class ParentAgreed(Said):
    """A parent or guardian lets these sections be shared."""


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """The student lets nothing be shared."""

    on_paper: str = ""  # who of the staff recorded it; empty when said on the own phone


@dataclass(frozen=True, slots=True)
class ParentRefused(Event):
    """A parent or guardian lets nothing be shared."""

    on_paper: str = ""


@dataclass(frozen=True, slots=True)
class Finalised(Event):
    """A member of staff made the document that leaves: the concept without what may not be shared."""


@dataclass(frozen=True, slots=True)
class Sent(Event):
    """A member of staff sent the document that leaves, by secure mail or a portal of the receiver's."""

    day: date
    to: str = ""  # the person or the desk; empty where nobody wrote it down


@dataclass(frozen=True, slots=True)
class NotSent(Event):
    """It was not sent after all: somebody pressed by mistake, or it came back."""


@dataclass(frozen=True, slots=True)
class Withdrawn(Event):
    """The student, or a parent where one has to agree, takes the agreement back."""

    on_paper: str = ""
