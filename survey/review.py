"""The school's view of a sitting: a remark, another priority with its reason, and the finalisation."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from survey import agreement, audit, jobs
from survey.documents import LANGUAGE, gather, read_source_of
from survey.handover.events import Offered
from survey.hours import ZONE
from survey.records import (
    get_definition,
    get_outcome,
    hold,
    open_name,
    open_outcome,
    open_review,
    school_key,
    seal_review,
    sitting_key,
)
from survey.report.compose import compose_source
from survey.report.entry import has_bsn
from survey.report.facts import Facts
from survey.report.sections import list_sections
from survey.school import get_settings
from survey.sitting import NotSent, Status, priority_of
from survey.store.people import Staff
from survey.store.surveying import Review, Sitting, StoredReport
from survey.store.types import new_id
from survey.vault import Vault

LONGEST = 500  # characters of a remark and of a reason: what the document has room for


class BadJudgement(ValueError):
    """A judgement that cannot be stored; `code` names why.

    remark_long, remark_bsn, reason_missing, reason_long, reason_bsn, no_such_value.
    """

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person at the school adds to the rules; another priority needs a reason, and both are kept."""

    remark: str = ""
    override: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PastReview:
    """One finalisation as it was, opened, with its document."""

    id: str
    number: int
    judgement: Judgement
    by: str
    created_at: datetime
    report_id: str | None
    report_state: str | None
    report_attempts: int


def finalise(
    session: Session,
    vault: Vault,
    sitting: Sitting,
    staff: Staff,
    judgement: Judgement,
    now: datetime,
    verify_at: str = "",
) -> Review:
    """Store the school's view as the next review and plan its document; the same view twice is one review.

    `verify_at` is where a receiver can see whether the document is real. Raises NotSent, BadJudgement.
    """
    hold(session, sitting)
    if sitting.status not in (Status.SENT, Status.FINAL):
        raise NotSent
    computed = _check(session, vault, sitting, judgement)
    key, last = sitting_key(session, vault, sitting), _find_last(session, sitting)
    number = _next_number(session, sitting)
    facts = replace(_write_facts(session, vault, sitting, staff, judgement, number, now), verify_at=verify_at)
    if last is not None and _is_same(open_review(key, last), judgement, facts):
        return last
    id_ = new_id()
    review = Review(
        id=id_,
        school_id=sitting.school_id,
        sitting_id=sitting.id,
        number=number,
        staff_id=staff.id,
        content=seal_review(key, id_, {**asdict(judgement), "facts": facts.to_json()}),
        created_at=now,
        kept_until=facts.kept_until,
    )
    session.add(review)
    _offer(session, vault, sitting, staff, facts, now)
    agreement.plan_report(session, sitting, number, "concept", now)
    # What the student was still correcting comes too late: the talk was about what had been sent.
    sitting.status, sitting.changed_at, sitting.correction = Status.FINAL, now, None
    sitting.priority = computed if judgement.override is None else judgement.override
    audit.record(session, vault, f"staff:{staff.id}", "sitting.finalise", f"sitting:{sitting.id}", now)
    return review


def retry(session: Session, vault: Vault, report: StoredReport, staff: Staff, now: datetime) -> bool:
    """Make a document that failed again; False when it had not failed."""
    if report.state != "failed":
        return False
    report.state, report.attempts, report.due_at = "waiting", 0, now
    audit.record(session, vault, f"staff:{staff.id}", "report.retry", f"report:{report.id}", now)
    jobs.plan(session, "render_report", report.id)
    return True


def get_reviews(session: Session, vault: Vault, sitting: Sitting) -> list[PastReview]:
    """Return the reviews of a sitting with their documents, the newest first; none of one that was erased."""
    if sitting.status == Status.ERASED:
        return []
    statement = (
        select(Review, Staff, StoredReport)
        .join(Staff, Staff.id == Review.staff_id)
        .outerjoin(
            StoredReport,
            and_(
                StoredReport.sitting_id == Review.sitting_id,
                StoredReport.number == Review.number,
                StoredReport.kind == "concept",
            ),
        )
        .where(Review.sitting_id == sitting.id)
        .order_by(Review.number.desc())
    )
    school, key = school_key(session, vault), sitting_key(session, vault, sitting)
    return [
        PastReview(
            id=review.id,
            number=review.number,
            judgement=_read(open_review(key, review)),
            by=open_name(school, staff),
            created_at=review.created_at,
            report_id=report.id if report else None,
            report_state=report.state if report else None,
            report_attempts=report.attempts if report else 0,
        )
        for review, staff, report in session.execute(statement)
    ]


def _offer(session: Session, vault: Vault, sitting: Sitting, staff: Staff, facts: Facts, now: datetime) -> None:
    """Begin a version that asks the student again, where there is anything to share."""
    source = read_source_of(session, vault, sitting, facts, LANGUAGE)
    sections = frozenset(section.id for section in list_sections(source))
    if sections:
        digest = sha256(compose_source(source).facts.encode()).hexdigest()
        offered = Offered(facts.version or 1, f"staff:{staff.id}", now, sections, digest)
        agreement.add(session, vault, sitting, offered, now)


def _write_facts(
    session: Session, vault: Vault, sitting: Sitting, staff: Staff, judgement: Judgement, number: int, now: datetime
) -> Facts:
    """Return all that this version of the document says of the school's side, as it is now."""
    facts = gather(session, vault, sitting)
    day = now.astimezone(ZONE).date()
    receipt = get_outcome(session, sitting).receipt
    said = replace(
        facts.review,
        remark=judgement.remark,
        override="" if judgement.override is None else str(judgement.override),
        reason=judgement.reason,
        by=open_name(school_key(session, vault), staff),
        on=day,
    )
    kept_until = months_after(day, get_settings(session).retention_months)
    return replace(facts, number=receipt, version=number, day=day, review=said, kept_until=kept_until)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later (earlier below zero), or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def _is_same(before: dict[str, Any], judgement: Judgement, facts: Facts) -> bool:
    """Return whether a version says nothing else than the one before: who finalised it and when is no content."""
    return _read(before) == judgement and _content(Facts.from_json(before["facts"])) == _content(facts)


def _content(facts: Facts) -> Facts:
    review = replace(facts.review, by="", on=None)
    return replace(facts, version=None, day=None, kept_until=None, verify_at="", review=review)


def _read(said: dict[str, Any]) -> Judgement:
    return Judgement(said["remark"], said["override"], said["reason"])


def _check(session: Session, vault: Vault, sitting: Sitting, judgement: Judgement) -> int | None:
    """Return the priority of the rules; raise BadJudgement."""
    if len(judgement.remark) > LONGEST:
        raise BadJudgement("remark_long")
    if len(judgement.reason) > LONGEST:
        raise BadJudgement("reason_long")
    if has_bsn(judgement.remark):
        raise BadJudgement("remark_bsn")
    if has_bsn(judgement.reason):
        raise BadJudgement("reason_bsn")
    if judgement.override is not None and not judgement.reason.strip():
        raise BadJudgement("reason_missing")
    definition = get_definition(session, sitting.digest)
    outcome = open_outcome(sitting_key(session, vault, sitting), get_outcome(session, sitting))
    computed = priority_of(definition, outcome)
    rule = definition.report.priority if definition.report else None
    values = {str(case.value) for case in definition.rules[rule].cases} if rule else set()
    if judgement.override is not None and str(judgement.override) not in values:
        raise BadJudgement("no_such_value")
    return computed


def _next_number(session: Session, sitting: Sitting) -> int:
    """Return the number of the next version; it runs on where the student erased all and took part again."""
    newest = select(func.max(StoredReport.number)).where(StoredReport.sitting_id == sitting.id)
    return (session.scalar(newest) or 0) + 1


def _find_last(session: Session, sitting: Sitting) -> Review | None:
    statement = select(Review).where(Review.sitting_id == sitting.id).order_by(Review.number.desc()).limit(1)
    return session.scalars(statement).one_or_none()
