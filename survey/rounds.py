"""Rounds: a questionnaire sent to a list of students, and their personal links."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit
from survey.config import Settings
from survey.definition.bundle import Bundle, bundle
from survey.shelf import store_definition
from survey.store.people import Student
from survey.store.surveying import Invitation, Round, StoredDefinition
from survey.store.types import new_id
from survey.vault import ALPHABET, MISREAD, TOKEN_CHARACTERS, Vault


class Phase(StrEnum):
    """Where a round is in time."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def add_definition(session: Session, source: str | Bundle, now: datetime) -> StoredDefinition:
    """Keep a questionnaire's files for ever; the same files are kept once. Raises BrokenDefinition."""
    files = source if isinstance(source, Bundle) else bundle("questionnaire.yaml", source)
    return store_definition(session, files, now)


def create_round(
    session: Session,
    vault: Vault,
    definition: StoredDefinition,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: str,
    now: datetime,
) -> Round:
    """Plan a questionnaire between two moments for the session's school."""
    if not opens_at < closes_at:
        raise ValueError("a round closes after it opens")
    round_ = Round(
        id=new_id(),
        school_id=session.info["school_id"],
        name=name,
        digest=definition.digest,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    session.add(round_)
    audit.record(session, vault, actor, "round.create", f"round:{round_.id}", now)
    return round_


def phase(round_: Round, now: datetime) -> Phase:
    """Return whether answers can be given."""
    if now < round_.opens_at:
        return Phase.COMING
    return Phase.OPEN if now < round_.closes_at else Phase.CLOSED


def invite(
    session: Session, vault: Vault, round_: Round, student: Student, actor: str, now: datetime
) -> tuple[Invitation, str]:
    """Ask a student in a round; return the invitation and the link's token, the same when asked again."""
    statement = select(Invitation).where(Invitation.round_id == round_.id, Invitation.student_id == student.id)
    invitation = session.scalars(statement).one_or_none()
    if invitation is None:
        id_ = new_id()
        invitation = Invitation(
            id=id_,
            school_id=student.school_id,
            round_id=round_.id,
            student_id=student.id,
            generation=1,
            token_hash=vault.token_hash(vault.link_token(id_, 1)),
        )
        session.add(invitation)
        audit.record(session, vault, actor, "student.invite", f"invitation:{id_}", now)
    return invitation, vault.link_token(invitation.id, invitation.generation)


def link(settings: Settings, vault: Vault, invitation: Invitation) -> str:
    """Return a student's personal address; its token is read in upper and lower case."""
    return f"{settings.base_url.rstrip('/')}/u/{vault.link_token(invitation.id, invitation.generation)}"


def find_invitation(session: Session, vault: Vault, token: str) -> Invitation | None:
    """Return whose link this is and bind the session to its school; None for unknown, malformed and revoked alike.

    Each of them takes one hash and one query, so that the time tells nothing.
    """
    statement = (
        select(Invitation)
        .where(Invitation.token_hash == vault.token_hash(token), Invitation.revoked_at.is_(None))
        .execution_options(across_schools="the link says which school")
    )
    invitation = session.scalars(statement).one_or_none()
    if invitation is None or not _is_token(token):
        return None
    session.info["school_id"] = invitation.school_id
    return invitation


def _is_token(text: str) -> bool:
    return len(text) == TOKEN_CHARACTERS and set(text.upper().translate(MISREAD)) <= set(ALPHABET)


def get_rounds(session: Session) -> list[Round]:
    """Return the school's rounds, the newest first."""
    return list(session.scalars(select(Round).order_by(Round.opens_at.desc(), Round.id)))
