"""Documents by municipality: which are ready in which round, for the coordinator who hands them over."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import Subquery, and_, func, select
from sqlalchemy.orm import Session

from survey.i18n import Catalogue
from survey.municipalities import name_of
from survey.store.people import Group, Student
from survey.store.surveying import Invitation, Round, Sitting, StoredReport

READY = "ready"
UNKNOWN = "unknown"  # the municipality in an address when the school does not know it


@dataclass(frozen=True, slots=True)
class Package:
    """The documents of one municipality in one round."""

    municipality: str
    round: str
    ready: int
    busy: int  # finalised, but the document is not there (yet)
    url: str | None


def list_packages(session: Session, words: Catalogue) -> list[Package]:
    """Return the packages of every round by municipality, in one query."""
    newest = _newest()
    statement = (
        select(Round, Student.municipality, StoredReport.state, func.count())
        .select_from(StoredReport)
        .join(newest, and_(newest.c.sitting_id == StoredReport.sitting_id, newest.c.number == StoredReport.number))
        .join(Sitting, Sitting.id == StoredReport.sitting_id)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Round, Round.id == Invitation.round_id)
        .group_by(Round.id, Student.municipality, StoredReport.state)
    )
    counts: dict[tuple[Round, str | None], dict[bool, int]] = {}
    for round_, code, state, n in session.execute(statement):
        found = counts.setdefault((round_, code), {True: 0, False: 0})
        found[state == READY] += n
    packages = [_package(round_, code, n, words) for (round_, code), n in counts.items()]
    return sorted(packages, key=lambda package: (package.round, package.municipality))


def get_ready(
    session: Session, round_: Round, municipality: str | None
) -> list[tuple[StoredReport, Sitting, Student, Group]]:
    """Return the newest document of each student of a municipality in a round, where it is ready."""
    newest = _newest()
    statement = (
        select(StoredReport, Sitting, Student, Group)
        .join(newest, and_(newest.c.sitting_id == StoredReport.sitting_id, newest.c.number == StoredReport.number))
        .join(Sitting, Sitting.id == StoredReport.sitting_id)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .where(
            Invitation.round_id == round_.id, Student.municipality == municipality, StoredReport.state == READY
        )
    )
    return [(report, sitting, student, group) for report, sitting, student, group in session.execute(statement)]


def say_municipality(code: str | None, words: Catalogue) -> str:
    """Return a municipality's name, or that it is not known."""
    return name_of(code) if code else words.text("Municipality unknown")


def _newest() -> Subquery:
    """Return the number of each sitting's newest document; an older one is no longer what the school says."""
    return (
        select(StoredReport.sitting_id, func.max(StoredReport.number).label("number"))
        .group_by(StoredReport.sitting_id)
        .subquery()
    )


def _package(round_: Round, code: str | None, n: dict[bool, int], words: Catalogue) -> Package:
    url = url_for("downloads.show_package", code=code or UNKNOWN, round=round_.id) if n[True] else None
    return Package(say_municipality(code, words), round_.name, n[True], n[False], url)
