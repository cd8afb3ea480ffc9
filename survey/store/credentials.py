"""What proves who a member of staff is besides a password, and what a person left at the door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class Factor(Row, OfSchool, Base):
    """An authenticator app or a passkey. Sealed `content`: {name, secret} or {name, credential, public_key}."""

    __tablename__ = "factor"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # totp, passkey
    credential_index: Mapped[str | None] = mapped_column(String(64), unique=True)  # keyed hash of a passkey's id
    content: Mapped[bytes]
    counter: Mapped[int] = mapped_column(default=0)  # the last step of time used, or the passkey's own count
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Row, OfSchool, Base):
    """A code that stands in once for a lost second factor; kept as a keyed hash, gone when it was used."""

    __tablename__ = "recovery_code"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))


class AccountLink(Row, OfSchool, Base):
    """A link that was mailed, by which a person chooses a password once; its token is kept as a keyed hash."""

    __tablename__ = "account_link"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(8))  # invite, reset
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KeptForm(Row, OfSchool, Base):
    """A form that came in after its session ended. Sealed `content`: {path, fields}; gone after half an hour."""

    __tablename__ = "kept_form"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    content: Mapped[bytes]
    kept_at: Mapped[datetime]
