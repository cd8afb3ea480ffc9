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


class Passing(Row, OfSchool, Base):
    """A student passed to another mentor than the class's, append-only. Sealed: `content` ({reason}).

    The last one is also on the student's row, for lists; `mentor_id` there is empty when it is the class's own.
    """

    __tablename__ = "passing"
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), index=True)
    mentor_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))  # to whom
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))  # by whom
    content: Mapped[bytes]
    created_at: Mapped[datetime]


class SchoolView(Row, OfSchool, Base):
    """How a mentor sees one domain of a student, beside the student's own answers; append-only, the last one stands.

    Sealed by the sitting's key: `content` ({band, remark}).
    """

    __tablename__ = "school_view"
    __table_args__ = (UniqueConstraint("sitting_id", "domain", "number"),)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"))
    domain: Mapped[str] = mapped_column(String(80))  # id of a scale of the definition
    number: Mapped[int]  # 1, 2, 3 ... within the domain
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    content: Mapped[bytes]
    created_at: Mapped[datetime]


class Together(Row, OfSchool, Base):
    """A time in which a member of staff filled in a sitting with the student, at the staff's own screen."""

    __tablename__ = "together"
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    how: Mapped[str] = mapped_column(String(8))  # together.How: in_room, phone
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SavedList(Row, OfSchool, Base):
    """A list that a person comes back to. Sealed by the school's key: `content` ({name, query})."""

    __tablename__ = "saved_list"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    content: Mapped[bytes]
    created_at: Mapped[datetime]
