"""Stored responses under a changed definition: read, opened and reckoned with, and nothing touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from survey.answers import Value
from survey.definition.model import Definition
from survey.moves import Moves, name_changes
from survey.records import get_definition, open_answers
from survey.store.people import School
from survey.store.scope import ACROSS
from survey.store.surveying import Sitting, StoredDefinition, StoredOutcome
from survey.vault import Vault

#: Responses that are reckoned with at a time: enough for columns, little enough for memory.
BATCH = 10_000
REASON = "a changed definition is tried on every school's responses; only counts leave"


@dataclass(slots=True)
class WhatIf:
    """What would move, which answers and parts do not fit, and how many sittings were erased."""

    moves: Moves = field(default_factory=Moves)
    changes: list[str] = field(default_factory=list)
    erased: int = 0


def what_if(session: Session, vault: Vault, changed: Definition, one_by_one: bool = False) -> WhatIf:
    """Rescore every sent response of the same questionnaire id, whichever version it was given to.

    Of the session's school, or of all when it is bound to none. Raises NotVectorised for what columns cannot hold
    exactly (`one_by_one` can), Unreadable for damaged content or another master key, UnreadableDefinition.
    """
    found = WhatIf()
    statement = select(StoredDefinition.digest).where(StoredDefinition.questionnaire == changed.id)
    for digest in session.scalars(statement.order_by(StoredDefinition.version, StoredDefinition.digest)).all():
        before, size = get_definition(session, digest), found.moves.size
        for rows in _read(session, vault, digest, found):
            if one_by_one:
                found.moves.add_one_by_one(before, changed, rows)
            else:
                found.moves.add(before, changed, rows)
        if found.moves.size > size:
            found.changes += [each for each in name_changes(before, changed) if each not in found.changes]
    return found


def _read(session: Session, vault: Vault, digest: str, found: WhatIf) -> Iterator[list[dict[str, Value]]]:
    """Yield the answers of what was sent under one definition, in batches; counts what was erased."""
    options: dict[str, object] = {"yield_per": 500}
    if "school_id" not in session.info:
        options[ACROSS] = REASON
    schools = session.scalars(select(School)).all()
    keys = {school.id: vault.school_key(school) for school in schools if school.wrapped_key}
    newest = and_(StoredOutcome.sitting_id == Sitting.id, StoredOutcome.number == Sitting.sendings)
    statement = select(Sitting).join(StoredOutcome, newest)
    rows: list[dict[str, Value]] = []
    for sitting in session.scalars(statement.where(StoredOutcome.digest == digest), execution_options=options):
        if sitting.school_id not in keys or not sitting.wrapped_key:
            found.erased += 1
            continue
        key = vault.sitting_key(keys[sitting.school_id], sitting)
        rows.append(open_answers(key, sitting).values)
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows
