"""Mail that comes back: reports of mail servers (RFC 3464), read to know which student was not reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import inviting
from survey.store.scope import in_school
from survey.store.traces import Mail

_ID = re.compile(r"<?([0-9a-hjkmnp-tv-z]{20})@[^>\s]*>?")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_COPIES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
LONGEST = 10 * 1024 * 1024  # bytes of a report that is read


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail did not arrive: which mail of ours, and the status code of the refusal."""

    message_id: str
    status: str


def read_bounce(content: bytes) -> Bounce | None:
    """Return what a delivery report says; None for any other mail, for a delay, and for a mail that is not ours."""
    message = message_from_bytes(content[:LONGEST], policy=policy.compat32)
    parts = list(message.walk())
    failed = next((status for part in parts for status in _failures(part)), None)
    if failed is None:
        return None
    found = (_ID.fullmatch(original.strip()) for part in parts for original in _originals(part))
    known = next((match[1] for match in found if match), None)
    return Bounce(known, failed) if known else None


def note(session: Session, bounce: Bounce, now: datetime) -> bool:
    """Keep that a mail came back; False when no mail of ours has this name, or it was known already."""
    statement = select(Mail).where(Mail.message_id == bounce.message_id)
    row = session.scalars(statement.execution_options(across_schools="the report says which mail")).one_or_none()
    if row is None or row.state != "sent":
        return False
    in_school(session, row.school_id)
    inviting.note(session, session.get_one(Mail, row.id), "bounced", bounce.status, now)
    session.flush()
    return True


def _failures(part: Message) -> Iterator[str]:
    """Give the status of each recipient that a report says was not reached for good."""
    if part.get_content_type() != "message/delivery-status":
        return
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        action, status = str(block.get("Action", "")).strip().lower(), _STATUS.search(str(block.get("Status", "")))
        if action == "failed":
            yield status[0] if status else "5.0.0"


def _originals(part: Message) -> Iterator[str]:
    """Give the name of the mail that a report returns, whole or by its headers only."""
    if part.get_content_type() not in _COPIES:
        return
    inner = part.get_payload()
    if isinstance(inner, list):
        yield from (str(one.get("Message-ID", "")) for one in inner if isinstance(one, Message))
    else:
        yield str(message_from_bytes(str(inner).encode("utf-8", "replace")).get("Message-ID", ""))
