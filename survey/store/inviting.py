"""How students are asked: the plan of a round, messages, typed codes, papers for the classroom, and who stands in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Identity, String, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base, OfSchool, Row
from survey.store.people import Group, Student


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


class RoundPlan(Row, OfSchool, Base):
    """How a round asks and reminds. Sealed by the school's key: `texts` (messages.Texts); a round without a plan asks
    in the usual words and reminds nobody."""

    __tablename__ = "round_plan"
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), unique=True)
    sender_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # who signs; None: each class's mentor
    texts: Mapped[bytes]
    reminders: Mapped[int] = mapped_column(default=0)  # to a student, at most
    remind_days: Mapped[int] = mapped_column(default=4)  # between one message and the next


class Delivery(Row, OfSchool, Base):
    """That a student was written to in a round: the invitation is number 0, then each reminder, each of them once."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("invitation_id", "number"),)
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(8))  # mail, sms
    mail_id: Mapped[str] = mapped_column(ForeignKey("mail.id"), index=True)  # the newest, when it was sent again
    created_at: Mapped[datetime]


class Sheet(Row, OfSchool, Base):
    """A paper of a class that is made or to be made. Sealed by the school's key: `content`, the PDF.

    Until an overview is made its content is what it says, as JSON.
    """

    __tablename__ = "sheet"
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"))
    group_id: Mapped[str] = mapped_column(ForeignKey("class_group.id"))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # it names whose students; None: all
    kind: Mapped[str] = mapped_column(String(8))  # papers.Kind: poster, cards, overview
    paper: Mapped[str] = mapped_column(String(2))  # A4, A3
    language: Mapped[str] = mapped_column(String(8), default="nl", server_default="nl")  # i18n.staff_languages
    state: Mapped[str] = mapped_column(String(8), index=True)  # waiting, working, ready, failed
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    content: Mapped[bytes | None]
    created_at: Mapped[datetime]


class Deputy(Row, OfSchool, Base):
    """Who stands in for the mentor of a class: sees it, and hears of its flags too."""

    __tablename__ = "deputy"
    group_id: Mapped[str] = mapped_column(ForeignKey("class_group.id"), unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)


def looked_after_by(staff_id: str) -> ColumnElement[bool]:
    """Return the criterion that a class is a person's: as its mentor, or as the mentor's deputy."""
    stands_in = select(Deputy.group_id).where(Deputy.staff_id == staff_id)
    return or_(Group.mentor_id == staff_id, Group.id.in_(stands_in))


def is_of(staff_id: str) -> ColumnElement[bool]:
    """Return the criterion that a student is a person's: passed to the person, or of an own class and passed to nobody.

    Whom a student was passed to sees the student; the class's mentor and deputy do not any more.
    """
    classes = select(Group.id).where(looked_after_by(staff_id))
    return or_(Student.mentor_id == staff_id, and_(Student.mentor_id.is_(None), Student.group_id.in_(classes)))
