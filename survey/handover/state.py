"""How far a document is, folded from its events; what does not fit the state is refused with the reason.

Concept, read, agreed or refused, final, sent, withdrawn. A new version asks everything again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from survey.handover.events import (
    Agreed,
    Event,
    Finalised,
    NotSent,
    Offered,
    ParentAgreed,
    ParentRefused,
    Read,
    Refused,
    Sent,
    Withdrawn,
)

STUDENT, PARENT, STAFF = "student", "parent", "staff:"
#: Kinds of school where nothing leaves without a parent's agreement (practical and special education).
PARENTS = frozenset({"pro", "vso"})


ADULT = 18


def needs_parent(kind: str, born: date | None, today: date) -> bool:
    """Return whether a parent has to agree: in practical and special education, of who is not known to be an adult.

    WVO 2020 art. 2.31b, WEC art. 44a: the person agrees, the parents when that person is not of age.
    """
    if kind not in PARENTS or born is None:
        return kind in PARENTS
    has_had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not has_had_birthday) < ADULT


class Stage(StrEnum):
    """How far the newest version is."""

    NONE = "none"
    CONCEPT = "concept"
    READ = "read"
    AGREED = "agreed"
    REFUSED = "refused"
    FINAL = "final"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


#: Where the document is there to be handed over: it may be taken along, and taken along again.
LEAVING = frozenset({Stage.FINAL, Stage.SENT})
#: Where student and parents can still say something else.
OPEN = frozenset({Stage.CONCEPT, Stage.READ, Stage.AGREED, Stage.REFUSED})


class NotAllowed(ValueError):
    """An event that does not fit the state; `code` names why, for the words of a page."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class State:
    """The newest version of a document and what was said of it."""

    needs_parent: bool
    version: int = 0
    sections: frozenset[str] = frozenset()  # of the concept
    digest: str = ""
    is_read: bool = False
    student: frozenset[str] | None = None  # what the student lets be shared: None before a word, empty for a refusal
    parent: frozenset[str] | None = None
    is_final: bool = False
    is_sent: bool = False
    is_withdrawn: bool = False

    @property
    def shared(self) -> frozenset[str]:
        """Return the sections that everyone who has to agree agreed to."""
        said = self._said
        return frozenset.intersection(*(each or frozenset() for each in said)) if not self.is_withdrawn else frozenset()

    @property
    def stage(self) -> Stage:
        """Return how far it is; nothing in common is a refusal."""
        if not self.version:
            return Stage.NONE
        if self.is_withdrawn:
            return Stage.WITHDRAWN
        if self.is_final:
            return Stage.SENT if self.is_sent else Stage.FINAL
        if any(each is not None and not each for each in self._said):
            return Stage.REFUSED
        if any(each is None for each in self._said):
            return Stage.READ if self.is_read else Stage.CONCEPT
        return Stage.AGREED if self.shared else Stage.REFUSED

    @property
    def may_leave(self) -> bool:
        """Return whether this version may be handed over now."""
        return self.stage in LEAVING

    @property
    def _said(self) -> tuple[frozenset[str] | None, ...]:
        return (self.student, self.parent) if self.needs_parent else (self.student,)


def begin(kind: str) -> State:
    """Return the state before the first version, in a school of this kind: mbo, pro or vso."""
    return State(needs_parent=kind in PARENTS)


def fold(kind: str, events: Iterable[Event]) -> State:
    """Return where events in their order lead. Raises NotAllowed."""
    state = begin(kind)
    for event in events:
        state = follow(state, event)
    return state


def follow(state: State, event: Event) -> State:
    """Return the state after an event; raises NotAllowed, and then nothing happened."""
    match event:
        case Offered():
            return _offer(state, event)
        case _ if not state.version or event.version != state.version:
            raise NotAllowed("other_version")  # somebody looks at a page that is out of date
        case Read():
            return _read(state, event)
        case Agreed():
            return _agree(state, event)
        case ParentAgreed():
            return _agree_as_parent(state, event)
        case Refused() | ParentRefused():
            return _refuse(state, event)
        case Finalised():
            return _finalise(state, event)
        case Sent():
            return _send(state, event)
        case NotSent():
            return _take_sending_back(state, event)
        case Withdrawn():
            return _withdraw(state, event)
    raise NotAllowed("unknown_event")


def _offer(state: State, event: Offered) -> State:
    """Begin a version: whatever was said of an earlier one counts no more."""
    _need(event.by.startswith(STAFF), "not_staff")
    _need(event.version == state.version + 1, "other_version")
    _need(bool(event.sections), "nothing_to_share")
    return State(state.needs_parent, event.version, event.sections, event.digest)


def _read(state: State, event: Read) -> State:
    """Note that the student saw it."""
    _need(event.by == STUDENT, "not_student")
    return replace(state, is_read=True)


def _agree(state: State, event: Agreed) -> State:
    """Keep what the student lets be shared; nobody agrees unread, and who signs on paper read it there."""
    _need(event.by == STUDENT, "not_student")
    _need(state.is_read or bool(event.on_paper), "not_read")
    _ask(state, event.sections)
    return replace(state, is_read=True, student=event.sections)


def _agree_as_parent(state: State, event: ParentAgreed) -> State:
    """Keep what a parent lets be shared, before or after the student."""
    _need(event.by == PARENT and state.needs_parent, "not_parent")
    _ask(state, event.sections)
    return replace(state, parent=event.sections)


def _refuse(state: State, event: Refused | ParentRefused) -> State:
    """Let nothing of this version leave. What is final has to be withdrawn instead."""
    _need(state.stage in OPEN, "closed")
    if isinstance(event, ParentRefused):
        _need(event.by == PARENT and state.needs_parent, "not_parent")
        return replace(state, parent=frozenset())
    _need(event.by == STUDENT, "not_student")
    return replace(state, student=frozenset())


def _finalise(state: State, event: Finalised) -> State:
    """Make it final: a person's act, after everyone who has to agree agreed."""
    _need(event.by.startswith(STAFF), "not_staff")
    _need(state.stage is Stage.AGREED, "not_agreed")
    return replace(state, is_final=True)


def _send(state: State, event: Sent) -> State:
    """Note that the document went to its receiver."""
    _need(event.by.startswith(STAFF), "not_staff")
    _need(state.stage is Stage.FINAL, "not_final")
    return replace(state, is_sent=True)


def _take_sending_back(state: State, event: NotSent) -> State:
    """Note that it did not: it is to be handed over again."""
    _need(event.by.startswith(STAFF), "not_staff")
    _need(state.stage is Stage.SENT, "not_sent")
    return replace(state, is_sent=False)


def _withdraw(state: State, event: Withdrawn) -> State:
    """Take the agreement back; only a new version can ask again."""
    _need(event.by == STUDENT or (event.by == PARENT and state.needs_parent), "not_theirs")
    _need(state.stage is Stage.AGREED or state.may_leave, "not_agreed")
    return replace(state, is_withdrawn=True)


def _ask(state: State, sections: frozenset[str]) -> None:
    """Check that the version is open for an answer, and that the answer is about it; a refusal may be changed."""
    _need(state.stage in OPEN, "closed")
    _need(bool(sections), "nothing_to_share")  # who shares nothing refuses
    _need(sections <= state.sections, "unknown_section")


def _need(is_so: bool, code: str) -> None:
    if not is_so:
        raise NotAllowed(code)
