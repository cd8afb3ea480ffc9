"""What stands behind a student's link: the rows that its first pages need, and the language in which they speak."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request
from flask import session as cookie
from sqlalchemy import select

from survey import rounds
from survey import sitting as stage
from survey.definition.model import Definition
from survey.handover.state import Stage
from survey.records import get_definition
from survey.store.people import Group, School, Staff, Student, mentor_of
from survey.store.surveying import Invitation, Round, Sitting
from survey.web import current, respondent
from survey.web.sender import Sender, read_sender

#: Where a student is who has not pressed Start.
NEW = "new"


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands behind a link: the rows, opened as far as its first page needs."""

    invitation: Invitation
    round: Round
    sitting: Sitting | None
    sender: Sender
    definition: Definition

    @property
    def status(self) -> str:
        """Return how far the student is: "new" before Start, else the sitting's status."""
        return self.sitting.status if self.sitting else NEW

    @property
    def has_report(self) -> bool:
        """Return whether there is a document of which the student decides what is shared."""
        return self.sitting is not None and self.sitting.stage != Stage.NONE

    @property
    def takes_answers(self) -> bool:
        """Return whether the student may still begin or go on."""
        return self.status in (NEW, stage.Status.STARTED, stage.Status.ERASED)


def find_asked(token: str) -> Asked | None:
    """Return what stands behind a link and speak its language; None for unknown, malformed and revoked alike."""
    invitation = rounds.find_invitation(current.session(), current.vault(), token)
    return None if invitation is None else read_asked(invitation)


def read_asked(invitation: Invitation) -> Asked:
    """Return what stands behind an invitation that the session's school sent, and speak its language."""
    session = current.session()
    statement = (
        select(Round, Sitting, Student, Staff, School)
        .select_from(Invitation)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .join(Staff, Staff.id == mentor_of())
        .join(School, School.id == Invitation.school_id)
        .where(Invitation.id == invitation.id)
    )
    round_, sitting, student, staff, school = session.execute(statement).one()
    definition = get_definition(session, round_.digest)
    g.sender, g.spoken = read_sender(current.vault(), school, staff, student), respondent.spoken(definition)
    _speak(sitting)
    return Asked(invitation, round_, sitting, g.sender, definition)


def _speak(sitting: Sitting | None) -> None:
    """Speak what was chosen, else what was spoken before, else what the browser asks for, else the first language."""
    known = sitting.language if sitting else None
    wishes = (cookie.get("language"), known, request.accept_languages.best_match(g.spoken))
    current.speak(next((code for code in wishes if code and code in g.spoken), g.spoken[0]))
