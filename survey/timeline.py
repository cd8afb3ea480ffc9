"""What happened with a student, out of the record of events: who did what and when, without any content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.records import open_name, school_key
from survey.store.people import Staff
from survey.store.surveying import Invitation, RaisedFlag, Sitting, StoredReport
from survey.store.traces import Event
from survey.vault import Vault

MOST = 200
#: Actions in messages of the catalogue; who only looked is in the record, and not here.
SAID = {
    "student.add": "added by hand",
    "student.invite": "asked to answer",
    "student.remind": "reminded",
    "student.move": "moved to another class",
    "student.pass": "passed to another mentor",
    "student.merge": "put together with a double",
    "sitting.start": "began to answer",
    "sitting.send": "sent the answers",
    "sitting.correct": "began to correct the answers",
    "sitting.leave": "left the answers as they were sent",
    "sitting.erase": "the answers were deleted",
    "sitting.together": "began to fill in together",
    "sitting.view": "wrote how the school sees it",
    "sitting.finalise": "finalised",
    "document.enter": "filled in the document",
    "document.read": "read the document",
    "document.agreed": "consent to share the document: yes",
    "document.refused": "consent to share the document: no",
    "document.parent_agreed": "consent of a parent: yes",
    "document.parent_refused": "consent of a parent: no",
    "document.withdrawn": "took the consent to share back",
    "document.finalised": "made the document final",
    "document.sent": "wrote down that the document was sent",
    "document.not_sent": "took back that the document was sent",
    "flag.take": "took up a flag",
    "flag.escalate": "a flag went on to the coordinator",
    "report.ready": "the document was made",
    "report.retry": "had the document made again",
    "report.download": "downloaded the document",
    "note.add": "wrote a note",
    "note.correct": "corrected a note",
    "note.withdraw": "withdrew a note",
    "talk.add": "wrote a talk down",
    "talk.correct": "corrected a talk",
    "talk.withdraw": "withdrew a talk",
    "contact.add": "wrote a contact down",
    "contact.correct": "corrected a contact",
    "contact.withdraw": "withdrew a contact",
    "offer.add": "wrote an offer down",
    "offer.correct": "corrected an offer",
    "offer.withdraw": "withdrew an offer",
}
STUDENT, SYSTEM = "student", "system"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event in the life of a student's case."""

    at: datetime
    who: str  # a colleague's name, or STUDENT or SYSTEM
    is_person: bool
    what: str  # a message of the catalogue


def get_happenings(session: Session, vault: Vault, student_id: str) -> list[Happening]:
    """Return what happened, the newest first, at most MOST; a handful of queries."""
    invitations = session.scalars(select(Invitation.id).where(Invitation.student_id == student_id)).all()
    sittings = session.scalars(select(Sitting.id).where(Sitting.invitation_id.in_(invitations))).all()
    flags = session.scalars(select(RaisedFlag.id).where(RaisedFlag.sitting_id.in_(sittings))).all()
    reports = session.scalars(select(StoredReport.id).where(StoredReport.sitting_id.in_(sittings))).all()
    subjects = [
        f"student:{student_id}",
        *(f"invitation:{id_}" for id_ in invitations),
        *(f"sitting:{id_}" for id_ in sittings),
        *(f"flag:{id_}" for id_ in flags),
        *(f"report:{id_}" for id_ in reports),
    ]
    statement = (
        select(Event)
        .where(Event.subject.in_(subjects), Event.action.in_(SAID))
        .order_by(Event.number.desc())
        .limit(MOST)
    )
    key = school_key(session, vault)
    names = {f"staff:{staff.id}": open_name(key, staff) for staff in session.scalars(select(Staff))}
    return [
        Happening(
            at=event.at,
            who=names.get(event.actor) or (STUDENT if event.actor.startswith("student:") else SYSTEM),
            is_person=event.actor in names,
            what=SAID[event.action],
        )
        for event in session.scalars(statement)
    ]
