"""Rounds, invitations, sittings and what comes of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row


class StoredDefinition(Base):
    """The files of a questionnaire version as they were, by the digest of their bytes; read with them for ever."""

    __tablename__ = "definition"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    questionnaire: Mapped[str]
    version: Mapped[int] = mapped_column()
    source: Mapped[str]
    beside: Mapped[str] = mapped_column(default="{}", server_default="{}")  # its translations by file name, as JSON
    created_at: Mapped[datetime]


class Round(Row, OfSchool, Base):
    """One questionnaire sent to one list of students, between two moments."""

    __tablename__ = "round"
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(ForeignKey("definition.digest"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class Invitation(Row, OfSchool, Base):
    """A student asked in a round. The link's token follows from the id and the generation; its hash finds it."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("round_id", "student_id"),)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), index=True)
    generation: Mapped[int] = mapped_column(default=1)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    revoked_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]  # when the first message was written, or its text handed out
    reach: Mapped[str] = mapped_column(String(8), default="")  # of the last message: traces.Mail.state, or nothing
    reminded: Mapped[int] = mapped_column(default=0)  # reminders that were written
    remind_at: Mapped[datetime | None] = mapped_column(index=True)  # when the next one is due; None when none is
    quiet_at: Mapped[datetime | None]  # when the student asked for no more of them


class Sitting(Row, OfSchool, Base):
    """One student's way through the questions. Sealed by its own key: `answers` (Answers as JSON), `summary`."""

    __tablename__ = "sitting"
    # Lists read this index alone: the rows themselves are wide, with what is sealed in them.
    __table_args__ = (
        Index("ix_sitting_list", "invitation_id", "school_id", "status", "priority", "sent_at", "id"),
    )
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"), unique=True)
    digest: Mapped[str] = mapped_column(ForeignKey("definition.digest"))
    wrapped_key: Mapped[bytes]  # by the school's key; destroyed to erase
    language: Mapped[str] = mapped_column(String(12))
    answers: Mapped[bytes]
    correction: Mapped[bytes | None]  # answers that are being corrected after sending; sealed as `answers`
    sendings: Mapped[int] = mapped_column(default=0)  # how many times it was sent; the outcome of this number counts
    status: Mapped[str] = mapped_column(String(12))  # sitting.Status: started, sent, final, erased
    stage: Mapped[str] = mapped_column(String(12), default="none")  # handover.state.Stage of its document
    done: Mapped[int] = mapped_column(default=0)  # pages answered on the path
    total: Mapped[int] = mapped_column(default=0)  # pages on the path at most
    priority: Mapped[int | None]  # from the outcome, or as a person set it
    summary: Mapped[bytes | None]  # summary.Summary, for lists; empty in rows that are older than it
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__: dict[str, Any] = {"version_id_col": version}


class StoredOutcome(Row, OfSchool, Base):
    """The scored result of a sending, sealed by the sitting's key; one a sending, whatever arrives twice.

    Once the student corrected and sent again, `answers` keeps what this one was made of.
    """

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)  # 1, 2, 3 ... within the sitting
    answers: Mapped[bytes | None]
    digest: Mapped[str] = mapped_column(String(64))
    engine: Mapped[int]
    content: Mapped[bytes]
    receipt: Mapped[str] = mapped_column(String(12))  # what the student can name when calling
    created_at: Mapped[datetime]


class Feedback(Row, OfSchool, Base):
    """What somebody said of the questions themselves, apart from whose answers: no student, no moment, only a day.

    Sealed by the school's key: `content` ({easy, words}).
    """

    __tablename__ = "feedback"
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    content: Mapped[bytes]
    day: Mapped[date]


class RaisedFlag(Row, OfSchool, Base):
    """A flag that a named person must hear of. Sealed by the sitting's key: `content` ({id})."""

    __tablename__ = "flag"
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    content: Mapped[bytes]
    due_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None] = mapped_column(index=True)  # when the coordinator hears that nobody took it
    escalated_at: Mapped[datetime | None]


class Review(Row, OfSchool, Base):
    """The school's view and the finalisation, append-only. Sealed: `content`.

    {remark, override, reason, facts}: the facts as they were then, so that no later change reaches this version.
    """

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    number: Mapped[int]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    kept_until: Mapped[date | None]  # the last day, as the document names it; None before migration 0018


class StoredReport(Row, OfSchool, Base):
    """A document to be made or made: this row, not the queue, is the truth."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("sitting_id", "number", "kind"),)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    number: Mapped[int]  # the review that it shows
    kind: Mapped[str] = mapped_column(String(8), default="concept")  # concept, final, copy
    state: Mapped[str] = mapped_column(String(8), index=True)  # waiting, working, ready, failed
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]  # a waiting or working row past this moment is sent again
    content: Mapped[bytes | None]  # the PDF, sealed by the sitting's key
    digest: Mapped[str | None] = mapped_column(String(64), index=True)  # sha256 of the PDF before any seal
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
