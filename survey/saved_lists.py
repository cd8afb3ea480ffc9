"""Lists that a person comes back to: a name and the address's query, sealed, since either can hold a student's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.records import open_case, school_key, seal_case
from survey.store.casework import SavedList
from survey.store.people import Staff
from survey.store.types import new_id
from survey.vault import Vault

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 60, 1000


class TooMany(Exception):
    """A person keeps as many lists as fit above the table."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved list, opened."""

    id: str
    name: str
    query: str


def get_saved(session: Session, vault: Vault, staff_id: str) -> list[Saved]:
    """Return a person's lists, the first saved first."""
    key = school_key(session, vault)
    statement = select(SavedList).where(SavedList.staff_id == staff_id).order_by(SavedList.created_at, SavedList.id)
    return [Saved(row.id, **open_case(key, row)) for row in session.scalars(statement)]


def save(session: Session, vault: Vault, staff: Staff, name: str, query: str, now: datetime) -> SavedList:
    """Keep a list; one of the same name is replaced. Raises TooMany."""
    name = " ".join(name.split())[:LONGEST_NAME]
    mine = get_saved(session, vault, staff.id)
    for saved in mine:
        if saved.name.casefold() == name.casefold():
            session.delete(session.get_one(SavedList, saved.id))
    if len(mine) >= MOST:
        raise TooMany
    id_ = new_id()
    content = seal_case(school_key(session, vault), SavedList, id_, {"name": name, "query": query[:LONGEST_QUERY]})
    row = SavedList(id=id_, school_id=staff.school_id, staff_id=staff.id, content=content, created_at=now)
    session.add(row)
    session.flush()
    return row


def forget(session: Session, list_id: str, staff_id: str) -> bool:
    """Remove a person's own list; False where it is not there."""
    row = session.get(SavedList, list_id)
    if row is None or row.staff_id != staff_id:
        return False
    session.delete(row)
    return True
