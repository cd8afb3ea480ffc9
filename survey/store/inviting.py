"""How students come in besides by their link: typed codes, and the count of wrong ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class TypedCode(Row, OfSchool, Base):
    """The code on a student's card. It follows from the invitation's id and generation; its slow hash finds it."""

    __tablename__ = "typed_code"
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"), unique=True)
    generation: Mapped[int]  # of the invitation when this was issued; an older one finds nobody
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]


class CodeAttempt(Base):
    """A well-formed code that was typed and found nobody; of no school, for it names none."""

    __tablename__ = "code_attempt"
    row: Mapped[int] = mapped_column(Identity(), primary_key=True)
    visitor_index: Mapped[str] = mapped_column(String(64), index=True)  # keyed hash of the address it came from
    at: Mapped[datetime] = mapped_column(index=True)
