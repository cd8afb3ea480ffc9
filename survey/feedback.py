"""What students say of the questions themselves: kept apart from whose answers they are, and never by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.hours import ZONE
from survey.records import school_key
from survey.store.surveying import Feedback
from survey.store.types import new_id
from survey.vault import Vault

#: How easy the questions were, by the code that is stored.
EASE = ("easy", "partly", "hard")
LONGEST = 500  # characters
#: Below this number nothing is shown: in a small class everybody would know who said it.
FEWEST = 5


class BadFeedback(ValueError):
    """Feedback that cannot be stored; `code` is `empty` or `long`."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said: a code of EASE or "", and words."""

    easy: str
    words: str


def give(session: Session, vault: Vault, round_id: str, opinion: Opinion, now: datetime) -> None:
    """Keep an opinion with its round and day only. Raises BadFeedback."""
    if len(opinion.words) > LONGEST:
        raise BadFeedback("long")
    if opinion.easy not in EASE and not opinion.words:
        raise BadFeedback("empty")
    id_ = new_id()
    said = {"easy": opinion.easy if opinion.easy in EASE else "", "words": opinion.words}
    content = vault.seal_json(school_key(session, vault), f"feedback:{id_}:content", said)
    day = now.astimezone(ZONE).date()
    session.add(Feedback(id=id_, school_id=session.info["school_id"], round_id=round_id, content=content, day=day))


def get_opinions(session: Session, vault: Vault, round_id: str) -> list[Opinion]:
    """Return what was said in a round, in no order that tells who; nothing when few spoke."""
    rows = session.scalars(select(Feedback).where(Feedback.round_id == round_id).order_by(Feedback.id)).all()
    if len(rows) < FEWEST:
        return []
    key = school_key(session, vault)
    return [Opinion(**vault.open_json(key, f"feedback:{row.id}:content", row.content)) for row in rows]
