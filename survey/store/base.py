"""The declarative base, and what every table of a school's data carries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from survey.store.types import Moment, new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables; bytes are sealed content, every moment has its zone."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment, bytes: LargeBinary}


class Row:
    """A row with a random public id, which is also its identity when content is sealed."""

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)


class OfSchool:
    """A row of one school: no query reaches it without naming that school (see survey.store.scope)."""

    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"), index=True)
