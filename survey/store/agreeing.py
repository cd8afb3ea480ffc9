"""What makes a document one that may leave: what the school enters, and what the student and others said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class StoredEntry(Row, OfSchool, Base):
    """What the school enters for the next document. Sealed by the sitting's key: `content` ({field: text})."""

    __tablename__ = "entry"
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    content: Mapped[bytes]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__: dict[str, Any] = {"version_id_col": version}


class StoredChoice(Row, OfSchool, Base):
    """What a student ticked so far, before a word was given. Sealed by the sitting's key: `content`."""

    __tablename__ = "choice"
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), unique=True)
    content: Mapped[bytes]
    changed_at: Mapped[datetime]


class HandoverEvent(Row, OfSchool, Base):
    """An act of a person on a version of a document, append-only (survey.handover.events).

    Sealed by the sitting's key: `content` (the event as JSON). `stage` is what it led to, for counts over time.
    """

    __tablename__ = "handover_event"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    number: Mapped[int]  # 1, 2, 3 ... within the sitting
    content: Mapped[bytes]
    stage: Mapped[str] = mapped_column(String(12))  # handover.state.Stage after it
    at: Mapped[datetime]
