"""What a school lets others see: a region that may have its counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class RegionGrant(Row, OfSchool, Base):
    """A school's word that a region, itself kept as a school, may see its counts."""

    __tablename__ = "region_grant"
    __table_args__ = (UniqueConstraint("school_id", "region_id", name="uq_region_grant_school_id"),)
    region_id: Mapped[str] = mapped_column(ForeignKey("school.id"), index=True)
    granted_at: Mapped[datetime]
