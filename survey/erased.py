"""The journal of erasures, outside the database: an old backup must not bring back who was erased since."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit
from survey.erase import erase_sitting, erase_student
from survey.store.people import School, Student
from survey.store.scope import in_school
from survey.store.surveying import Sitting
from survey.store.traces import Event
from survey.vault import Vault

FILE = "erased.log"  # below SURVEY_VAR: one line an erasure, "<school> <action> <kind>:<id> <moment, UTC>"
LINE = re.compile(r"(\S+) (\S+) \w+:(\S+) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00)")
#: What is done again after a restore, by the action of the audit trail. It holds random ids, nothing of a person.
ACTIONS = ("sitting.erase", "student.remove", "student.expire")
OVERLAP = 1000  # events: a transaction may commit after one that began later
SYSTEM = "system"  # who does it again, in the audit trail
ALL = "erasures of every school are written down"


@dataclass(slots=True)
class Journal:
    """The journal as one process knows it; several may add to the file, a line that stands twice counts once."""

    file: Path
    lines: set[str] = field(default_factory=set)
    row: int = 0  # of the last event that was looked at

    def note(self, session: Session) -> int:
        """Add the erasures that the file lacks, on disk before this returns; return how many. Raises OSError."""
        if not self.row:
            self.lines = read(self.file)
        newest = select(Event).where(Event.row > self.row - OVERLAP, Event.action.in_(ACTIONS))
        found = session.scalars(newest.order_by(Event.row).execution_options(across_schools=ALL)).all()
        lines = [f"{one.school_id} {one.action} {one.subject} {one.at.astimezone(UTC).isoformat()}" for one in found]
        missing = [line for line in lines if line not in self.lines]
        if missing:
            append(self.file, missing)
            self.lines.update(missing)
        self.row = max((found[-1].row, self.row) if found else (self.row, 1))
        return len(missing)


def read(file: Path) -> set[str]:
    """Return the lines of a journal; none when there is no file. A line that was cut off by a crash is left out."""
    if not file.exists():
        return set()
    text = file.read_text("ascii", "replace")
    return {line for line in text[: text.rfind("\n") + 1].splitlines() if LINE.fullmatch(line)}


def replay(session: Session, vault: Vault, lines: set[str], now: datetime) -> int:
    """Erase again what the lines name and this database still holds; return how much that was. The caller commits.

    Who took part again after an erasure begins later than its line says, and stays.
    """
    schools = set(session.scalars(select(School.id)))
    done = 0
    for school_id, action, id_, moment in sorted(match.groups() for match in map(LINE.fullmatch, lines) if match):
        if school_id not in schools or action not in ACTIONS:
            continue
        in_school(session, school_id)
        if action == "sitting.erase":
            done += _erase_sitting(session, vault, id_, datetime.fromisoformat(moment), now)
        else:
            done += remove(session, vault, id_, action, now)
    return done


def _erase_sitting(session: Session, vault: Vault, sitting_id: str, moment: datetime, now: datetime) -> bool:
    begun = select(Sitting).where(Sitting.id == sitting_id, Sitting.started_at <= moment)
    sitting = session.scalars(begun).one_or_none()
    return sitting is not None and erase_sitting(session, vault, sitting, SYSTEM, now)


def remove(session: Session, vault: Vault, student_id: str, action: str, now: datetime) -> bool:
    """Erase a student with all that belongs to them, sent answers too, keys first; False when nobody is there.

    For what was decided already: by a person before a backup was restored, or by the school's term of keeping.
    """
    if session.scalars(select(Student.id).where(Student.id == student_id)).one_or_none() is None:
        return False
    erase_student(session, vault, student_id, SYSTEM, now)
    audit.record(session, vault, SYSTEM, action, f"student:{student_id}", now)
    return True


def append(file: Path, lines: list[str]) -> None:
    """Add lines at the end, and wait for the disk. A cut-off line before them is ended first."""
    text = "".join(f"{line}\n" for line in lines).encode("ascii")
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + text if is_cut else text)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
