"""What tests share of the way from a concept to a document that may leave, without a phone."""

from __future__ import annotations

from sqlalchemy import select
from stages import LATER, Course

from survey import agreement, entries, review
from survey.handover.events import Agreed, Read
from survey.handover.state import STUDENT
from survey.records import seal_report, sitting_key
from survey.store.surveying import Sitting, StoredReport

QUESTION = "Help met het vinden van werk."
PDF = b"%PDF-1.7 of "


def finalise(
    course: Course, begun: Sitting, is_ready: bool = True, remark: str = "", question: str = QUESTION
) -> StoredReport:
    """Finalise the content of a sitting's document; return the concept, made as a worker would."""
    if question and entries.find_entry(course.session, course.vault, begun) is None:
        typed = {"question": question}
        entries.save_entry(course.session, course.vault, begun, course.mentor, typed, 0, LATER)
    judged = review.Judgement(remark)
    made = review.finalise(course.session, course.vault, begun, course.mentor, judged, LATER)
    course.session.flush()
    return _find(course, begun, made.number, "concept", is_ready)


def agree(course: Course, begun: Sitting, sections: frozenset[str] | None = None) -> None:
    """Let the student read the newest version and share all of it, or these sections."""
    version = agreement.get_state(course.session, course.vault, begun).version
    shared = sections or agreement.get_state(course.session, course.vault, begun).sections
    for act in (Read(version, STUDENT, LATER), Agreed(version, STUDENT, LATER, shared, "t" * 64, 1, "nl")):
        agreement.add(course.session, course.vault, begun, act, LATER)
    course.session.flush()


def hand(course: Course, begun: Sitting, is_ready: bool = True, remark: str = "") -> StoredReport:
    """Bring a sitting that was sent to a final document, made as a worker would."""
    finalise(course, begun, remark=remark)
    agree(course, begun)
    state = agreement.make_final(course.session, course.vault, begun, course.mentor, LATER)
    course.session.flush()
    return _find(course, begun, state.version, "final", is_ready)


def _find(course: Course, begun: Sitting, number: int, kind: str, is_ready: bool) -> StoredReport:
    same = StoredReport.sitting_id == begun.id, StoredReport.number == number, StoredReport.kind == kind
    report = course.session.scalars(select(StoredReport).where(*same)).one()
    if is_ready:
        pdf = PDF + f"{begun.id} {number} {kind}".encode()
        report.content = seal_report(sitting_key(course.session, course.vault, begun), report.id, pdf)
        report.state, report.ready_at = "ready", LATER
    course.session.flush()
    return report
