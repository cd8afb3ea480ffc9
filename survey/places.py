"""In which municipality a student lives: from the school's list, a place that somebody knows, or a postcode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from survey import audit, municipalities
from survey.profile import Profile, fold
from survey.records import open_profile, school_key
from survey.store.intake import KnownPlace
from survey.store.people import Student
from survey.vault import Vault


class Basis(StrEnum):
    """How a student's municipality is known; only what a person said is confirmed."""

    LIST = "list"  # the school's list names it
    PLACE = "place"  # the place of residence is called like it
    POSTCODE = "postcode"  # from a table that an operator imported
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Guess:
    """What can be told of a municipality without asking; no code is "onbekend"."""

    code: str | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Students with the same words for where they live, of whom nobody confirmed the municipality yet."""

    text: str  # the municipality or the place as the list writes it, "" when it says nothing
    code: str | None
    basis: Basis | None
    names: Mapping[str, str]  # by the student's id, in the order of a list


def guess(profile: Profile, known: Mapping[str, str]) -> Guess:
    """Return the municipality of a profile; `known` are codes by folded name of a place."""
    code = municipalities.find_code(profile.municipality_text)
    if code is not None:
        return Guess(code, Basis.LIST)
    for text in (profile.municipality_text, profile.place):
        if text and (said := known.get(fold(text))):
            return Guess(said, Basis.PERSON)
    if (code := municipalities.find_code(profile.place)) is not None:
        return Guess(code, Basis.PLACE)
    if profile.postcode and (code := municipalities.code_of_postcode(profile.postcode)) is not None:
        return Guess(code, Basis.POSTCODE)
    return Guess()


def get_known(session: Session, vault: Vault, profiles: list[Profile]) -> dict[str, str]:
    """Return the codes of those places of these profiles that somebody at the school told, by folded name."""
    texts = {fold(text) for profile in profiles for text in (profile.municipality_text, profile.place) if text}
    by_index = {row.place_index: row.municipality for row in session.scalars(select(KnownPlace))}
    if not by_index:
        return {}
    found = {text: by_index.get(_index(session, vault, text)) for text in texts}
    return {text: code for text, code in found.items() if code}


def count_asked(session: Session) -> int:
    """Return of how many students nobody confirmed the municipality yet."""
    return session.scalar(select(func.count()).select_from(Student).where(_is_asked())) or 0


def _is_asked() -> ColumnElement[bool]:
    return Student.municipality_by.is_distinct_from(Basis.PERSON.value)


def get_asks(session: Session, vault: Vault) -> list[Ask]:
    """Return what is to be confirmed, the largest group first; two queries, however many students."""
    statement = select(Student).where(_is_asked())
    key = school_key(session, vault)
    found = [(open_profile(key, student), student) for student in session.scalars(statement)]
    groups: dict[tuple[str, str | None, str | None], dict[str, str]] = {}
    for profile, student in sorted(found, key=lambda one: (one[0].sort_key, one[1].id)):
        text = _text_of(profile, student.municipality_by)
        groups.setdefault((text, student.municipality, student.municipality_by), {})[student.id] = profile.name
    asks = [Ask(text, code, Basis(basis) if basis else None, names) for (text, code, basis), names in groups.items()]
    return sorted(asks, key=lambda ask: (-len(ask.names), ask.text.casefold(), ask.code or ""))


def confirm(session: Session, vault: Vault, ask: Ask, code: str | None, actor: str, now: datetime) -> int:
    """Let a person say where the students of a group live; return how many. None: nobody knows, and that is known.

    A place that was told is remembered for the next list. Raises ValueError for a code that does not exist.
    """
    if code is not None and code not in municipalities.names():
        raise ValueError(f"{code} is no municipality")
    students = session.scalars(select(Student).where(Student.id.in_(ask.names))).all()
    for student in students:
        student.municipality, student.municipality_by = code, Basis.PERSON.value
    if ask.text and code is not None and ask.basis is not Basis.POSTCODE:
        _remember(session, vault, ask.text, code)
    audit.record(session, vault, actor, "municipality.confirm", f"municipality:{code or 'unknown'}", now)
    return len(students)


def _text_of(profile: Profile, basis: str | None) -> str:
    """Return the words by which students are grouped; a postcode's guess is by its four digits."""
    if basis == Basis.POSTCODE:
        return profile.postcode[:4]
    return profile.place if basis == Basis.PLACE else profile.municipality_text or profile.place


def _remember(session: Session, vault: Vault, text: str, code: str) -> None:
    index = _index(session, vault, text)
    row = session.scalars(select(KnownPlace).where(KnownPlace.place_index == index)).one_or_none()
    if row is None:
        row = KnownPlace(school_id=session.info["school_id"], place_index=index, municipality=code)
        session.add(row)
    row.municipality = code


def _index(session: Session, vault: Vault, text: str) -> str:
    return vault.blind(f"place {session.info['school_id']}", fold(text))
