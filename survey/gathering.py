"""Stored responses to a questionnaire version, opened one by one and kept as columns of numbers only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from survey.quality import Response, Responses, gather
from survey.records import get_definition, open_answers
from survey.sitting import Status
from survey.store.people import School
from survey.store.surveying import Invitation, Sitting, StoredDefinition
from survey.vault import Unreadable, Vault

#: Who has not gone on for this long is taken to have stopped.
PAUSE = timedelta(days=1)
#: Sent answers are counted by so many: two reports never differ by one student.
STEP = 10
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose responses: all in the session's school, or across schools; in one round, or in all."""

    across: bool = False
    round_id: str | None = None

    def limit(self, statement: Select[Any]) -> Select[Any]:
        """Limit a statement on sittings to these."""
        if self.round_id is not None:
            asked = select(Invitation.id).where(Invitation.round_id == self.round_id)
            statement = statement.where(Sitting.invitation_id.in_(asked))
        return statement.execution_options(across_schools="quality figures are counts") if self.across else statement


def get_versions(session: Session, choice: Choice = Choice()) -> list[StoredDefinition]:
    """Return the questionnaire versions that somebody began, the newest first."""
    digests = list(session.scalars(choice.limit(select(Sitting.digest).distinct())))
    statement = select(StoredDefinition).where(StoredDefinition.digest.in_(digests))
    return list(session.scalars(statement.order_by(StoredDefinition.created_at.desc(), StoredDefinition.digest)))


def gather_stored(
    session: Session, vault: Vault, digest: str, now: datetime, choice: Choice = Choice()
) -> Responses:
    """Return the responses to a version: all that were sent, in tens, and those that stopped. Erased ones are gone."""
    is_sent = Sitting.status != Status.STARTED
    of_version = choice.limit(select(Sitting).where(Sitting.digest == digest))
    sent = of_version.where(is_sent).order_by(Sitting.sent_at, Sitting.id)
    stopped = of_version.where(~is_sent, Sitting.changed_at < now - PAUSE)
    schools = session.scalars(select(School)) if choice.across else [session.get_one(School, session.info["school_id"])]
    keys = {school.id: vault.school_key(school) for school in schools}

    def responses() -> Iterator[Response]:
        yield from in_tens(_open(session, vault, keys, sent, True))
        yield from _open(session, vault, keys, stopped, False)

    return gather(get_definition(session, digest), responses())


def in_tens(responses: Iterable[Response]) -> Iterator[Response]:
    """Yield responses by tens, leaving out the last ones that make no ten."""
    waiting: list[Response] = []
    for response in responses:
        waiting.append(response)
        if len(waiting) == STEP:
            yield from waiting
            waiting.clear()


def _open(
    session: Session, vault: Vault, keys: dict[str, bytes], statement: Select[Any], sent: bool
) -> Iterator[Response]:
    for sitting in session.scalars(statement.execution_options(yield_per=AT_ONCE)):
        try:
            answers = open_answers(vault.sitting_key(keys[sitting.school_id], sitting), sitting)
        except Unreadable:  # its key was destroyed
            continue
        yield Response(answers.values, sent, answers.moments)
