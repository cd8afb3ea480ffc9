"""What the school did for a student, apart from what the student answered: notes, talks, contacts and offers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class CaseEntry(Row, OfSchool, Base):
    """One version of an entry in a student's log, append-only: what was wrong is said again under the next number.

    Sealed by the school's key: `content` (casework.Content). The student's sittings can be erased without it.
    """

    __tablename__ = "case_entry"
    __table_args__ = (UniqueConstraint("thread", "number"),)
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), index=True)
    thread: Mapped[str] = mapped_column(String(20))  # the id of the first version
    number: Mapped[int]  # 1, 2, 3 ... within the thread; the last one stands
    kind: Mapped[str] = mapped_column(String(8))  # casework.Kind: note, talk, contact, offer
    day: Mapped[date]  # on which it was done
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))  # who wrote it down
    content: Mapped[bytes]
    created_at: Mapped[datetime]
