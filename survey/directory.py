"""All students of a school, asked in a round or not: searched, by name, cut to a page; few queries, however many."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.opened import find_names, nonce
from survey.profile import Profile, fold, number_key
from survey.records import open_profile, school_key
from survey.roster import number_index
from survey.store.people import Group, Student
from survey.vault import Vault

PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """A student of the school."""

    id: str
    profile: Profile
    group_id: str
    group: str
    municipality: str | None
    municipality_by: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of students, and how many there are in all."""

    people: list[Person]
    total: int
    pages: int
    page: int


def find(session: Session, vault: Vault, search: str = "", group_id: str = "", page: int = 1) -> Found:
    """Return a page of the students whose name or number is searched for; three queries at most."""
    kept = find_ids(session, vault, search, group_id)
    pages = max(1, -(-len(kept) // PAGE))
    page = min(max(page, 1), pages)
    return Found(get_people(session, vault, kept[(page - 1) * PAGE : page * PAGE]), len(kept), pages, page)


def find_ids(session: Session, vault: Vault, search: str = "", group_id: str = "") -> list[str]:
    """Return the students whose name or number is searched for, by name; two queries at most."""
    statement = select(Student.id, nonce(Student.profile), Student.number_index)
    if group_id:
        statement = statement.where(Student.group_id == group_id)
    rows = session.execute(statement).all()
    names = find_names(session, vault, [row[1] for row in rows], [row[0] for row in rows])
    sought = fold(search)
    numbered = number_index(vault, session.info["school_id"], search) if number_key(search) else ""
    kept = sorted(
        (name.order, id_)
        for name, (id_, _, number) in zip(names, rows, strict=True)
        if sought in name.sought or number == numbered
    )
    return [id_ for _, id_ in kept]


def get_people(session: Session, vault: Vault, ids: list[str]) -> list[Person]:
    """Return these students in this order; one query."""
    key = school_key(session, vault)
    statement = select(Student, Group.name).join(Group, Group.id == Student.group_id).where(Student.id.in_(ids))
    found = {
        one.id: Person(one.id, open_profile(key, one), one.group_id, group, one.municipality, one.municipality_by)
        for one, group in session.execute(statement)
    }
    return [found[id_] for id_ in ids if id_ in found]


def get_groups(session: Session) -> list[Group]:
    """Return the classes of the school by name."""
    return sorted(session.scalars(select(Group)), key=lambda group: fold(group.name))
