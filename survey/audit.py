"""The record of who did what to whom: append-only, each row sealed to the one before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.store.people import School
from survey.store.scope import NoSchool
from survey.store.traces import Event
from survey.vault import Vault

START = ""  # what stands before the first event


@dataclass(frozen=True, slots=True)
class Broken:
    """The first event of a school that is not what was recorded: its number, and what is wrong with it."""

    number: int
    reason: str  # changed, missing


def record(session: Session, vault: Vault, actor: str, action: str, subject: str, now: datetime) -> Event:
    """Add an event to the record of the session's school; raise NoSchool without one.

    `actor` is staff:<id>, student:<sitting id> or system; `subject` a kind of row with its id. No content: events
    are plain text. The school's row stays locked to the end of the transaction, so that numbers follow each other.
    """
    school = _get_school(session, is_changing=True)
    key = vault.chain_key(school.id)
    last = _find_last(session, school.events)
    event = Event(school_id=school.id, number=school.events + 1, at=now, actor=actor, action=action, subject=subject)
    event.chain = _link(key, last, event)
    session.add(event)
    school.events = event.number
    school.events_seal = _seal(key, event.number, event.chain)
    session.flush()
    return event


def verify(session: Session, vault: Vault) -> Broken | None:
    """Return the first event of the session's school that was changed, added, moved or removed; None when all is well.

    A school has at least the event of its creation. What was removed at the end is found by the seal on the
    school's row; putting back an old copy of the whole database is not found here, but by comparing backups.
    """
    school = _get_school(session)
    key = vault.chain_key(school.id)
    chain, number = START, 0
    with session.scalars(select(Event).order_by(Event.number).execution_options(yield_per=500)) as events:
        for number, event in enumerate(events, 1):
            if event.number != number:
                return Broken(number, "missing")
            if not hmac.compare_digest(event.chain, _link(key, chain, event)):
                return Broken(number, "changed")
            chain = event.chain
    if not hmac.compare_digest(school.events_seal, _seal(key, number, chain)):
        return Broken(number + 1, "missing")
    return None


def _get_school(session: Session, is_changing: bool = False) -> School:
    """Return the school that the session is in, locked when it will change; raise NoSchool."""
    school_id = session.info.get("school_id")
    if school_id is None:
        raise NoSchool("event: call in_school first")
    query = select(School).where(School.id == school_id).execution_options(populate_existing=True)
    # The weaker lock leaves other transactions free to add rows that refer to the school.
    return session.scalars(query.with_for_update(key_share=True) if is_changing else query).one()


def _find_last(session: Session, number: int) -> str:
    """Return the chain of the event with this number, or what stands before the first."""
    return session.scalars(select(Event.chain).where(Event.number == number)).one_or_none() or START


def _link(key: bytes, before: str, event: Event) -> str:
    """Return the keyed hash of an event and of all before it."""
    moment = event.at.astimezone(UTC).isoformat()
    return _hash(key, before, event.number, moment, event.actor, event.action, event.subject)


def _seal(key: bytes, number: int, chain: str) -> str:
    """Return the keyed hash of how many events there are and of the last of them."""
    return _hash(key, "head", number, chain)


def _hash(key: bytes, *parts: str | int) -> str:
    """Return HMAC-SHA256 in hexadecimal over the parts, kept apart by JSON."""
    return hmac.new(key, json.dumps(parts).encode(), hashlib.sha256).hexdigest()
