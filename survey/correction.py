"""Changing what was sent: begun and left by the student; until it is sent again, what was sent stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey import audit
from survey.records import hold, open_answers, seal_correction, sitting_key
from survey.sitting import NotSent, Status, actor_of
from survey.store.surveying import Sitting
from survey.vault import Vault


class Final(Exception):
    """The mentor has made it final with the student; a change goes through the mentor."""


def correct(session: Session, vault: Vault, sitting: Sitting, now: datetime) -> None:
    """Let a student change what was sent; it stands as it was until it is sent again. Raises Final, NotSent."""
    hold(session, sitting)
    if sitting.status == Status.FINAL:
        raise Final
    if sitting.status != Status.SENT:
        raise NotSent
    if sitting.correction is None:
        key = sitting_key(session, vault, sitting)
        sitting.correction = seal_correction(key, sitting.id, open_answers(key, sitting))
        audit.record(session, vault, actor_of(sitting), "sitting.correct", f"sitting:{sitting.id}", now)


def leave_as_sent(session: Session, vault: Vault, sitting: Sitting, now: datetime) -> None:
    """Forget a correction that was begun; what was sent stands."""
    hold(session, sitting)
    if sitting.correction is not None:
        sitting.correction = None
        audit.record(session, vault, actor_of(sitting), "sitting.leave", f"sitting:{sitting.id}", now)
