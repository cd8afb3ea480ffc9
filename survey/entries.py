"""What the school is entering for a student's document: kept until it is finalised, and afterwards for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from survey import audit
from survey.records import open_name, school_key, sitting_key
from survey.report.entry import Typed, find_faults
from survey.store.agreeing import StoredEntry
from survey.store.people import Staff
from survey.store.surveying import Sitting
from survey.store.types import new_id
from survey.vault import Vault


class BadEntry(ValueError):
    """Fields that cannot be stored; `faults` names why by field (survey.report.entry.find_faults)."""

    def __init__(self, faults: dict[str, str]) -> None:
        """Keep what is wrong."""
        super().__init__(", ".join(f"{name}: {code}" for name, code in faults.items()))
        self.faults = faults


class OtherEntry(Exception):
    """Somebody else stored another text since the form was shown; nothing was overwritten."""

    def __init__(self, by: str, revision: int) -> None:
        """Keep who it was, and the revision to overwrite when that is what is wanted."""
        super().__init__("stored by somebody else")
        self.by, self.revision = by, revision


@dataclass(frozen=True, slots=True)
class Kept:
    """What was stored last: the typed texts, by whom, and which revision it is."""

    typed: dict[str, str]
    by: str
    at: datetime
    revision: int


def find_entry(session: Session, vault: Vault, sitting: Sitting) -> Kept | None:
    """Return what the school entered for a sitting's document, None before anything was."""
    found = session.execute(
        select(StoredEntry, Staff).join(Staff, Staff.id == StoredEntry.staff_id).where(_of(sitting))
    ).one_or_none()
    if found is None:
        return None
    row, staff = found
    typed = Vault.open_json(sitting_key(session, vault, sitting), _place(row.id), row.content)
    return Kept(typed, open_name(school_key(session, vault), staff), row.changed_at, row.version)


def save_entry(
    session: Session, vault: Vault, sitting: Sitting, staff: Staff, typed: Typed, seen: int, now: datetime
) -> None:
    """Store what was typed; `seen` is the revision that the form was filled in on, 0 for none.

    Raises BadEntry, and OtherEntry when somebody else stored something different since.
    """
    if faults := find_faults(typed):
        raise BadEntry(faults)
    given = {name: text for name, text in typed.items() if text}
    before = find_entry(session, vault, sitting)
    if before is not None and before.typed == given:
        return
    if before is not None and before.revision != seen:
        raise OtherEntry(before.by, before.revision)
    row = session.scalars(select(StoredEntry).where(_of(sitting))).one_or_none()
    id_ = row.id if row else new_id()
    content = Vault.seal_json(sitting_key(session, vault, sitting), _place(id_), given)
    if row is None:
        row = StoredEntry(id=id_, school_id=sitting.school_id, sitting_id=sitting.id)
    row.content, row.staff_id, row.changed_at = content, staff.id, now
    session.add(row)
    session.flush()
    audit.record(session, vault, f"staff:{staff.id}", "document.enter", f"sitting:{sitting.id}", now)


def _of(sitting: Sitting) -> ColumnElement[bool]:
    """Return the condition that finds a sitting's entry."""
    return StoredEntry.sitting_id == sitting.id


def _place(entry_id: str) -> str:
    """Name where an entry's content is sealed for."""
    return f"entry:{entry_id}:content"
