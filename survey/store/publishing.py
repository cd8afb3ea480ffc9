"""A school's own questionnaire versions: drafts, what it published, and what it retired."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class ShelvedVersion(Row, OfSchool, Base):
    """One questionnaire version on a school's shelf; once published, its file is in `definition` and never changes.

    A version that comes with the program, or stands in the server's folder, has a row only when a school retired it.
    """

    __tablename__ = "shelved_version"
    __table_args__ = (UniqueConstraint("school_id", "taken"),)
    state: Mapped[str] = mapped_column(String(9))  # shelf.State: draft, published, retired
    questionnaire: Mapped[str | None]  # None: a draft that cannot be read so far
    version: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64))
    taken: Mapped[str | None] = mapped_column(String(120))  # "<questionnaire>/<version>" once it is not a draft
    file_name: Mapped[str]  # as it was uploaded
    source: Mapped[str | None]  # of a draft only: its file, and its translations as JSON by file name
    beside: Mapped[str | None]
    added_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    published_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    retired_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()
    __mapper_args__: dict[str, Any] = {"version_id_col": revision}
