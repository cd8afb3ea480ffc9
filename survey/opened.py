"""Names and summaries that lists sort and search by: opened once a process, and kept in memory only.

What is kept is found by the nonce of its sealing: another content is sealed with another nonce, so nothing kept can be
out of date, and nothing of it is ever on disk.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from survey.profile import Profile, fold
from survey.records import get_definition, open_answers, open_outcome, open_summary, school_key
from survey.route import find_path
from survey.store.people import Student
from survey.store.surveying import Sitting, StoredOutcome
from survey.summary import NOTHING, Summary, summarise
from survey.vault import FORMAT, NONCE_BYTES, Vault

#: Values that a process keeps; beyond it begins anew.
KEPT = 100_000
#: Rows asked by their ids; for more, all rows of the list are read in one go.
FEW = 200


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is shown, as it is searched (with the student number, without accents and case) and sorted."""

    shown: str
    sought: str
    order: tuple[str, str, str]


_names: dict[bytes, Name] = {}
_summaries: dict[bytes, Summary] = {}


def nonce(column: Any) -> ColumnElement[bytes]:
    """Return the nonce of a sealed column: what tells whether its content was opened before."""
    return func.substr(column, len(FORMAT) + 1, NONCE_BYTES, type_=column.type)


def nonce_of(sealed: bytes) -> bytes:
    """Return the nonce of sealed bytes."""
    return bytes(sealed[len(FORMAT) : len(FORMAT) + NONCE_BYTES])


def find_names(session: Session, vault: Vault, nonces: dict[bytes, str]) -> dict[bytes, Name]:
    """Return names by the nonce of their profile, of students by that nonce; one query when some are new here."""
    known = {one: _names[one] for one in nonces if one in _names}
    missing = {id_ for one, id_ in nonces.items() if one not in known}
    if missing:
        key = school_key(session, vault)
        statement = select(Student.id, Student.profile)
        for row in session.execute(statement.where(Student.id.in_(missing)) if len(missing) <= FEW else statement):
            if row.id in missing:
                _make_room(_names)
                _names[nonce_of(row.profile)] = known[nonce_of(row.profile)] = _open_name(key, row.id, row.profile)
    return known


def _open_name(key: bytes, student_id: str, profile: bytes) -> Name:
    """Return a student's name, out of no more of the profile than that."""
    raw = Vault.open_json(key, f"student:{student_id}:profile", profile)
    known = Profile(raw["first_name"], raw.get("last_name", ""), infix=raw.get("infix", ""))
    return Name(known.name, f"{fold(known.name)} {raw.get('number', '').casefold()}", known.sort_key)


def find_summaries(session: Session, vault: Vault, nonces: dict[str, bytes | None]) -> dict[str, Summary]:
    """Return summaries by sitting, of sittings with the nonce of each; two queries at most.

    A row from before there were summaries has no nonce: its summary is made out of its answers.
    """
    known = {id_: _summaries[one] for id_, one in nonces.items() if one in _summaries}
    missing = {id_ for id_, one in nonces.items() if one is not None and id_ not in known}
    if missing:
        key = school_key(session, vault)
        statement = select(Sitting.id, Sitting.wrapped_key, Sitting.summary).where(Sitting.summary.is_not(None))
        for row in session.execute(statement.where(Sitting.id.in_(missing)) if len(missing) <= FEW else statement):
            if row.id in missing:
                _make_room(_summaries)
                known[row.id] = open_kept(vault, key, row)
                _summaries[nonce_of(row.summary)] = known[row.id]
    return known | compute(session, vault, [id_ for id_, one in nonces.items() if one is None])


def open_kept(vault: Vault, key: bytes, row: Any) -> Summary:
    """Return the summary of a row with id, wrapped key and summary; nothing of one that was erased."""
    if not row.wrapped_key:
        return NOTHING
    return open_summary(vault.sitting_key(key, row), row.id, row.summary)


def compute(session: Session, vault: Vault, ids: Collection[str]) -> dict[str, Summary]:
    """Return summaries out of answers and outcomes, by sitting, in one query; those that were erased are left out."""
    if not ids:
        return {}
    key, wanted, found = school_key(session, vault), set(ids), dict[str, Summary]()
    newest = and_(StoredOutcome.sitting_id == Sitting.id, StoredOutcome.number == Sitting.sendings)
    statement = select(Sitting, StoredOutcome).outerjoin(StoredOutcome, newest)
    if len(wanted) <= FEW:
        statement = statement.where(Sitting.id.in_(wanted))
    for sitting, stored in session.execute(statement):
        if sitting.id not in wanted or not sitting.wrapped_key:
            continue
        own = vault.sitting_key(key, sitting)
        definition, answers = get_definition(session, sitting.digest), open_answers(own, sitting)
        outcome = open_outcome(own, stored) if stored else None
        given = find_path(definition, answers.values).values
        found[sitting.id] = summarise(definition, given, outcome)
    return found


def _make_room(kept: dict[bytes, Any]) -> None:
    if len(kept) >= KEPT:
        kept.clear()
