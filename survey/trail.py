"""The record of who did what, as the privacy officer reads it: chosen, in pages, and all about one student."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from survey.records import open_name, open_profile, school_key
from survey.roster import number_index
from survey.store.people import Staff, Student
from survey.store.surveying import Invitation, RaisedFlag, Sitting, StoredReport
from survey.store.traces import Event
from survey.vault import Vault

PAGE = 50
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the record; empty is everything."""

    staff_id: str = ""
    action: str = ""
    first: datetime | None = None
    until: datetime | None = None
    subjects: frozenset[str] | None = None  # of one student: see `subjects_of`
    with_students: bool = True  # what they did on their own pages too


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: when, who (a colleague's name, or what the record says), what, about which row."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str


def get_page(session: Session, vault: Vault, wanted: Wanted, page: int) -> tuple[list[Entry], int]:
    """Return a page of the record, the newest first, and how many events there are in all."""
    total = session.scalar(_choose(select(func.count()).select_from(Event), wanted)) or 0
    rows = _choose(select(Event), wanted).order_by(Event.number.desc()).offset((page - 1) * PAGE).limit(PAGE)
    names = get_names(session, vault)
    return [_entry(event, names) for event in session.scalars(rows)], total


def read_all(session: Session, vault: Vault, wanted: Wanted) -> Iterator[Entry]:
    """Yield every chosen event in the order in which it came."""
    names = get_names(session, vault)
    rows = _choose(select(Event), wanted).order_by(Event.number).execution_options(yield_per=500)
    with session.scalars(rows) as events:
        for event in events:
            yield _entry(event, names)


def get_names(session: Session, vault: Vault) -> dict[str, str]:
    """Return the names of the school's staff, of those who left too, by id."""
    key = school_key(session, vault)
    return {staff.id: open_name(key, staff) for staff in session.scalars(select(Staff))}


def get_actions(session: Session) -> list[str]:
    """Return the kinds of events in the record of this school."""
    return sorted(session.scalars(select(Event.action).distinct()))


def subjects_of(session: Session, vault: Vault, number: str) -> frozenset[str] | None:
    """Return every subject by which the record names a student of this number; None when there is no such student."""
    index = number_index(vault, session.info["school_id"], number)
    student = session.scalars(select(Student.id).where(Student.number_index == index)).one_or_none()
    if student is None:
        return None
    invited = select(Invitation.id).where(Invitation.student_id == student)
    sat = select(Sitting.id).where(Sitting.invitation_id.in_(invited))
    rows = {
        "invitation": invited,
        "sitting": sat,
        "report": select(StoredReport.id).where(StoredReport.sitting_id.in_(sat)),
        "flag": select(RaisedFlag.id).where(RaisedFlag.sitting_id.in_(sat)),
    }
    found = {f"{kind}:{id_}" for kind, ids in rows.items() for id_ in session.scalars(ids)}
    return frozenset({f"student:{student}", *found})


def find_numbers(session: Session, vault: Vault, subjects: Iterable[str]) -> dict[str, str]:
    """Return student numbers by those subjects that are about a student who is here; a query a kind, by key."""
    ids: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _, id_ = subject.partition(":")
        ids.setdefault(kind, set()).add(id_)
    owned = select(Student).join(Invitation, Invitation.student_id == Student.id)
    sat = owned.join(Sitting, Sitting.invitation_id == Invitation.id)
    ways: dict[str, tuple[Select[Any], Any]] = {
        "student": (select(Student), Student.id),
        "invitation": (owned, Invitation.id),
        "sitting": (sat, Sitting.id),
        "report": (sat.join(StoredReport, StoredReport.sitting_id == Sitting.id), StoredReport.id),
        "flag": (sat.join(RaisedFlag, RaisedFlag.sitting_id == Sitting.id), RaisedFlag.id),
    }
    key, found = school_key(session, vault), {}
    for kind in ways.keys() & ids:
        statement, column = ways[kind]
        for student, id_ in session.execute(statement.add_columns(column).where(column.in_(ids[kind]))):
            found[f"{kind}:{id_}"] = open_profile(key, student).number
    return found


def _choose(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.staff_id:
        actor = wanted.staff_id if wanted.staff_id == SYSTEM else f"staff:{wanted.staff_id}"
        statement = statement.where(Event.actor == actor)
    if not wanted.with_students:
        statement = statement.where(Event.actor.not_like("student:%"))
    if wanted.action:
        statement = statement.where(Event.action == wanted.action)
    if wanted.first:
        statement = statement.where(Event.at >= wanted.first)
    if wanted.until:
        statement = statement.where(Event.at < wanted.until)
    if wanted.subjects is not None:
        statement = statement.where(Event.subject.in_(sorted(wanted.subjects)))
    return statement


def _entry(event: Event, names: dict[str, str]) -> Entry:
    kind, _, id_ = event.actor.partition(":")
    actor = names.get(id_, event.actor) if kind == "staff" else kind
    return Entry(event.number, event.at, actor, event.action, event.subject)
