"""Who can have a class: found by the words in which a school's list names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.access import Action, Role, may
from survey.intake.rows import split_full_name
from survey.profile import fold
from survey.records import school_key
from survey.store.people import Staff
from survey.vault import Vault


@dataclass(frozen=True, slots=True)
class Mentor:
    """A member of staff who can have a class."""

    id: str
    name: str
    email: str
    role: Role


def get_mentors(session: Session, vault: Vault) -> list[Mentor]:
    """Return who can have a class, by name; one query."""
    key = school_key(session, vault)
    found = []
    for staff in session.scalars(select(Staff).where(Staff.disabled_at.is_(None))):
        if may(Role(staff.role), Action.see_classes):
            said: dict[str, Any] = Vault.open_json(key, f"staff:{staff.id}:profile", staff.profile)
            found.append(Mentor(staff.id, said["name"], said.get("email", ""), Role(staff.role)))
    return sorted(found, key=lambda one: fold(one.name))


def find(people: Sequence[Mentor], written: str) -> Mentor | None:
    """Return whom a list means by an e-mail address or a name, "de Wit, Sanne" too; None for nobody and for two."""
    wanted = fold(written)
    if not wanted:
        return None
    turned = fold(" ".join(part for part in split_full_name(written) if part)) if "," in written else wanted
    matches = [one for one in people if wanted == one.email.casefold() or fold(one.name) in (wanted, turned)]
    return matches[0] if len(matches) == 1 else None


def fallback(people: Sequence[Mentor], own_id: str) -> Mentor:
    """Return who takes a class without a mentor: oneself when one can, else a coordinator, else anybody who can."""
    own = [one for one in people if one.id == own_id]
    coordinators = [one for one in people if one.role is Role.coordinator]
    return next(iter((*own, *coordinators, *people)), Mentor(own_id, "", "", Role.administrator))
