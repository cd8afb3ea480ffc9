"""Documents by municipality: which may leave in which round, which are being made, and which wait for a word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.orm import Session

from survey.documents import facts_of
from survey.handover.state import Stage
from survey.i18n import Catalogue
from survey.municipalities import name_of
from survey.store.people import Group, Student
from survey.store.surveying import Invitation, Round, Sitting, StoredReport
from survey.vault import Vault

READY, FAILED = "ready", "failed"
UNKNOWN = "unknown"  # the municipality in an address when the school does not know it
WAITING = frozenset({Stage.CONCEPT, Stage.READ})


@dataclass(frozen=True, slots=True)
class Package:
    """The documents of one municipality in one round."""

    municipality: str
    round: str
    ready: int  # may leave
    busy: int  # made final, but the document is not there yet
    agreed: int  # to be made final
    waiting: int  # for the student's word
    sent: int  # to the municipality
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """One student's document with its rows; `report` is the final one, None before it was planned."""

    sitting: Sitting
    student: Student
    group: Group
    report: StoredReport | None

    @property
    def is_ready(self) -> bool:
        """Return whether it is there to be sent, and was not sent yet."""
        return self.sitting.stage == Stage.FINAL and self.report is not None and self.report.state == READY

    @property
    def is_busy(self) -> bool:
        """Return whether a worker still has to make it."""
        made = (READY, FAILED)
        return self.sitting.stage == Stage.FINAL and self.report is not None and self.report.state not in made


def list_packages(session: Session, words: Catalogue) -> list[Package]:
    """Return the packages of every round by municipality, in one query."""
    newest = _newest()
    statement = (
        select(Round, Student.municipality, Sitting.stage, StoredReport.state, func.count())
        .select_from(Sitting)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(newest, newest.c.sitting_id == Sitting.id)
        .outerjoin(StoredReport, _is_newest(newest))
        .where(Sitting.stage != Stage.NONE)
        .group_by(Round.id, Student.municipality, Sitting.stage, StoredReport.state)
    )
    counts: dict[tuple[Round, str | None], Counter[str]] = {}
    for round_, code, stage, state, n in session.execute(statement):
        counts.setdefault((round_, code), Counter())[_kind(stage, state)] += n
    packages = [_package(round_, code, n, words) for (round_, code), n in counts.items()]
    return sorted(packages, key=lambda package: (package.round, package.municipality))


def get_documents(session: Session, round_: Round, municipality: str | None) -> list[Found]:
    """Return the students of a municipality in a round whose content was finalised, each with the final document."""
    newest = _newest()
    statement = (
        select(Sitting, Student, Group, StoredReport)
        .select_from(Sitting)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .outerjoin(newest, newest.c.sitting_id == Sitting.id)
        .outerjoin(StoredReport, _is_newest(newest))
        .where(
            Invitation.round_id == round_.id, Student.municipality == municipality, Sitting.stage != Stage.NONE
        )
    )
    return [Found(sitting, student, group, report) for sitting, student, group, report in session.execute(statement)]


def is_addressed(session: Session, vault: Vault, found: Found) -> bool:
    """Return whether a document is for the municipality where its student lives now: who moved is asked again."""
    assert found.report is not None
    code = facts_of(session, vault, found.sitting, found.report.number).municipality.code
    return code == (found.student.municipality or "")


def say_municipality(code: str | None, words: Catalogue) -> str:
    """Return a municipality's name, or that it is not known."""
    return name_of(code) if code else words.text("Municipality unknown")


def _newest() -> Subquery:
    """Return the number of each sitting's newest final document; an older one is no longer what the school says."""
    return (
        select(StoredReport.sitting_id, func.max(StoredReport.number).label("number"))
        .where(StoredReport.kind == "final")
        .group_by(StoredReport.sitting_id)
        .subquery()
    )


def _is_newest(newest: Subquery) -> ColumnElement[bool]:
    """Return the condition that joins each sitting's newest final document."""
    return and_(
        StoredReport.sitting_id == newest.c.sitting_id,
        StoredReport.number == newest.c.number,
        StoredReport.kind == "final",
    )


def _kind(stage: str, state: str | None) -> str:
    """Return what a document counts as in the list."""
    if stage == Stage.FINAL:
        return "ready" if state == READY else "busy"
    return "waiting" if stage in WAITING else stage


def _package(round_: Round, code: str | None, n: Counter[str], words: Catalogue) -> Package:
    url = url_for("municipality.show", code=code or UNKNOWN, round=round_.id)
    name = say_municipality(code, words)
    agreed, sent = n[Stage.AGREED.value], n[Stage.SENT.value]
    return Package(name, round_.name, n["ready"], n["busy"], agreed, n["waiting"], sent, url)
