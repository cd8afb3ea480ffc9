"""What a list would do to the students that a school has: who is new, who changes in what, who is refused and why."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from survey.intake.rows import Checked, Mistake
from survey.profile import NAMES, Profile, fold, number_key

#: Facts of a row that are no part of a profile.
APART = ("group", "mentor", "municipality")


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Known:
    """A student that the school has: the profile and the name of the class."""

    id: str
    profile: Profile
    group: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a row changes."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list with what becomes of it."""

    row: int
    number: str
    name: str
    group: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    student_id: str = ""  # of whom it changes
    twin: str = ""  # number of a student with the same name and day of birth: perhaps one person twice


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A class that the list names and the school does not have."""

    name: str
    students: int
    mentor: str  # as most of its rows write it, "" when they do not


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be stored: the profile of each new and changed row, by row, and the classes to be made."""

    lines: tuple[Line, ...]
    profiles: Mapping[int, Profile]
    groups: tuple[NewGroup, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many rows have an outcome."""
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def digest(self) -> str:
        """Return a digest of all that would be stored: the same when nothing changed since somebody looked."""
        said: list[Any] = [[line.row, line.outcome, line.student_id, line.group] for line in self.lines]
        said += [[row, profile.to_json()] for row, profile in sorted(self.profiles.items())]
        said += [[group.name, group.students, group.mentor] for group in self.groups]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def make_plan(rows: Sequence[Checked], known: Sequence[Known], groups: Sequence[str]) -> Plan:
    """Compare a list with the students and the classes that a school has.

    A student is known again by the number. What a row leaves empty stays as it is.
    """
    by_number = {number_key(student.profile.number): student for student in known if student.profile.number}
    own_name = {fold(name): name for name in groups}
    twins = _twins(known)
    doubled = _doubled(rows)
    lines, profiles = [], {}
    spelled: dict[str, str] = {}  # a new class is written as its first row does
    for row in rows:
        written = row.fact("group")
        group = own_name.get(fold(written)) or spelled.setdefault(fold(written), written)
        found = by_number.get(number_key(row.fact("number")))
        line, profile = _plan_row(row, found, group, doubled.get(row.row, ()))
        if line.outcome is Outcome.NEW and (other := twins.get(_identity(profile))):
            line = replace(line, twin=other)
        lines.append(line)
        if line.outcome in (Outcome.NEW, Outcome.CHANGED):
            profiles[row.row] = profile
    return Plan(tuple(lines), profiles, tuple(_new_groups(rows, lines, own_name)))


def _plan_row(
    row: Checked, found: Known | None, group: str, doubled: Sequence[int]
) -> tuple[Line, Profile]:
    mistakes = row.mistakes
    if doubled:
        others = ", ".join(map(str, doubled))
        mistakes = (*mistakes, Mistake("number", "number_doubled", others))
    facts: dict[str, Any] = {name: value for name, value in row.facts.items() if name not in APART}
    facts["municipality_text"] = row.fact("municipality")
    before = found.profile if found else Profile("")
    profile = replace(before, **{name: value for name, value in facts.items() if value and name in NAMES})
    line = Line(
        row.row, row.fact("number"), row.name or before.name, group, Outcome.REFUSED, mistakes=mistakes
    )
    if mistakes:
        return line, profile
    if found is None:
        return replace(line, outcome=Outcome.NEW, name=profile.name), profile
    # A number that was only written in another way stays as it is known.
    profile = replace(profile, number=before.number)
    changes = _changes(before, profile)
    if fold(group) != fold(found.group):
        changes.insert(0, Change("group", found.group, group))
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return replace(line, outcome=outcome, changes=tuple(changes), student_id=found.id, name=profile.name), profile


def _changes(before: Profile, after: Profile) -> list[Change]:
    """Return what differs, field by field."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in NAMES)
    return [Change(name, str(was or ""), str(now or "")) for name, was, now in pairs if was != now]


def _doubled(rows: Sequence[Checked]) -> dict[int, list[int]]:
    """Return the other rows with the same student number, by row."""
    by_number: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if number := row.fact("number"):
            by_number[number_key(number)].append(row.row)
    return {
        row: [other for other in same if other != row] for same in by_number.values() if len(same) > 1 for row in same
    }


def _identity(profile: Profile) -> tuple[str, date | None]:
    return fold(profile.name), profile.birth_date


def _twins(known: Sequence[Known]) -> dict[tuple[str, date | None], str]:
    """Return the number of each known student by name and day of birth, where the day is known."""
    return {_identity(one.profile): one.profile.number or "?" for one in known if one.profile.birth_date}


def _new_groups(
    rows: Sequence[Checked], lines: Sequence[Line], own_name: Mapping[str, str]
) -> list[NewGroup]:
    """Return the classes that the accepted rows name and the school does not have."""
    students: Counter[str] = Counter()
    mentors: dict[str, Counter[str]] = defaultdict(Counter)
    for row, line in zip(rows, lines, strict=True):
        if line.outcome in (Outcome.NEW, Outcome.CHANGED) and fold(line.group) not in own_name:
            students[line.group] += 1
            if row.fact("mentor"):
                mentors[line.group][row.fact("mentor")] += 1
    return [
        NewGroup(name, number, mentors[name].most_common(1)[0][0] if mentors[name] else "")
        for name, number in sorted(students.items())
    ]
