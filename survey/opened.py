"""Names and summaries that lists sort and search by: opened once a process, and kept in memory only.

What is kept is found by the nonce of its sealing: another content is sealed with another nonce, so nothing kept can be
out of date, and nothing of it is ever on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from survey.profile import Profile, fold
from survey.records import get_definition, open_answers, open_outcome, open_summary, school_key
from survey.route import find_path
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting, StoredOutcome
from survey.summary import NOTHING, Summary, summarise
from survey.vault import FORMAT, NONCE_BYTES, Vault

#: Values that a process keeps; beyond it begins anew.
KEPT = 100_000
#: Rows asked by their ids; for more, all rows of the list are read in one go.
FEW = 200
#: Stands for the nonce of a summary that was never made. It is never kept.
UNMADE = b""

Kept = TypeVar("Kept")
Opened = dict[str, tuple[bytes, Kept]]  # nonce and value by invitation


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is shown, as it is searched (with the student number, without accents and case) and sorted."""

    shown: str
    sought: str
    order: str


class Memory(Generic[Kept]):
    """Values by the nonce of their sealing. Several threads read it: what is kept is replaced whole, never emptied."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.kept: dict[bytes, Kept] = {}

    def recall(
        self, nonces: Sequence[bytes | None], ids: Sequence[str], learn: Callable[[set[str]], Opened[Kept]], none: Kept
    ) -> list[Kept]:
        """Return a value for each nonce, of the row with the id beside it; rows that are new here are learned at once.

        Without a nonce there is none. What is learned is newer than what was asked where somebody stored it meanwhile.
        """
        kept = self.kept
        new = {id_ for nonce, id_ in zip(nonces, ids, strict=True) if nonce is not None and nonce not in kept}
        if not new:
            return [none if nonce is None else kept[nonce] for nonce in nonces]
        learned = learn(new)
        here = {id_: value for id_, (_, value) in learned.items()}
        found = [
            none if nonce is None else kept[nonce] if nonce in kept else here.get(id_, none)
            for nonce, id_ in zip(nonces, ids, strict=True)
        ]
        fresh = {nonce: value for nonce, value in learned.values() if nonce}
        self.kept = fresh if len(kept) + len(fresh) > KEPT else kept | fresh
        return found


NOBODY = Name("", "", "")
_names = Memory[Name]()
_summaries = Memory[Summary]()


def forget() -> None:
    """Begin anew, as a process does."""
    _names.kept, _summaries.kept = {}, {}


def nonce(column: Any) -> ColumnElement[bytes]:
    """Return the nonce of a sealed column: what tells whether its content was opened before.

    Of no type, since nothing has to be made of the bytes that a driver gives.
    """
    return func.substr(column, len(FORMAT) + 1, NONCE_BYTES, type_=NullType())


def nonce_of(sealed: bytes) -> bytes:
    """Return the nonce of sealed bytes."""
    return bytes(sealed[len(FORMAT) : len(FORMAT) + NONCE_BYTES])


def summary_nonce() -> ColumnElement[bytes | None]:
    """Return the nonce of a sitting's summary: UNMADE where it has none yet, nothing where there is no more to say."""
    is_there = Sitting.wrapped_key != b""
    return func.coalesce(nonce(Sitting.summary), case((is_there, literal(UNMADE))), type_=NullType())


def summary_nonce_of(sitting: Sitting | None) -> bytes | None:
    """Return what `summary_nonce` gives of this sitting."""
    if sitting is None or not sitting.wrapped_key:
        return None
    return UNMADE if sitting.summary is None else nonce_of(sitting.summary)


def find_names(
    session: Session, vault: Vault, nonces: Sequence[bytes | None], ids: Sequence[str], by: Any = Student.id
) -> list[Name]:
    """Return names by the nonces of profiles, of students by id, or by Invitation.id; one query when some are new."""

    def learn(new: set[str]) -> Opened[Name]:
        key, statement = school_key(session, vault), select(by, Student.id, Student.profile)
        if by is Invitation.id:
            statement = statement.join(Student, Student.id == Invitation.student_id)
        rows = session.execute(_only(statement, by, new)).all()
        return {id_: (nonce_of(seal), _open_name(key, of, seal)) for id_, of, seal in rows if id_ in new}

    return _names.recall(nonces, ids, learn, NOBODY)


def _open_name(key: bytes, student_id: str, profile: bytes) -> Name:
    """Return a student's name, out of no more of the profile than that."""
    raw = Vault.open_json(key, f"student:{student_id}:profile", profile)
    known = Profile(raw["first_name"], raw.get("last_name", ""), infix=raw.get("infix", ""))
    return Name(known.name, f"{fold(known.name)} {raw.get('number', '').casefold()}", "\0".join(known.sort_key) + "\0")


def find_summaries(
    session: Session, vault: Vault, nonces: Sequence[bytes | None], ids: Sequence[str]
) -> list[Summary]:
    """Return summaries by `summary_nonce`, of the sittings of these invitations; two queries at most.

    A row from before there were summaries is UNMADE: its summary is made out of its answers.
    """

    def learn(new: set[str]) -> Opened[Summary]:
        key = school_key(session, vault)
        statement = select(Sitting.invitation_id, Sitting.id, Sitting.wrapped_key, Sitting.summary)
        rows = session.execute(_only(statement.where(Sitting.summary.is_not(None)), Sitting.invitation_id, new)).all()
        learned = {
            row.invitation_id: (nonce_of(row.summary), open_kept(vault, key, row))
            for row in rows
            if row.invitation_id in new
        }
        unmade = {id_ for nonce, id_ in zip(nonces, ids, strict=True) if nonce == UNMADE}
        return learned | {id_: (UNMADE, made) for id_, made in compute(session, vault, unmade).items()}

    return _summaries.recall(nonces, ids, learn, NOTHING)


def _only(statement: Any, column: Any, ids: set[str]) -> Any:
    """Return the statement for few rows by their ids; for more, all rows are read in one go."""
    return statement.where(column.in_(ids)) if len(ids) <= FEW else statement


def open_kept(vault: Vault, key: bytes, row: Any) -> Summary:
    """Return the summary of a row with id, wrapped key and summary; nothing of one that was erased."""
    if not row.wrapped_key:
        return NOTHING
    return open_summary(vault.sitting_key(key, row), row.id, row.summary)


def compute(session: Session, vault: Vault, ids: Collection[str]) -> dict[str, Summary]:
    """Return summaries out of answers and outcomes by invitation, in one query; those that were erased are left out."""
    if not ids:
        return {}
    key, wanted, found = school_key(session, vault), set(ids), dict[str, Summary]()
    newest = and_(StoredOutcome.sitting_id == Sitting.id, StoredOutcome.number == Sitting.sendings)
    statement = select(Sitting, StoredOutcome).outerjoin(StoredOutcome, newest)
    for sitting, stored in session.execute(_only(statement, Sitting.invitation_id, wanted)):
        if sitting.invitation_id not in wanted or not sitting.wrapped_key:
            continue
        own = vault.sitting_key(key, sitting)
        definition, answers = get_definition(session, sitting.digest), open_answers(own, sitting)
        outcome = open_outcome(own, stored) if stored else None
        given = find_path(definition, answers.values).values
        found[sitting.invitation_id] = summarise(definition, given, outcome)
    return found
