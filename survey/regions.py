"""Counts for a region over the schools that agreed: in tens, so that no two of them ever tell of fewer than ten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from survey import audit
from survey.access import Role
from survey.sitting import Status
from survey.store.granting import RegionGrant
from survey.store.people import School, Staff
from survey.store.scope import in_school
from survey.store.surveying import Invitation, Round, Sitting
from survey.vault import Vault

LEAST = 10  # persons behind any number that leaves the school


class NoRegion(ValueError):
    """No region of this name is on this server."""


@dataclass(frozen=True, slots=True)
class Counts:
    """A round of a school in tens; a number below ten is 0 and shown as fewer than ten."""

    school: str
    round: str
    closes_at: datetime
    invited: int
    started: int
    sent: int
    reviewed: int


def blur(n: int) -> int:
    """Return a count in whole tens, rounded down.

    Every difference of two such numbers, now or later, of parts or wholes, is 0 or at least ten.
    """
    return n - n % LEAST


def grant(session: Session, vault: Vault, name: str, actor: str, now: datetime) -> RegionGrant:
    """Let the region of this name see the counts of the session's school; raise NoRegion."""
    region = _find_region(session, name)
    if region is None or region.id == session.info["school_id"]:
        raise NoRegion(name)
    found = session.scalars(select(RegionGrant).where(RegionGrant.region_id == region.id)).one_or_none()
    if found is None:
        found = RegionGrant(school_id=session.info["school_id"], region_id=region.id, granted_at=now)
        session.add(found)
        session.flush()
        audit.record(session, vault, actor, "region.grant", f"school:{region.id}", now)
    return found


def revoke(session: Session, vault: Vault, granted: RegionGrant, actor: str, now: datetime) -> None:
    """Let a region see the counts of this school no more."""
    session.delete(granted)
    audit.record(session, vault, actor, "region.revoke", f"school:{granted.region_id}", now)


def get_grants(session: Session) -> list[tuple[str, str]]:
    """Return which regions see the counts of the session's school: the id of the grant and the region's name."""
    rows = select(RegionGrant.id, School.name).join(School, School.id == RegionGrant.region_id).order_by(School.name)
    return [(id_, name) for id_, name in session.execute(rows)]


def count(session: Session, region_id: str) -> list[Counts]:
    """Return the counts of every school that granted them to this region; the session ends in the region again."""
    granted = select(RegionGrant.school_id).where(RegionGrant.region_id == region_id)
    schools = session.scalars(granted.execution_options(across_schools="each school said that this region may")).all()
    found: list[Counts] = []
    for school_id in schools:
        in_school(session, school_id)
        found += _count_school(session, session.get_one(School, school_id).name)
    in_school(session, region_id)
    return sorted(found, key=lambda one: (one.school.casefold(), one.closes_at, one.round))


def _count_school(session: Session, name: str) -> Iterable[Counts]:
    """Return the rounds of the session's school in one query."""

    def those(*statuses: Status) -> ColumnElement[int]:
        return func.count().filter(Sitting.status.in_(statuses))

    counted = (
        select(
            Round.name,
            Round.closes_at,
            func.count(),
            those(Status.STARTED, Status.SENT, Status.FINAL),
            those(Status.SENT, Status.FINAL),
            those(Status.FINAL),
        )
        .join(Invitation, Invitation.round_id == Round.id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Invitation.revoked_at.is_(None))
        .group_by(Round.id, Round.name, Round.closes_at)
    )
    for round_, closes_at, *numbers in session.execute(counted):
        yield Counts(name, round_, closes_at, *(blur(n) for n in numbers))


def _find_region(session: Session, name: str) -> School | None:
    """Return a school of this name that has an account for a region."""
    regional = select(Staff.school_id).where(Staff.role == Role.region, Staff.disabled_at.is_(None))
    ids = set(session.scalars(regional.execution_options(across_schools="a region is another school's")))
    wanted = name.strip().casefold()
    schools = session.scalars(select(School))
    return next((row for row in schools if row.id in ids and row.name.casefold() == wanted), None)
