"""A class in a round: how far each of its students is, as plain values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from survey.definition.model import Report
from survey.records import get_definition, open_answers, open_outcome, open_profile, school_key
from survey.store.people import Student
from survey.store.surveying import Invitation, RaisedFlag, Round, Sitting, StoredOutcome, StoredReport
from survey.vault import Vault

NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One student of a class in a round, as plain values; codes and ids are said in words by the definition."""

    student_id: str
    invitation_id: str
    sitting_id: str | None
    name: str
    first_name: str
    status: str  # not_started, or a sitting.Status
    done: int
    total: int
    sent_at: datetime | None
    destination: str | None  # code of the definition's report.destination
    asked: str | None  # value of its report.asked
    not_arranged: tuple[int, int] | None  # bounds of its report.not_arranged
    priority: int | None
    municipality: str | None
    flag: bool  # one that nobody has taken up
    report_id: str | None  # of the newest document
    report_state: str | None
    stage: str = "none"  # handover.state.Stage of the newest document
    sort_key: tuple[str, str, str] = ("", "", "")  # Profile.sort_key: by last name


def get_class(
    session: Session, vault: Vault, round_: Round, group_ids: Collection[str]
) -> list[ClassRow]:
    """Return the students of these classes that are asked in a round, by name; three queries, however many rows."""
    newest = (
        select(StoredReport.sitting_id, func.max(StoredReport.number).label("number"))
        .group_by(StoredReport.sitting_id)
        .subquery()
    )
    statement = (
        select(Student, Invitation, Sitting, StoredOutcome, StoredReport.id, StoredReport.state)
        .select_from(Student)
        .join(Invitation, Invitation.student_id == Student.id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .outerjoin(
            StoredOutcome,
            and_(StoredOutcome.sitting_id == Sitting.id, StoredOutcome.number == Sitting.sendings),
        )
        .outerjoin(newest, newest.c.sitting_id == Sitting.id)
        .outerjoin(
            StoredReport,
            and_(
                StoredReport.sitting_id == newest.c.sitting_id,
                StoredReport.number == newest.c.number,
                StoredReport.kind == "concept",
            ),
        )
        .where(Student.group_id.in_(group_ids), Invitation.round_id == round_.id, Invitation.revoked_at.is_(None))
    )
    flagged = _flagged(session, round_)
    key, report = school_key(session, vault), get_definition(session, round_.digest).report or Report()
    rows = [_row(vault, key, report, flagged, found) for found in session.execute(statement)]
    return sorted(rows, key=lambda row: row.sort_key)


def _flagged(session: Session, round_: Round) -> set[str]:
    """Return the sittings of a round with a flag that nobody has taken up."""
    statement = (
        select(RaisedFlag.sitting_id)
        .join(Sitting, Sitting.id == RaisedFlag.sitting_id)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .where(Invitation.round_id == round_.id, RaisedFlag.taken_at.is_(None))
    )
    return set(session.scalars(statement))


def _row(
    vault: Vault,
    key: bytes,
    report: Report,
    flagged: set[str],
    found: Row[Student, Invitation, Sitting, StoredOutcome, str, str],
) -> ClassRow:
    """Open what a row of the list shows."""
    student, invitation, sitting, stored, report_id, report_state = found
    profile = open_profile(key, student)
    destination, asked, bounds = None, None, None
    if sitting is not None and sitting.wrapped_key:
        own = vault.sitting_key(key, sitting)
        if report.destination is not None:
            given = open_answers(own, sitting).get(report.destination)
            destination = str(given.value) if given else None
        if stored is not None:
            outcome = open_outcome(own, stored)
            asked = _said(outcome.rules[report.asked].value) if report.asked else None
            count = outcome.counts[report.not_arranged] if report.not_arranged else None
            bounds = (count.low, count.high) if count else None
    return ClassRow(
        student_id=student.id,
        invitation_id=invitation.id,
        sitting_id=sitting.id if sitting else None,
        name=profile.name,
        sort_key=profile.sort_key,
        first_name=profile.first_name,
        status=sitting.status if sitting else NOT_STARTED,
        done=sitting.done if sitting else 0,
        total=sitting.total if sitting else 0,
        sent_at=sitting.sent_at if sitting else None,
        destination=destination,
        asked=asked,
        not_arranged=bounds,
        priority=sitting.priority if sitting else None,
        municipality=student.municipality,
        flag=bool(sitting) and sitting.id in flagged,
        report_id=report_id,
        report_state=report_state,
        stage=sitting.stage if sitting else "none",
    )


def _said(value: str | int | None) -> str | None:
    return None if value is None else str(value)
