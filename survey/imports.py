"""A list of students on its way in: received, its columns chosen, looked at, stored or dropped, and undone.

The work on 15,000 rows is done by the worker (survey.import_tasks); what is here says what it does to the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from survey import audit, hanging, jobs, places, roster
from survey.intake import Change, Checked, Known, Line, Mapped, Mistake, Outcome, Plan, choose, make_plan, read_file
from survey.opened import nonce
from survey.profile import Profile, fold
from survey.records import open_profile, school_key, seal_profile
from survey.store.intake import StoredImport
from survey.store.people import Group, Staff, Student
from survey.store.types import new_id
from survey.vault import Vault

PEEK = 30  # rows from which the headings are told
KEPT = timedelta(days=7)  # that a file which nobody stored lies here
UNDONE_WITHIN = timedelta(days=30)  # after which what stood before is forgotten


class State(StrEnum):
    """How far an import is."""

    GIVEN = "given"  # the columns are to be chosen
    CHECKING = "checking"
    CHECKED = "checked"  # somebody is to look at it and decide
    STORING = "storing"
    STORED = "stored"
    FAILED = "failed"
    UNDONE = "undone"
    DROPPED = "dropped"


#: States that the worker works on.
BUSY = (State.CHECKING, State.STORING)


class NotNow(Exception):
    """The import is in another state than this step needs: somebody else went on with it."""


class Hanging(Exception):
    """What an import stored cannot be taken back; `reasons` are kinds of rows that hang on it, with how many."""

    def __init__(self, reasons: Mapping[str, int]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose for an import."""

    file: str
    columns: Mapping[str, int] = field(default_factory=dict)  # field -> column of the file, from 0
    headings: Mapping[str, str] = field(default_factory=dict)  # same_heading -> field, "" for one that is left out
    sheet: str = ""
    heading: int = 0  # index of the row of headings
    mentors: Mapping[str, str] = field(default_factory=dict)  # folded name of a new class -> staff id
    only_good: bool = False  # store the good rows although others are refused


@dataclass(frozen=True, slots=True)
class Before:
    """What stood in a student's row before an import changed it, and what the import wrote."""

    profile: Mapping[str, str]
    group_id: str
    municipality: str | None
    municipality_by: str | None
    wrote: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """Which rows an import stored: new students and classes, and what stood before in those that it changed."""

    students: Sequence[str] = ()
    groups: Sequence[str] = ()
    changed: Mapping[str, Before] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """What is to be stored, made and sealed: new classes and students, and what changes in which student."""

    groups: list[Group]
    students: list[Student]
    changed: list[tuple[str, Profile, str]]  # student, profile, class
    known: Mapping[str, str]  # codes of places that somebody told


def receive(session: Session, vault: Vault, staff_id: str, file: str, content: bytes, now: datetime) -> StoredImport:
    """Keep a file sealed until somebody decides on it, for a week at most."""
    id_ = new_id()
    row = StoredImport(
        id=id_,
        school_id=session.info["school_id"],
        staff_id=staff_id,
        state=State.GIVEN,
        due_at=now + KEPT,
        content=Vault.seal(school_key(session, vault), f"import:{id_}:content", content),
        choices=b"",
        created_at=now,
    )
    _seal_choices(session, vault, row, Choices(file))
    session.add(row)
    audit.record(session, vault, f"staff:{staff_id}", "import.receive", f"import:{id_}", now)
    return row


def get_remembered(session: Session, vault: Vault) -> dict[str, str]:
    """Return what this school's columns held in its last lists: field by `same_heading`, the newest choice first."""
    chosen = StoredImport.state.in_((State.CHECKED, State.STORED, State.UNDONE))
    newest = select(StoredImport).where(chosen).order_by(StoredImport.created_at.desc()).limit(5)
    remembered: dict[str, str] = {}
    for row in session.scalars(newest):
        for heading, name in open_choices(session, vault, row).headings.items():
            remembered.setdefault(heading, name)
    return remembered


def choose_columns(session: Session, vault: Vault, row: StoredImport, choices: Choices, now: datetime) -> None:
    """Keep which column holds what, and let the rows be checked. Raises NotNow."""
    _must_be(row, State.GIVEN, State.CHECKED, State.FAILED)
    if row.content is None:
        raise NotNow
    _seal_choices(session, vault, row, choices)
    _send(session, row, State.CHECKING, "check_import", now)


def decide(
    session: Session, vault: Vault, row: StoredImport, mentors: Mapping[str, str], only_good: bool, actor: str,
    now: datetime,
) -> None:  # fmt: skip
    """Let a checked list be stored: all of it, or the good rows when `only_good` says so. Raises NotNow.

    `mentors` has a member of staff for each class that is new, by its folded name.
    """
    _must_be(row, State.CHECKED)
    if not row.new + row.changed or (row.refused and not only_good):
        raise NotNow
    choices = replace(open_choices(session, vault, row), mentors=dict(mentors), only_good=only_good)
    _seal_choices(session, vault, row, choices)
    audit.record(session, vault, actor, "import.decide", f"import:{row.id}", now)
    _send(session, row, State.STORING, "store_import", now)


def drop(session: Session, vault: Vault, row: StoredImport, actor: str, now: datetime) -> None:
    """Throw a list away that was not stored. Raises NotNow."""
    _must_be(row, State.GIVEN, State.CHECKED, State.FAILED)
    row.state = State.DROPPED
    row.content = row.lines = None
    audit.record(session, vault, actor, "import.drop", f"import:{row.id}", now)


def keep_plan(session: Session, vault: Vault, row: StoredImport, plan: Plan) -> None:
    """Keep what a check found, for people to look at."""
    counts = {outcome: plan.count(outcome) for outcome in Outcome}
    row.new, row.changed = counts[Outcome.NEW], counts[Outcome.CHANGED]
    row.unchanged, row.refused = counts[Outcome.UNCHANGED], counts[Outcome.REFUSED]
    said = {"lines": [asdict(line) for line in plan.lines], "groups": [asdict(group) for group in plan.groups]}
    row.lines = Vault.seal_json(school_key(session, vault), f"import:{row.id}:lines", said)
    row.digest, row.state, row.progress, row.problem = plan.digest, State.CHECKED, 100, ""


def open_lines(session: Session, vault: Vault, row: StoredImport) -> tuple[list[Line], list[dict[str, Any]]]:
    """Return the lines of a checked list and its new classes ({name, students, mentor}); none when they are gone."""
    if row.lines is None:
        return [], []
    said = Vault.open_json(school_key(session, vault), f"import:{row.id}:lines", row.lines)
    return [_line(raw) for raw in said["lines"]], said["groups"]


def make_plan_of(session: Session, vault: Vault, rows: Sequence[Checked]) -> Plan:
    """Compare checked rows with the students that the session's school has now, in two queries."""
    key = school_key(session, vault)
    statement = select(Student, Group.name).join(Group, Group.id == Student.group_id)
    known = [Known(student.id, open_profile(key, student), group) for student, group in session.execute(statement)]
    return make_plan(rows, known, sorted(session.scalars(select(Group.name))))


def fingerprint(session: Session) -> str:
    """Return a digest of all that a plan compares with: the same when nobody stored anything meanwhile."""
    students = select(Student.id, nonce(Student.profile), Student.group_id, Student.municipality)
    said = hashlib.sha256()
    for row in session.execute(students.order_by(Student.id)):
        said.update(repr(tuple(row)).encode())
    for group in session.execute(select(Group.id, Group.name).order_by(Group.id)):
        said.update(repr(tuple(group)).encode())
    return said.hexdigest()


def prepare(session: Session, vault: Vault, row: StoredImport, plan: Plan) -> Ready:
    """Make all that a plan stores, sealed, before the transaction that writes: that one then keeps nobody waiting."""
    choices, key = open_choices(session, vault, row), school_key(session, vault)
    groups, made = _make_groups(session, plan, choices, row)
    accepted = [line for line in plan.lines if line.row in plan.profiles]
    known = places.get_known(session, vault, [plan.profiles[line.row] for line in accepted])
    ready = Ready(made, [], [], known)
    for line in accepted:
        profile, group_id = plan.profiles[line.row], groups[fold(line.group)]
        if line.student_id:
            ready.changed.append((line.student_id, profile, group_id))
            continue
        found, id_ = places.guess(profile, known), new_id()
        student = Student(
            id=id_,
            school_id=row.school_id,
            group_id=group_id,
            number_index=roster.number_index(vault, row.school_id, profile.number),
            municipality=found.code,
            municipality_by=found.basis,
            profile=seal_profile(key, id_, profile),
        )
        ready.students.append(student)
    return ready


def store(session: Session, vault: Vault, row: StoredImport, ready: Ready, actor: str, now: datetime) -> None:
    """Store what was prepared in this transaction, and what it needs to be undone.

    The caller holds the row, and knows that nothing changed since somebody saw what would be stored.
    """
    key = school_key(session, vault)
    session.add_all(ready.groups)
    session.flush()
    session.add_all(ready.students)
    found = select(Student).where(Student.id.in_([id_ for id_, _, _ in ready.changed]))
    students = {one.id: one for one in session.scalars(found)}
    changed = {
        id_: _change(students[id_], open_profile(key, students[id_]), profile, group_id, ready.known, key)
        for id_, profile, group_id in ready.changed
    }
    trace = Trace([one.id for one in ready.students], [one.id for one in ready.groups], changed)
    row.trace = Vault.seal_json(key, f"import:{row.id}:trace", asdict(trace))
    row.state, row.stored_at, row.progress, row.problem = State.STORED, now, 100, ""
    if not row.refused:
        row.content = None  # otherwise the refused rows can still be downloaded, for as long as the file is kept
    audit.record(session, vault, actor, "import.store", f"import:{row.id}", now)


def open_trace(session: Session, vault: Vault, row: StoredImport) -> Trace:
    """Return which rows an import stored; empty when it stored none."""
    if row.trace is None:
        return Trace()
    raw = Vault.open_json(school_key(session, vault), f"import:{row.id}:trace", row.trace)
    return Trace(raw["students"], raw["groups"], {id_: Before(**one) for id_, one in raw["changed"].items()})


def find_last(session: Session) -> StoredImport | None:
    """Return the import that can be undone: the newest that was stored and not undone."""
    newest = select(StoredImport).where(StoredImport.state == State.STORED).order_by(StoredImport.stored_at.desc())
    return session.scalars(newest.limit(1)).first()


def find_hanging(session: Session, vault: Vault, row: StoredImport, now: datetime) -> dict[str, int]:
    """Return why an import cannot be undone: kinds of rows that hang on it, with how many; none when it can."""
    trace = open_trace(session, vault, row)
    reasons = hanging.count(session, Student, trace.students)
    if row.stored_at is not None and now - row.stored_at > UNDONE_WITHIN:
        reasons["too_old"] = 1
    key, touched = school_key(session, vault), 0
    for student in session.scalars(select(Student).where(Student.id.in_(trace.changed))):
        touched += open_profile(key, student).to_json() != trace.changed[student.id].wrote
    if touched:
        reasons["changed_since"] = touched
    return reasons


def undo(session: Session, vault: Vault, row: StoredImport, actor: str, now: datetime) -> None:
    """Take back what the last import stored: new students go, changed ones are as before. Raises NotNow, Hanging."""
    if find_last(session) is not row:
        raise NotNow
    if reasons := find_hanging(session, vault, row, now):
        raise Hanging(reasons)
    trace, key = open_trace(session, vault, row), school_key(session, vault)
    for student in session.scalars(select(Student).where(Student.id.in_(trace.changed))).all():
        before = trace.changed[student.id]
        student.profile = seal_profile(key, student.id, Profile.from_json(before.profile))
        student.group_id = before.group_id
        student.municipality, student.municipality_by = before.municipality, before.municipality_by
    for student in session.scalars(select(Student).where(Student.id.in_(trace.students))).all():
        session.delete(student)
    session.flush()
    for group in session.scalars(select(Group).where(Group.id.in_(trace.groups))).all():
        if not hanging.count(session, Group, [group.id]):
            session.delete(group)
    row.state, row.undone_at, row.trace = State.UNDONE, now, None
    audit.record(session, vault, actor, "import.undo", f"import:{row.id}", now)


def forget_old(session: Session, now: datetime) -> int:
    """Throw files away that nobody decided on in time, and what stood before old imports; return how many rows.

    Looks at every school; the caller commits.
    """
    held = StoredImport.content.is_not(None) | StoredImport.lines.is_not(None)
    old = StoredImport.state.not_in(BUSY) & held & (StoredImport.created_at < now - KEPT)
    past = StoredImport.trace.is_not(None) & (StoredImport.stored_at < now - UNDONE_WITHIN)
    dropped = update(StoredImport).where(old, StoredImport.state.not_in((State.STORED, State.UNDONE)))
    changed = 0
    for statement in (
        dropped.values(state=State.DROPPED, content=None, lines=None),
        update(StoredImport).where(old).values(content=None, lines=None),
        update(StoredImport).where(past).values(trace=None),
    ):
        everywhere = statement.execution_options(across_schools="files of every school expire")
        changed += cast(CursorResult[Any], session.execute(everywhere)).rowcount
    return changed


def open_content(session: Session, vault: Vault, row: StoredImport) -> bytes:
    """Return the file as it was sent; raise NotNow when it was thrown away."""
    if row.content is None:
        raise NotNow
    return Vault.open_(school_key(session, vault), f"import:{row.id}:content", row.content)


def open_choices(session: Session, vault: Vault, row: StoredImport) -> Choices:
    """Return what was chosen for an import."""
    return Choices(**Vault.open_json(school_key(session, vault), f"import:{row.id}:choices", row.choices))


def read_chosen(session: Session, vault: Vault, row: StoredImport) -> Mapped:
    """Return a file's sheet as it was chosen. Raises NotNow, Unreadable."""
    choices, sheets = open_choices(session, vault, row), read_file(open_content(session, vault, row))
    return choose(sheets, choices.sheet, choices.heading, choices.columns)


def _seal_choices(session: Session, vault: Vault, row: StoredImport, choices: Choices) -> None:
    row.choices = Vault.seal_json(school_key(session, vault), f"import:{row.id}:choices", asdict(choices))


def _must_be(row: StoredImport, *states: State) -> None:
    if row.state not in states:
        raise NotNow


def _send(session: Session, row: StoredImport, state: State, task: str, now: datetime) -> None:
    """Hand a row to the worker."""
    row.state, row.attempts, row.progress, row.due_at, row.problem = state, 0, 0, now, ""
    jobs.plan(session, task, row.id)


def _line(raw: dict[str, Any]) -> Line:
    changes = tuple(Change(**change) for change in raw["changes"])
    mistakes = tuple(Mistake(**mistake) for mistake in raw["mistakes"])
    return Line(**{**raw, "outcome": Outcome(raw["outcome"]), "changes": changes, "mistakes": mistakes})


def _make_groups(
    session: Session, plan: Plan, choices: Choices, row: StoredImport
) -> tuple[dict[str, str], list[Group]]:
    """Return the ids of all classes by folded name, and the new ones, not stored yet."""
    groups = {fold(name): id_ for id_, name in session.execute(select(Group.id, Group.name))}
    staff = set(session.scalars(select(Staff.id)))
    made = []
    for new in plan.groups:
        mentor_id = choices.mentors.get(fold(new.name), "")
        # Who brought the list in takes a class whose mentor is gone since.
        mentor_id = mentor_id if mentor_id in staff else row.staff_id
        made.append(Group(id=new_id(), school_id=row.school_id, name=new.name, mentor_id=mentor_id))
        groups[fold(new.name)] = made[-1].id
    return groups, made


def _change(
    student: Student, before: Profile, profile: Profile, group_id: str, known: Mapping[str, str], key: bytes
) -> Before:
    """Write a changed profile into a student's row; return what stood there."""
    was = Before(
        before.to_json(), student.group_id, student.municipality, student.municipality_by, profile.to_json()
    )
    student.profile, student.group_id = seal_profile(key, student.id, profile), group_id
    if _residence(before) != _residence(profile):
        found = places.guess(profile, known)
        is_weaker = student.municipality_by == places.Basis.PERSON and found.basis in (None, places.Basis.POSTCODE)
        if found.code != student.municipality and not is_weaker:
            student.municipality, student.municipality_by = found.code, found.basis
    return was


def _residence(profile: Profile) -> tuple[str, str, str]:
    """Return what a municipality is told from."""
    return profile.municipality_text, profile.place, profile.postcode
