"""Lists of students that came in, and what a school said of places."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class StoredImport(Row, OfSchool, Base):
    """A list of students on its way in: this row, not the queue, is the truth.

    Sealed by the school's key: `content` (the file), `choices` (imports.Choices), `lines` (what each row would do)
    and `trace` (what was stored, and what stood there before). `content`, `lines` and what stood before go in time.
    """

    __tablename__ = "student_import"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(9), index=True)  # imports.State
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]  # a row that is being checked or stored is sent again past this moment
    progress: Mapped[int] = mapped_column(default=0)  # percent of what is being done
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes | None]
    choices: Mapped[bytes]
    lines: Mapped[bytes | None]
    trace: Mapped[bytes | None]
    digest: Mapped[str] = mapped_column(String(64), default="")  # of what the lines would store
    problem: Mapped[str] = mapped_column(String(20), default="")  # why it stopped; intake.Unreadable.code and others
    created_at: Mapped[datetime]
    stored_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class KnownPlace(Row, OfSchool, Base):
    """A place that a person at the school said the municipality of; found by a keyed hash of its name."""

    __tablename__ = "known_place"
    __table_args__ = (UniqueConstraint("school_id", "place_index"),)
    place_index: Mapped[str] = mapped_column(String(64))
    municipality: Mapped[str] = mapped_column(String(6))
