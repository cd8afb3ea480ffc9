"""Asking students in a round: who is due a message, each message once, and what became of it.

A message is due when `Invitation.remind_at` has come. Number 0 is the invitation, the others are reminders; writing
one sets the moment of the next. What is due is looked at again when it is written: a student who finished meanwhile,
a round that closed, an evening or a holiday change what is done, and a row in `delivery` keeps each number to one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from survey import audit, mail, messages
from survey.config import Settings
from survey.handover.state import Stage
from survey.hours import days_later, next_within
from survey.i18n import catalogue
from survey.messages import DECIDES, INVITATION, REMINDER, SENT
from survey.plans import Plan, get_plan
from survey.records import open_name, open_profile, school_key
from survey.rounds import link
from survey.school import SchoolSettings, get_settings
from survey.store.inviting import Delivery
from survey.store.people import Group, School, Staff, Student
from survey.store.surveying import Invitation, Round, Sitting
from survey.store.traces import Mail
from survey.store.types import new_id
from survey.vault import Unreadable, Vault

KEPT = timedelta(days=30)  # what a message said; a mail server tells within five days that it came back
GONE = b""
AT_ONCE = 300  # messages written in one transaction
ALL = "the sweep looks at every school"
FINISHED = ("sent", "final")  # sitting.Status

Found = Row[Invitation, Student, Group, Round, Sitting]


class WhyNot(StrEnum):
    """Why a message is not sent. The last two pass, and are also in Invitation.reach, besides the states of a mail."""

    REVOKED = "revoked"
    FINISHED = "finished"
    QUIET = "quiet"
    ENOUGH = "enough"  # reminders, as the school sees it
    NOWHERE = "nowhere"  # there is no address
    TOO_LATE = "late"  # the round closes before mail may leave


@dataclass(slots=True)
class Desk:
    """What writing a batch needs once: keys, names, plans."""

    session: Session
    vault: Vault
    settings: Settings
    school: School
    key: bytes
    chosen: SchoolSettings
    now: datetime
    names: dict[str, str] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)

    def name(self, staff_id: str) -> str:
        """Return a colleague's name, opened once."""
        if staff_id not in self.names:
            self.names[staff_id] = open_name(self.key, self.session.get_one(Staff, staff_id))
        return self.names[staff_id]

    def plan(self, round_: Round) -> Plan:
        """Return a round's plan, read once."""
        if round_.id not in self.plans:
            self.plans[round_.id] = get_plan(self.session, self.vault, round_)
        return self.plans[round_.id]

    def next_moment(self, moment: datetime) -> datetime:
        """Return when mail to students may leave from this moment on."""
        return next_within(moment, self.chosen.send_from, self.chosen.send_until, self.chosen.hours)

    def leaves(self, round_: Round) -> datetime | None:
        """Return when a message of a round that is due now may leave, None when the round is closed by then."""
        when = self.next_moment(max(self.now, round_.opens_at))
        return when if when < round_.closes_at else None

    def person(self, invitation: Invitation, student: Student, group: Group, round_: Round) -> messages.Person:
        """Return who is asked, by whom, and where the link leads; raise Unreadable."""
        until = {language: catalogue(language).date(round_.closes_at) for language in messages.LANGUAGES}
        return messages.Person(
            first_name=open_profile(self.key, student).first_name,
            mentor=self.name(self.plan(round_).sender_id or student.mentor_id or group.mentor_id),
            school=self.school.name,
            until=until,
            link=link(self.settings, self.vault, invitation),
        )


def open_desk(session: Session, vault: Vault, settings: Settings, now: datetime) -> Desk:
    """Return the desk of the session's school."""
    school = session.get_one(School, session.info["school_id"])
    return Desk(session, vault, settings, school, school_key(session, vault), get_settings(session), now)


def ask(
    session: Session, vault: Vault, round_: Round, group_ids: Collection[str], actor: str, now: datetime
) -> int:
    """Ask every student of these classes who was not asked yet, and let the first message be due; return how many.

    Those without an address so far are due once more: they may have one now.
    """
    students = session.scalars(select(Student).where(Student.group_id.in_(group_ids)).order_by(Student.id)).all()
    due = _ask(session, vault, round_, students, now)
    for group_id in sorted({student.group_id for student in students}):
        audit.record(session, vault, actor, "class.invite", f"class:{group_id}", now)
    return len(due)


def ask_some(
    session: Session, vault: Vault, round_: Round, students: Collection[Student], actor: str, now: datetime
) -> int:
    """Ask these students, of whatever classes, as `ask` does; that each was asked is recorded."""
    due = _ask(session, vault, round_, sorted(students, key=lambda one: one.id), now)
    for invitation in due:
        audit.record(session, vault, actor, "student.invite", f"invitation:{invitation.id}", now)
    return len(due)


def _ask(
    session: Session, vault: Vault, round_: Round, students: Sequence[Student], now: datetime
) -> list[Invitation]:
    """Return the invitations whose first message is due by this; who asks at the same moment waits, and finds them."""
    session.scalars(select(Round.id).where(Round.id == round_.id).with_for_update(key_share=True)).one()
    asked = {one.student_id: one for one in session.scalars(select(Invitation).where(Invitation.round_id == round_.id))}
    due = max(now, round_.opens_at)
    found = []
    for student in students:
        invitation = asked.get(student.id)
        if invitation is None:
            id_ = new_id()
            invitation = Invitation(
                id=id_,
                school_id=student.school_id,
                round_id=round_.id,
                student_id=student.id,
                generation=1,
                token_hash=vault.token_hash(vault.link_token(id_, 1)),
                reach="",
            )
            session.add(invitation)
        if invitation.invited_at is None and invitation.revoked_at is None and invitation.reach != "waiting":
            invitation.remind_at, invitation.reach = due, ""
            found.append(invitation)
    return found


def remind_now(
    session: Session, vault: Vault, round_: Round, group_ids: Collection[str], actor: str, now: datetime
) -> int:
    """Let the next reminder of everyone in these classes who has not finished be due; return how many that are."""
    found = session.scalars(unfinished(session, round_, group_ids)).all()
    for invitation in found:
        invitation.remind_at = now
    for group_id in sorted(group_ids):
        audit.record(session, vault, actor, "class.remind", f"class:{group_id}", now)
    return len(found)


def unfinished(session: Session, round_: Round, group_ids: Collection[str]) -> Select[Invitation]:
    """Return the query of whom in these classes a reminder can go to."""
    most = get_settings(session).most_reminders
    return (
        select(Invitation)
        .join(Student, Student.id == Invitation.student_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(
            Invitation.round_id == round_.id,
            Student.group_id.in_(group_ids),
            Invitation.revoked_at.is_(None),
            Invitation.quiet_at.is_(None),
            Invitation.invited_at.is_not(None),
            Invitation.reminded < most,
            Sitting.status.is_(None) | Sitting.status.not_in(FINISHED),
        )
    )


def plan_reminders(session: Session, vault: Vault, round_: Round, now: datetime) -> None:
    """Set anew when those who were asked and have not finished are due the next message, after a round changed.

    A first message for which no moment was left is due again.
    """
    plan, chosen = get_plan(session, vault, round_), get_settings(session)
    last = select(func.max(Delivery.created_at)).where(Delivery.invitation_id == Invitation.id).scalar_subquery()
    statement = (
        select(Invitation, func.coalesce(last, Invitation.invited_at))
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Invitation.round_id == round_.id, Sitting.status.is_(None) | Sitting.status.not_in(FINISHED))
    )
    for invitation, written_at in session.execute(statement):
        if invitation.invited_at is None:
            if invitation.remind_at is not None or invitation.reach == WhyNot.TOO_LATE:
                invitation.remind_at, invitation.reach = max(now, round_.opens_at), ""
        elif invitation.reminded < min(plan.reminders, chosen.most_reminders):
            invitation.remind_at = max(now, days_later(written_at, plan.remind_days))
        else:
            invitation.remind_at = None


def stop_reminders(session: Session, vault: Vault, invitation: Invitation, now: datetime) -> None:
    """Send this student no more reminders in this round, as the student asked; asked again it changes nothing."""
    if invitation.quiet_at is None:
        invitation.quiet_at, invitation.remind_at = now, None
        audit.record(session, vault, "system", "invitation.quiet", f"invitation:{invitation.id}", now)


def find_due_schools(session: Session, now: datetime) -> list[str]:
    """Return the schools where somebody is due a message."""
    due = select(Invitation.school_id).where(Invitation.remind_at <= now).distinct()
    return list(session.scalars(due.execution_options(across_schools=ALL)))


def write_due(session: Session, vault: Vault, settings: Settings, now: datetime) -> int:
    """Write the messages that students of the session's school are due, at most `AT_ONCE`; return how many rows were
    looked at, 0 when none is left. The rows are held, so that two sweeps never look at the same."""
    statement = (
        _asked()
        .where(Invitation.remind_at <= now)
        .order_by(Invitation.remind_at, Invitation.id)
        .limit(AT_ONCE)
        .with_for_update(of=Invitation, skip_locked=True)
    )
    found = session.execute(statement).all()
    if not found:
        return 0
    desk, written = open_desk(session, vault, settings, now), _written(session, [row[0].id for row in found])
    for row in found:
        _write(desk, row, written)
    session.flush()
    session.add_all(desk.deliveries)
    session.flush()
    return len(found)


def note(session: Session, row: Mail, state: str, problem: str, now: datetime) -> None:
    """Keep what became of a message on its row and, when it is the newest to a student, on the invitation.

    One that was replaced while it was being sent stays so: it is not tried again beside the other.
    """
    session.refresh(row, with_for_update=True)
    if row.state == "replaced":
        return
    row.state, row.problem, row.queued_until = state, problem[:40], None
    if state == "sent":
        row.sent_at = now
    newest = (
        select(Invitation, Delivery.number)
        .join(Delivery, Delivery.invitation_id == Invitation.id)
        .where(Delivery.mail_id == row.id)
    )
    for invitation, number in session.execute(newest):
        if number == invitation.reminded:
            invitation.reach = state


def send_again(
    session: Session, vault: Vault, settings: Settings, row: Mail, actor: str, now: datetime
) -> Mail | WhyNot:
    """Send what failed or came back once more: to a student at the address that is known now, else as it is.

    A student is written to within the school's hours, and not when the message came to make no sense: return why.
    """
    audit.record(session, vault, actor, "mail.retry", f"mail:{row.id}", now)
    delivery = session.scalars(select(Delivery).where(Delivery.mail_id == row.id)).one_or_none()
    if delivery is None:
        row.state, row.attempts, row.due_at, row.queued_until, row.problem = "waiting", 0, now, None, ""
        return row
    found = session.execute(_asked().where(Invitation.id == delivery.invitation_id)).one()
    desk, (invitation, _, _, round_, sitting) = open_desk(session, vault, settings, now), found
    if why := _why_never(desk, invitation, sitting, delivery.number):
        row.state = "replaced"
        return why
    if (leaves := desk.leaves(round_)) is None:
        return WhyNot.TOO_LATE
    letter = _compose(desk, found, delivery.number)
    if letter is None:
        invitation.reach = WhyNot.NOWHERE
        return WhyNot.NOWHERE
    again = mail.write(session, desk.key, letter, now)
    again.due_at, row.state, row.content = leaves, "replaced", GONE
    session.flush()
    delivery.mail_id, delivery.channel, invitation.reach = again.id, letter.channel, "waiting"
    return again


def hold_back(session: Session, vault: Vault, settings: Settings, row: Mail, now: datetime) -> bool:
    """Return whether a message that waits must not leave now, as the night or the student's last page came meanwhile.

    It is put off until it may leave, dropped where it makes no sense any more, or failed where the round closes first.
    """
    delivery = session.scalars(select(Delivery).where(Delivery.mail_id == row.id)).one_or_none()
    if delivery is None:
        return False
    invitation, _, _, round_, sitting = session.execute(_asked().where(Invitation.id == delivery.invitation_id)).one()
    desk = open_desk(session, vault, settings, now)
    leaves = desk.leaves(round_)
    if _why_never(desk, invitation, sitting, delivery.number):
        row.state = "replaced"
    elif leaves is None:
        note(session, row, "failed", "closed", now)
    elif leaves > now:
        row.due_at, row.queued_until = leaves, None
    else:
        return False
    return True


def _asked() -> Select[Invitation, Student, Group, Round, Sitting]:
    """Return the query of who is asked, in what, and how far they are."""
    return (
        select(Invitation, Student, Group, Round, Sitting)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
    )


def forget(session: Session, now: datetime) -> None:
    """Forget what messages said that were sent, or given up, some time ago, or replaced; the caller commits.

    The row of one to a student stays without it, since a delivery keeps each number to one, and so does its problem.
    """
    is_over = or_(Mail.state == "replaced", and_(Mail.state != "waiting", Mail.created_at < now - KEPT))
    others = delete(Mail).where(is_over, ~exists().where(Delivery.mail_id == Mail.id))
    blank = update(Mail).where(is_over, Mail.content != GONE).values(content=GONE)
    for statement in (others, blank):
        session.execute(statement.execution_options(across_schools=ALL, synchronize_session=False))


def _written(session: Session, invitation_ids: list[str]) -> set[tuple[str, int]]:
    """Return the messages that were written before, by invitation and number."""
    statement = select(Delivery.invitation_id, Delivery.number).where(Delivery.invitation_id.in_(invitation_ids))
    return {(id_, number) for id_, number in session.execute(statement)}


def _write(desk: Desk, row: Found, written: set[tuple[str, int]]) -> None:
    """Write the message that one student is due, or put it off, or find that none is due any more."""
    invitation, student, group, round_, sitting = row
    number = 0 if invitation.invited_at is None else invitation.reminded + 1
    if _why_never(desk, invitation, sitting, number):
        invitation.remind_at = None
        return
    when = desk.leaves(round_)
    if when is None or when > desk.now:
        invitation.remind_at = when
        if when is None and number == 0:
            invitation.reach = WhyNot.TOO_LATE
        return
    if (invitation.id, number) not in written:
        try:
            letter = _compose(desk, row, number)
        except Unreadable:  # one student whose row is damaged must not stop the others
            invitation.remind_at, invitation.reach = None, "failed"
            return
        if letter is None:
            invitation.remind_at, invitation.reach = None, WhyNot.NOWHERE
            return
        _send(desk, invitation, number, letter)
    invitation.invited_at = invitation.invited_at or desk.now
    invitation.reminded = number
    plan = desk.plan(round_)
    is_last = number >= min(plan.reminders, desk.chosen.most_reminders)
    invitation.remind_at = None if is_last else days_later(desk.now, plan.remind_days)


def _why_never(desk: Desk, invitation: Invitation, sitting: Sitting | None, number: int) -> WhyNot | None:
    """Return why a message is sent no more, however long its round lasts."""
    if invitation.revoked_at is not None:
        return WhyNot.REVOKED
    if sitting is not None and sitting.status in FINISHED:
        return WhyNot.FINISHED
    if number > 0 and invitation.quiet_at is not None:
        return WhyNot.QUIET
    return WhyNot.ENOUGH if number > desk.chosen.most_reminders else None


def _compose(desk: Desk, row: Found, number: int) -> mail.Letter | None:
    """Return the letter by the best way there is: mail, else a text message; None without an address."""
    invitation, student, group, round_, sitting = row
    profile, person = open_profile(desk.key, student), desk.person(invitation, student, group, round_)
    kind, texts = (INVITATION if number == 0 else REMINDER), desk.plan(round_).texts
    languages = messages.languages_for(sitting.language if sitting else None)
    if profile.email:
        return messages.letter(person, texts, kind, languages, profile.email)
    if profile.phone and desk.settings.sms_url:
        return messages.text_message(person, kind, languages[0], profile.phone)
    return None


def _send(desk: Desk, invitation: Invitation, number: int, letter: mail.Letter) -> None:
    """Put the letter in the outbox, with the row that keeps this number to one."""
    row = mail.write(desk.session, desk.key, letter, desk.now, is_bulk=True)
    delivery = Delivery(
        school_id=invitation.school_id,
        invitation_id=invitation.id,
        number=number,
        channel=letter.channel,
        mail_id=row.id,
        created_at=desk.now,
    )
    desk.deliveries.append(delivery)  # stored after the mails that they refer to
    invitation.reach = "waiting"


def write_to_copy(desk: Desk, round_: Round, group: Group, language: str) -> dict[str, str]:
    """Return by student of a class the text to paste in another channel, as fits how far the student is."""
    statement = _asked().where(
        Invitation.round_id == round_.id, Student.group_id == group.id, Invitation.revoked_at.is_(None)
    )
    texts = desk.plan(round_).texts
    return {
        row[1].id: messages.to_copy(desk.person(*row[:4]), texts, _find_kind(row[4]), (language,))
        for row in desk.session.execute(statement)
    }


def _find_kind(sitting: Sitting | None) -> str:
    """Return which text fits how far a student is; who erased everything is asked anew."""
    if sitting is None or sitting.status not in FINISHED:
        return REMINDER if sitting and sitting.done else INVITATION
    return DECIDES if sitting.stage in (Stage.CONCEPT, Stage.READ) else SENT
