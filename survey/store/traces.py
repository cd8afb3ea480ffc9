"""What must not be lost or changed afterwards: mail to be sent, and the chained record of events."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Identity, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class Mail(Row, OfSchool, Base):
    """A message to be sent, sealed by the school's key: `content` (mail.Letter)."""

    __tablename__ = "mail"
    message_id: Mapped[str] = mapped_column(unique=True)
    content: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(8), index=True)  # waiting, sent, failed, bounced, replaced
    is_bulk: Mapped[bool] = mapped_column(default=False)  # one of many: goes after those that somebody waits for
    problem: Mapped[str] = mapped_column(String(40), default="")  # why it was not taken: a kind of error, or a code
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    queued_until: Mapped[datetime | None]  # until when a task for it is thought to be on the queue
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Event(OfSchool, Base):
    """Who did what to whom, when; each row carries the keyed hash of itself and the one before."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("school_id", "number"),)
    row: Mapped[int] = mapped_column(Identity(), primary_key=True)
    number: Mapped[int]  # 1, 2, 3 ... within the school
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))  # staff:<id>, student:<sitting id>, system
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    chain: Mapped[str] = mapped_column(String(64))
