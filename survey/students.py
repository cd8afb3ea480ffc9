"""One student put right by hand, with a trace: corrected, moved, merged with a double, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit, hanging, places, roster
from survey.erase import erase_rows, erase_student
from survey.profile import Profile
from survey.records import open_profile, school_key, seal_profile
from survey.sitting import Status
from survey.store.people import Group, Student
from survey.store.surveying import Invitation, Round, Sitting
from survey.vault import Vault


class NumberTaken(Exception):
    """Another student of the school has this number; `student_id` says who."""

    def __init__(self, student_id: str) -> None:
        super().__init__("the number is another student's")
        self.student_id = student_id


class BothAnswered(Exception):
    """Two records cannot be one: both sent answers in the same round; `rounds` names which."""

    def __init__(self, rounds: Sequence[str]) -> None:
        super().__init__(", ".join(rounds))
        self.rounds = tuple(rounds)


class Kept(Exception):
    """A student who may not be removed here: answers were sent, and a document or a talk may rest on them."""


@dataclass(frozen=True, slots=True)
class Merger:
    """What merging two records would do: the rounds that go along, and those in which a link stops working."""

    moved: tuple[str, ...]
    stopped: tuple[str, ...]


def add(
    session: Session, vault: Vault, group: Group, profile: Profile, municipality: str | None, actor: str, now: datetime
) -> Student:
    """Add one student by hand. Raises NumberTaken."""
    _must_be_free(session, vault, group.school_id, profile.number, None)
    student = roster.add_student(session, vault, group, profile.number, profile, municipality)
    session.flush()
    audit.record(session, vault, actor, "student.add", f"student:{student.id}", now)
    return student


def correct(
    session: Session, vault: Vault, student: Student, profile: Profile, group: Group, municipality: str | None,
    actor: str, now: datetime,
) -> list[str]:  # fmt: skip
    """Write what somebody corrected; return which facts, of which each leaves its own event. Raises NumberTaken."""
    key = school_key(session, vault)
    before = open_profile(key, student).to_json()
    after = profile.to_json()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if "number" in changed:
        _must_be_free(session, vault, student.school_id, profile.number, student.id)
        student.number_index = roster.number_index(vault, student.school_id, profile.number)
    if changed:
        student.profile = seal_profile(key, student.id, profile)
    if group.id != student.group_id:
        student.group_id = group.id
        changed.append("group")
    if municipality != student.municipality or (municipality and student.municipality_by != places.Basis.PERSON):
        student.municipality = municipality
        student.municipality_by = places.Basis.PERSON if municipality else None
        changed.append("municipality")
    for name in changed:
        audit.record(session, vault, actor, f"student.correct.{name}"[:40], f"student:{student.id}", now)
    return changed


def find_number(session: Session, vault: Vault, school_id: str, number: str) -> Student | None:
    """Return whose student number this is; None when it is nobody's."""
    index = roster.number_index(vault, school_id, number)
    return session.scalars(select(Student).where(Student.number_index == index)).one_or_none()


def plan_merge(session: Session, kept: Student, other: Student) -> Merger:
    """Return what merging `other` into `kept` would do. Raises BothAnswered, ValueError for one record twice."""
    if kept.id == other.id:
        raise ValueError("these are one record")
    own, theirs = _asked(session, kept), _asked(session, other)
    shared = {id_: (name, sitting, own[id_][1]) for id_, (name, sitting, _) in theirs.items() if id_ in own}
    both = [name for name, sitting, mine in shared.values() if _is_sent(sitting) and _is_sent(mine)]
    if both:
        raise BothAnswered(both)
    return Merger(
        moved=tuple(name for id_, (name, _, _) in theirs.items() if id_ not in own),
        stopped=tuple(name for id_, (name, _, _) in theirs.items() if id_ in own),
    )


def merge(session: Session, vault: Vault, kept: Student, other: Student, actor: str, now: datetime) -> None:
    """Make two records of one student one: all that hangs on `other` goes to `kept`, and `other` is no more.

    Where both were asked in a round, the one who sent answers, else who began, keeps the link; facts that `kept`
    lacks come from `other`. Raises BothAnswered.
    """
    plan_merge(session, kept, other)
    own, theirs = _asked(session, kept), _asked(session, other)
    for round_id, (_, sitting, invitation) in theirs.items():
        if round_id in own:
            loser = own[round_id][2] if _weight(sitting) > _weight(own[round_id][1]) else invitation
            erase_rows(session, Invitation, loser.id, [loser.id])
            audit.record(session, vault, actor, "invitation.remove", f"invitation:{loser.id}", now)
    session.flush()
    key = school_key(session, vault)
    hanging.move(session, Student, other.id, kept.id)
    was, lost = open_profile(key, kept).to_json(), open_profile(key, other).to_json()
    kept.profile = seal_profile(key, kept.id, Profile.from_json({**lost, **was}))
    if kept.municipality is None and other.municipality is not None:
        kept.municipality, kept.municipality_by = other.municipality, other.municipality_by
    session.flush()
    session.expire(other)
    session.delete(other)
    audit.record(session, vault, actor, "student.merge", f"student:{kept.id}", now)
    audit.record(session, vault, actor, "student.merged_away", f"student:{other.id}", now)
    session.flush()


def remove(session: Session, vault: Vault, student: Student, actor: str, now: datetime) -> None:
    """Erase a student with all that belongs to them, keys first. Raises Kept once answers were sent."""
    if any(_is_sent(sitting) for _, sitting, _ in _asked(session, student).values()):
        raise Kept
    student_id = student.id
    erase_student(session, vault, student_id, actor, now)
    audit.record(session, vault, actor, "student.remove", f"student:{student_id}", now)


def _asked(session: Session, student: Student) -> dict[str, tuple[str, Sitting | None, Invitation]]:
    """Return the rounds in which a student was asked, by id: the name, the sitting and the invitation."""
    statement = (
        select(Round.id, Round.name, Sitting, Invitation)
        .select_from(Invitation)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Invitation.student_id == student.id)
        .order_by(Round.opens_at, Round.id)
    )
    return {id_: (name, sitting, invitation) for id_, name, sitting, invitation in session.execute(statement)}


def _is_sent(sitting: Sitting | None) -> bool:
    return sitting is not None and sitting.status in (Status.SENT, Status.FINAL)


def _weight(sitting: Sitting | None) -> int:
    """Return which of two sittings is kept: the one with more in it."""
    if sitting is None:
        return 0
    return 1000 if _is_sent(sitting) else 1 + sitting.done


def _must_be_free(session: Session, vault: Vault, school_id: str, number: str, own_id: str | None) -> None:
    other = find_number(session, vault, school_id, number)
    if other is not None and other.id != own_id:
        raise NumberTaken(other.id)
