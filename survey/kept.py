"""Forms that came in after their session ended: kept sealed for a short while, for the same person only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.records import school_key
from survey.store.credentials import KeptForm
from survey.store.types import new_id
from survey.vault import Vault

KEPT_FOR = timedelta(minutes=30)
MOST = 5  # forms of one person at a time; an older one makes place


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: where to, and its fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep(session: Session, vault: Vault, staff_id: str, form: Kept, now: datetime) -> str:
    """Store a form for a person of the session's school; return the id under which `find` gives it back."""
    session.execute(delete(KeptForm).where(KeptForm.kept_at < now - KEPT_FOR))
    newest = select(KeptForm.id).where(KeptForm.staff_id == staff_id).order_by(KeptForm.kept_at.desc())
    if old := session.scalars(newest.offset(MOST - 1)).all():
        session.execute(delete(KeptForm).where(KeptForm.id.in_(old)))
    id_ = new_id()
    content = {"path": form.path, "fields": form.fields}
    sealed = vault.seal_json(school_key(session, vault), f"kept_form:{id_}:content", content)
    school_id = session.info["school_id"]
    session.add(KeptForm(id=id_, school_id=school_id, staff_id=staff_id, content=sealed, kept_at=now))
    return id_


def find(session: Session, vault: Vault, kept_id: str, staff_id: str, now: datetime) -> Kept | None:
    """Return the form if it is this person's and still kept, else None."""
    row = session.get(KeptForm, kept_id)
    if row is None or row.staff_id != staff_id or now - row.kept_at > KEPT_FOR:
        return None
    content = vault.open_json(school_key(session, vault), f"kept_form:{row.id}:content", row.content)
    return Kept(content["path"], tuple((name, value) for name, value in content["fields"]))


def purge(session: Session, now: datetime) -> None:
    """Forget every form, of any school, that is kept no longer."""
    old = delete(KeptForm).where(KeptForm.kept_at < now - KEPT_FOR)
    session.execute(old.execution_options(across_schools="what is too old goes, whosever it is"))


def drop_all(session: Session, staff_id: str) -> None:
    """Forget every form of a person, who signed out."""
    session.execute(delete(KeptForm).where(KeptForm.staff_id == staff_id))
