"""Recomputes stored outcomes from the sealed answers: the same answers by the same rules give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.records import UnreadableDefinition, get_definition, open_sent
from survey.score import ENGINES, Unscorable
from survey.store.people import School
from survey.store.scope import ACROSS
from survey.store.surveying import Sitting, StoredOutcome
from survey.vault import Unreadable, Vault

#: Rows that are in memory at a time.
BATCH = 500
REASON = "every school's outcomes are recomputed; nothing of them leaves but ids"


class Verdict(StrEnum):
    """What recomputing one stored outcome found."""

    EQUAL = "equal"
    DIFFERENT = "different"
    ERASED = "erased"  # its key was destroyed: nobody can tell any more, as was meant
    UNREADABLE = "unreadable"  # there is a key, but it opens nothing: damaged or moved
    NO_ENGINE = "no_engine"  # made by an engine, or a questionnaire, that this version of the program does not have


@dataclass(frozen=True, slots=True)
class Finding:
    """One stored outcome with its verdict; ids only."""

    outcome: str
    sitting: str
    verdict: Verdict


def verify(session: Session, vault: Vault) -> Iterator[Finding]:
    """Yield the verdict on each stored outcome of the session's school, of all schools when it is bound to none.

    Raises Unreadable when a school's key does not open: the master key is another one.
    """
    options: dict[str, object] = {"yield_per": BATCH}
    if "school_id" not in session.info:
        options[ACROSS] = REASON
    keys = {school.id: _school_key(vault, school) for school in session.scalars(select(School))}
    statement = select(StoredOutcome, Sitting).join(Sitting, Sitting.id == StoredOutcome.sitting_id)
    for stored, sitting in session.execute(statement.order_by(StoredOutcome.id), execution_options=options):
        yield Finding(stored.id, sitting.id, judge(session, vault, keys[stored.school_id], stored, sitting))


def judge(session: Session, vault: Vault, school_key: bytes | None, stored: StoredOutcome, sitting: Sitting) -> Verdict:
    """Recompute one outcome with the questionnaire and the engine that made it, and compare every byte."""
    if school_key is None or not sitting.wrapped_key or not stored.content:
        return Verdict.ERASED
    try:
        key = vault.sitting_key(school_key, sitting)
        content = vault.open_(key, f"outcome:{stored.id}:content", stored.content)
        answers = open_sent(key, stored, sitting)
    except Unreadable:
        return Verdict.UNREADABLE
    engine = ENGINES.get(stored.engine)
    if engine is None:
        return Verdict.NO_ENGINE
    try:
        outcome = engine(get_definition(session, stored.digest), answers.values)
    except (UnreadableDefinition, Unscorable):
        return Verdict.NO_ENGINE
    return Verdict.EQUAL if outcome.to_json() == content else Verdict.DIFFERENT


def _school_key(vault: Vault, school: School) -> bytes | None:
    return vault.school_key(school) if school.wrapped_key else None
