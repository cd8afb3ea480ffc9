"""The rows of a list of students, opened: one student in one round, as plain values; few queries, however many rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from survey.choosing import base
from survey.opened import Name, find_names, find_summaries, nonce_of, summary_nonce_of
from survey.records import open_name, school_key
from survey.store.people import Group, Staff, Student, mentor_of
from survey.store.surveying import Invitation, RaisedFlag, Round, Sitting, StoredReport
from survey.summary import Summary
from survey.vault import Vault


@dataclass(frozen=True, slots=True)
class ListRow:
    """One student in one round, as plain values; codes and ids are said in words by the definition."""

    invitation_id: str
    student_id: str
    sitting_id: str | None
    digest: str  # of the round's definition
    name: str
    group_id: str
    group: str
    round_id: str
    round: str
    mentor: str
    status: str | None  # None: not started
    done: int
    total: int
    priority: int | None
    summary: Summary
    municipality: str | None
    spoken_at: datetime | None
    is_spoken: bool  # since the answers were sent
    sent_at: datetime | None
    flag: str  # open, taken, or ""
    report_id: str | None
    report_state: str | None
    stage: str = "none"  # handover.state.Stage of the newest version


def get_rows(session: Session, vault: Vault, ids: Collection[str]) -> list[ListRow]:
    """Return these rows of the list in this order, opened; a handful of queries, however many rows."""
    if not ids:
        return []
    statement = base({Group, Round, Sitting}, Invitation, Student, Group, Round, Sitting, mentor_of())
    found = session.execute(statement.where(Invitation.id.in_(ids))).all()
    sittings = [row[4] for row in found if row[4] is not None]
    asked = [row[0].id for row in found]
    names = find_names(session, vault, [nonce_of(row[1].profile) for row in found], asked, Invitation.id)
    summaries = find_summaries(session, vault, [summary_nonce_of(row[4]) for row in found], asked)
    around = _Around(
        names=dict(zip(asked, names, strict=True)),
        mentors=names_of_staff(session, vault),
        summaries=dict(zip(asked, summaries, strict=True)),
        flags=_flags_of(session, sittings),
        reports=_reports_of(session, sittings),
    )
    rows = {row[0].id: _row(around, row) for row in found}
    return [rows[id_] for id_ in ids if id_ in rows]


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands beside the rows of a page, each found in one query."""

    names: dict[str, Name]  # by invitation
    mentors: dict[str, str]
    summaries: dict[str, Summary]  # by invitation
    flags: dict[str, str]
    reports: dict[str, tuple[str, str]]


def _row(around: _Around, found: Row[Invitation, Student, Group, Round, Sitting | None, str]) -> ListRow:
    invitation, student, group, round_, sitting, mentor_id = found
    report_id, report_state = around.reports.get(sitting.id, (None, None)) if sitting else (None, None)
    return ListRow(
        invitation_id=invitation.id,
        student_id=student.id,
        sitting_id=sitting.id if sitting else None,
        digest=sitting.digest if sitting else round_.digest,
        name=around.names[invitation.id].shown,
        group_id=group.id,
        group=group.name,
        round_id=round_.id,
        round=round_.name,
        mentor=around.mentors[mentor_id],
        status=sitting.status if sitting else None,
        done=sitting.done if sitting else 0,
        total=sitting.total if sitting else 0,
        priority=sitting.priority if sitting else None,
        summary=around.summaries[invitation.id],
        municipality=student.municipality,
        spoken_at=student.spoken_at,
        is_spoken=is_spoken(student, sitting),
        sent_at=sitting.sent_at if sitting else None,
        flag=around.flags.get(sitting.id, "") if sitting else "",
        report_id=report_id,
        report_state=report_state,
        stage=sitting.stage if sitting else "none",
    )


def is_spoken(student: Student, sitting: Sitting | None) -> bool:
    """Return whether a talk is in the log since the answers were sent."""
    if sitting is None or sitting.sent_at is None or student.spoken_at is None:
        return False
    return student.spoken_at >= sitting.sent_at


def names_of_staff(session: Session, vault: Vault) -> dict[str, str]:
    key = school_key(session, vault)
    return {staff.id: open_name(key, staff) for staff in session.scalars(select(Staff))}


def _flags_of(session: Session, sittings: Iterable[Sitting]) -> dict[str, str]:
    """Return "open" or "taken" by sitting; open when one of its flags is."""
    ids = [one.id for one in sittings]
    statement = select(RaisedFlag.sitting_id, RaisedFlag.taken_at).where(RaisedFlag.sitting_id.in_(ids))
    found: dict[str, str] = {}
    for sitting_id, taken_at in session.execute(statement):
        if taken_at is None or sitting_id not in found:
            found[sitting_id] = "open" if taken_at is None else "taken"
    return found


def _reports_of(session: Session, sittings: Iterable[Sitting]) -> dict[str, tuple[str, str]]:
    """Return id and state of the newest document by sitting."""
    statement = (
        select(StoredReport.sitting_id, StoredReport.id, StoredReport.state)
        .where(StoredReport.sitting_id.in_([one.id for one in sittings]), StoredReport.kind != "copy")
        .order_by(StoredReport.number, StoredReport.kind)  # concept, then final
    )
    return {sitting_id: (id_, state) for sitting_id, id_, state in session.execute(statement)}
