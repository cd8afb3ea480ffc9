"""The log of a student: notes, talks, contacts and offers, from the first day; nothing is changed, only corrected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from survey import audit
from survey.hours import ZONE
from survey.records import open_entry, open_name, school_key, seal_entry
from survey.store.casework import CaseEntry
from survey.store.people import Staff, Student
from survey.store.types import new_id
from survey.vault import Vault

LONGEST = 2000  # characters of a note
LONGEST_LINE = 300  # characters of what was offered, and of what was said to it
LONGEST_NAME = 100


class Kind(StrEnum):
    """What an entry tells of."""

    NOTE = "note"
    TALK = "talk"  # the outcome was talked through with the student: "gesproken op"
    CONTACT = "contact"
    OFFER = "offer"


#: How it was done, in messages of the catalogue.
HOW = {
    "talk": "in a talk",
    "phone": "by phone",
    "message": "by message",
    "mail": "by e-mail",
    "letter": "by letter",
    "visit": "at home or at work",
}
#: What the student said to an offer, in messages of the catalogue.
ANSWERS = {
    "open": "no answer yet",
    "yes": "accepted",
    "later": "not now, ask again",
    "no": "declined",
    "unreached": "not reached",
}


class BadEntry(ValueError):
    """An entry that cannot be stored; `field` and `code` (missing, long, future, unknown) name what is wrong."""

    def __init__(self, field: str, code: str, longest: int = 0) -> None:
        """Keep where and what, and of what is too long how long it may be."""
        super().__init__(f"{field}: {code}")
        self.field, self.code, self.longest = field, code, longest


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of an entry; `how` and `answer` are codes of HOW and ANSWERS, or empty."""

    what: str
    how: str = ""
    by: str = ""  # by whom it was done, as people call them
    answer: str = ""
    remark: str = ""  # what the student said to it, in words
    reason: str = ""  # of a correction: why
    is_withdrawn: bool = False  # written down by mistake: stays in the record, stands nowhere else


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of an entry, opened."""

    id: str
    thread: str
    number: int
    kind: Kind
    day: date
    content: Content
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What a student was offered, as a Doorstroompunt asks for it; `how` and `answer` are said by HOW and ANSWERS."""

    what: str
    how: str
    on: date
    by: str
    answer: str
    remark: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A moment at which somebody was, or tried to be, in touch with a student."""

    what: str
    how: str
    on: date
    by: str


def add(
    session: Session,
    vault: Vault,
    student: Student,
    staff: Staff,
    kind: Kind,
    day: date,
    content: Content,
    now: datetime,
) -> CaseEntry:
    """Write an entry down, and record who did; a talk sets when the student was spoken last. Raises BadEntry."""
    _check(kind, day, content, now)
    row = _row(session, vault, student, staff, kind, day, content, now)
    _store(session, vault, student, row, "add")
    return row


def correct(
    session: Session, vault: Vault, thread: str, staff: Staff, day: date, content: Content, now: datetime
) -> CaseEntry:
    """Write the next version of an entry, with why; the one before stays as it was. Raises BadEntry."""
    if not content.reason.strip():
        raise BadEntry("reason", "missing")
    first = session.scalars(select(CaseEntry).where(CaseEntry.thread == thread, CaseEntry.number == 1)).one()
    _check(Kind(first.kind), day, content, now)
    # Held, so that of two who correct at once one is the next version after the other.
    student = session.scalars(select(Student).where(Student.id == first.student_id).with_for_update()).one()
    last = session.scalars(select(func.max(CaseEntry.number)).where(CaseEntry.thread == thread)).one()
    row = _row(session, vault, student, staff, Kind(first.kind), day, content, now)
    row.thread, row.number = thread, last + 1
    _store(session, vault, student, row, "withdraw" if content.is_withdrawn else "correct")
    return row


def find_last(session: Session, thread: str) -> CaseEntry | None:
    """Return the version of an entry that stands; None where there is no such entry."""
    versions = select(CaseEntry).where(CaseEntry.thread == thread).order_by(CaseEntry.number.desc()).limit(1)
    return session.scalars(versions).one_or_none()


def get_entries(session: Session, vault: Vault, student_id: str, kinds: Collection[Kind] = tuple(Kind)) -> list[Entry]:
    """Return the entries of a student that stand, the newest day first."""
    standing: dict[str, Entry] = {}
    for entry in get_versions(session, vault, student_id):
        standing[entry.thread] = entry
    wanted = [one for one in standing.values() if one.kind in kinds and not one.content.is_withdrawn]
    return sorted(wanted, key=lambda one: (one.day, one.written_at), reverse=True)


def get_versions(session: Session, vault: Vault, student_id: str) -> list[Entry]:
    """Return every version of every entry of a student, in the order in which they were written, in one query."""
    writer = aliased(Staff)
    statement = (
        select(CaseEntry, writer)
        .join(writer, writer.id == CaseEntry.staff_id)
        .where(CaseEntry.student_id == student_id)
        .order_by(CaseEntry.created_at, CaseEntry.number)
    )
    key = school_key(session, vault)
    return [
        Entry(
            id=row.id,
            thread=row.thread,
            number=row.number,
            kind=Kind(row.kind),
            day=row.day,
            content=Content(**open_entry(key, row)),
            written_by=open_name(key, staff),
            written_at=row.created_at,
        )
        for row, staff in session.execute(statement)
    ]


def get_offers(session: Session, vault: Vault, student_id: str) -> list[Offer]:
    """Return what a student was offered, the first first."""
    entries = get_entries(session, vault, student_id, [Kind.OFFER])
    return [
        Offer(one.content.what, one.content.how, one.day, one.content.by, one.content.answer, one.content.remark)
        for one in reversed(entries)
    ]


def get_contacts(session: Session, vault: Vault, student_id: str) -> list[Contact]:
    """Return when somebody was in touch with a student, talks among them, the first first."""
    entries = get_entries(session, vault, student_id, [Kind.CONTACT, Kind.TALK])
    return [Contact(one.content.what, one.content.how, one.day, one.content.by) for one in reversed(entries)]


def get_spoken(session: Session, vault: Vault, student_ids: Collection[str]) -> dict[str, datetime]:
    """Return when each of these students was spoken last, by the log, in one query; who never was is left out."""
    statement = select(CaseEntry).where(CaseEntry.student_id.in_(student_ids), CaseEntry.kind == Kind.TALK.value)
    key, standing = school_key(session, vault), dict[str, CaseEntry]()
    for row in session.scalars(statement.order_by(CaseEntry.number)):
        standing[row.thread] = row
    found: dict[str, datetime] = {}
    for row in standing.values():
        if not Content(**open_entry(key, row)).is_withdrawn:
            at = _moment(row.day, row.created_at)
            found[row.student_id] = max(at, found.get(row.student_id, at))
    return found


def spoken_at(entries: Collection[Entry]) -> datetime | None:
    """Return when a student was spoken last, by the entries that stand."""
    return max((_moment(one.day, one.written_at) for one in entries if one.kind is Kind.TALK), default=None)


def _row(
    session: Session,
    vault: Vault,
    student: Student,
    staff: Staff,
    kind: Kind,
    day: date,
    content: Content,
    now: datetime,
) -> CaseEntry:
    """Return the first version of an entry, not yet stored."""
    id_ = new_id()
    return CaseEntry(
        id=id_,
        school_id=student.school_id,
        student_id=student.id,
        thread=id_,
        number=1,
        kind=kind.value,
        day=day,
        staff_id=staff.id,
        content=seal_entry(school_key(session, vault), id_, asdict(content)),
        created_at=now,
    )


def _store(session: Session, vault: Vault, student: Student, row: CaseEntry, verb: str) -> None:
    session.add(row)
    audit.record(session, vault, f"staff:{row.staff_id}", f"{row.kind}.{verb}", f"student:{student.id}", row.created_at)
    if row.kind == Kind.TALK:
        student.spoken_at = spoken_at(get_entries(session, vault, student.id))


def _moment(day: date, written_at: datetime) -> datetime:
    """Return when a talk was over: when it was written down on that day, else at the end of it."""
    if written_at.astimezone(ZONE).date() == day:
        return written_at
    return datetime.combine(day, time(23, 59), ZONE)


def _check(kind: Kind, day: date, content: Content, now: datetime) -> None:
    """Raise BadEntry for what the log cannot hold."""
    if day > now.astimezone(ZONE).date():
        raise BadEntry("day", "future")
    if not content.what.strip() and kind is not Kind.TALK:
        raise BadEntry("what", "missing")
    if kind in (Kind.CONTACT, Kind.OFFER, Kind.TALK) and content.how not in HOW:
        raise BadEntry("how", "unknown")
    if kind is Kind.OFFER and content.answer not in ANSWERS:
        raise BadEntry("answer", "unknown")
    longest = {"what": LONGEST if kind in (Kind.NOTE, Kind.TALK) else LONGEST_LINE, "by": LONGEST_NAME}
    for field in ("what", "by", "remark", "reason"):
        if len(getattr(content, field)) > (most := longest.get(field, LONGEST_LINE)):
            raise BadEntry(field, "long", most)
