"""A school's own recordings of questions, for who would rather listen than read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class Recording(Row, OfSchool, Base):
    """One question read aloud in one language. No secret: it says what every student of the school may read."""

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("school_id", "questionnaire", "question", "language"),)
    questionnaire: Mapped[str] = mapped_column(String(80))  # of every version: a question keeps its id and meaning
    question: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(12))
    media: Mapped[str] = mapped_column(String(20))  # audio/mpeg, ...
    content: Mapped[bytes]
    added_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[datetime]
