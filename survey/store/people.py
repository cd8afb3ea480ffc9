"""Schools, staff, classes and students: who people are, apart from what they answered."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, ForeignKey, Identity, String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class School(Row, Base):
    """A school; its key opens everything of it and is itself wrapped by the master key."""

    __tablename__ = "school"
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")  # when that phone is answered, in words
    wrapped_key: Mapped[bytes]
    created_at: Mapped[datetime]
    events: Mapped[int] = mapped_column(default=0)  # how many events were recorded (audit)
    events_seal: Mapped[str] = mapped_column(String(64), default="")  # keyed hash of that number and the last event
    settings: Mapped[str] = mapped_column(Text, default="{}")  # school.SchoolSettings as JSON
    logo: Mapped[bytes | None] = mapped_column(deferred=True)  # a small PNG or JPEG; loaded only where it is shown


class Staff(Row, OfSchool, Base):
    """A person who works at the school. Sealed `profile`: {name, email, phone}."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("email_index"),)
    role: Mapped[str] = mapped_column(String(20))  # access.Role
    profile: Mapped[bytes]
    email_index: Mapped[str] = mapped_column(String(64))  # keyed hash, over all schools
    password: Mapped[str]  # argon2id; empty until an invited person chose one
    proof: Mapped[str] = mapped_column(String(8), default="second")  # what signing in takes: second, password (demo)
    language: Mapped[str] = mapped_column(String(8), default="nl", server_default="nl")  # of pages and mail
    disabled_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # signed in for the last time


class StaffSession(Row, OfSchool, Base):
    """A signed-in browser, or one half-way in; the cookie's token is kept as a hash."""

    __tablename__ = "staff_session"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]  # last proof of who it is; None while the second one is still asked
    device: Mapped[bytes | None]  # sealed by the school's key: browser and system in a few words


class SignInAttempt(Base):
    """A try that was not (yet) found right (throttle.LIMITS); of no school, for the address may be nobody's."""

    __tablename__ = "sign_in_attempt"
    row: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), default="password")  # password, second, forgotten, born
    email_index: Mapped[str] = mapped_column(String(64), index=True)  # keyed hash of whom or what was tried
    at: Mapped[datetime] = mapped_column(index=True)


class Group(Row, OfSchool, Base):
    """A class, with the mentor who invites it."""

    __tablename__ = "class_group"
    name: Mapped[str]
    mentor_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))


class Student(Row, OfSchool, Base):
    """A leaving student. Sealed `profile`: names, birth date, contact data, programme (records.Profile)."""

    __tablename__ = "student"
    __table_args__ = (UniqueConstraint("school_id", "number_index"),)
    group_id: Mapped[str] = mapped_column(ForeignKey("class_group.id"), index=True)
    number_index: Mapped[str] = mapped_column(String(64))  # keyed hash of the student number
    municipality: Mapped[str | None] = mapped_column(String(6))  # CBS code, GM0363; None is "onbekend"
    municipality_by: Mapped[str | None] = mapped_column(String(8))  # places.Basis: how it is known
    profile: Mapped[bytes]
    added_at: Mapped[datetime | None] = mapped_column(default=lambda: datetime.now(UTC))  # what retention counts from
    spoken_at: Mapped[datetime | None]  # the last talk in the log (casework), for lists
    # A colleague to whom the student was passed (casework.Passing); empty: the class's. No foreign key, since SQLite
    # cannot add one to a filled table without making the table again.
    mentor_id: Mapped[str | None] = mapped_column(String(20), index=True)


def mentor_of() -> ColumnElement[str]:
    """Return whose a student is, in a statement that has both the student and the class."""
    return func.coalesce(Student.mentor_id, Group.mentor_id)


class StoredSeal(Row, OfSchool, Base):
    """A certificate by which the school seals documents; the newest seals, the older ones still tell what they sealed.

    Sealed by the school's key: `key` (PKCS #8). The certificates are no secret: each sealed file carries them.
    """

    __tablename__ = "seal"
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)  # sha256 of the first certificate
    certificates: Mapped[str]  # PEM, the school's first, then its issuers
    key: Mapped[bytes]
    created_at: Mapped[datetime]
