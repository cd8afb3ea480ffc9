"""Asking and reminding: each message once, only while it makes sense, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from factories import Campus, make_settings
from flask import Flask
from sqlalchemy import func, select
from stages import FINE, NOW, Course, make_course

from survey import following, inviting, jobs, mail, plans, school, sitting, sms, tasks
from survey.config import Settings
from survey.following import Stand
from survey.inviting import WhyNot
from survey.messages import Texts
from survey.plans import Plan
from survey.records import open_profile, school_key, seal_profile
from survey.school import SchoolSettings
from survey.store.inviting import Delivery
from survey.store.people import Student
from survey.store.surveying import Invitation
from survey.store.traces import Event, Mail

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
EVENING = NOW.replace(hour=20)
PLAN = Plan(reminders=2, remind_days=4)


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round that reminds twice."""
    made = make_course(school)
    plans.save_plan(made.session, made.vault, made.round, PLAN)
    return made


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Give what is put on the queue, which nobody works off here."""
    put: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *task: put.append(task) or True)
    return put


@pytest.fixture
def desk(tmp_path: Path) -> Settings:
    """Give settings for a round on https."""
    return make_settings("sqlite://", tmp_path, base_url="https://overstap.voorbeeld.nl")


def enrol(course: Course, name: str = "Noor Bakker", **contact: str) -> Student:
    """Add a student with an address who was not asked yet."""
    student = course.campus.student(course.group, name)
    key = school_key(course.session, course.vault)
    known = open_profile(key, student).to_json() | {"email": f"{name.split()[0].lower()}@voorbeeld.nl"} | contact
    student.profile = seal_profile(key, student.id, type(open_profile(key, student)).from_json(known))
    course.session.flush()
    return student


def ask(course: Course, now: datetime = NOW) -> int:
    asked = inviting.ask(course.session, course.vault, course.round, [course.group.id], "system", now)
    course.session.flush()
    return asked


def write(course: Course, desk: Settings, now: datetime) -> list[mail.Letter]:
    """Write what is due at a moment; return the letters that were added."""
    before = set(course.session.scalars(select(Mail.id)))
    while inviting.write_due(course.session, course.vault, desk, now):
        pass
    key = school_key(course.session, course.vault)
    rows = course.session.scalars(select(Mail).where(Mail.id.not_in(before)).order_by(Mail.id))
    return [mail.read(key, row) for row in rows]


def asked(course: Course) -> Invitation:
    return course.session.scalars(select(Invitation)).one()


# Invitations


def test_invitation_names_people_and_says_nothing_of_the_subject(course: Course, desk: Settings) -> None:
    enrol(course)
    assert ask(course) == 1
    (letter,) = write(course, desk, NOW)
    row = course.session.scalars(select(Mail)).one()
    message = mail.compose(letter, row, desk)
    assert message["Subject"] == "Noor, een bericht van Sanne"
    assert message["To"] == "noor@voorbeeld.nl"
    plain, page = (part.get_content() for part in message.iter_parts())  # type: ignore[union-attr]
    link = f"https://overstap.voorbeeld.nl/u/{course.vault.link_token(asked(course).id, 1)}"
    for text in (plain, page):
        assert link in text and "Sanne de Wit" in text and "ROC Waterland" in text and "Hoi Noor," in text
        assert "Hi Noor," in text and "enqu" not in text.lower() and "{" not in text.split("</style>")[-1]
    assert message["List-Unsubscribe"] == f"<{link}/herinneringen>"
    assert 'lang="en"' in page and "style=" not in page


def test_message_is_the_same_each_time_it_is_tried(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    (letter,) = write(course, desk, NOW)
    row = course.session.scalars(select(Mail)).one()
    first, again = (mail.compose(letter, row, desk).as_bytes() for _ in range(2))
    assert first == again and row.message_id.encode() in first


def test_who_was_asked_is_not_asked_again(course: Course, desk: Settings) -> None:
    enrol(course)
    assert ask(course) == 1 and len(write(course, desk, NOW)) == 1
    assert ask(course) == 0 and write(course, desk, NOW) == []
    enrol(course, "Daan Visser")
    assert ask(course) == 1
    (letter,) = write(course, desk, NOW)
    assert letter.to == "daan@voorbeeld.nl"


def test_invitation_waits_for_the_round_to_open_and_for_daytime(course: Course, desk: Settings) -> None:
    enrol(course)
    course.round.opens_at = NOW + 2 * DAY + timedelta(hours=12)  # on Wednesday evening
    ask(course)
    assert write(course, desk, NOW) == [] and asked(course).remind_at == course.round.opens_at
    assert write(course, desk, course.round.opens_at) == []
    thursday = datetime(2026, 11, 26, 9, 0, tzinfo=AMSTERDAM)
    assert asked(course).remind_at == thursday
    assert len(write(course, desk, thursday)) == 1


def test_student_without_address_is_shown_and_asked_when_there_is_one(course: Course, desk: Settings) -> None:
    student = enrol(course, email="", phone="06 0000 0001")
    ask(course)
    assert write(course, desk, NOW) == []
    assert (asked(course).reach, asked(course).invited_at) == ("nowhere", None)
    key = school_key(course.session, course.vault)
    known = open_profile(key, student).to_json() | {"email": "noor@voorbeeld.nl"}
    student.profile = seal_profile(key, student.id, type(open_profile(key, student)).from_json(known))
    assert ask(course) == 1 and len(write(course, desk, NOW)) == 1


def test_phone_gets_a_text_message_of_at_most_160_characters(course: Course, tmp_path: Path) -> None:
    desk = make_settings("sqlite://", tmp_path, base_url="https://overstap.voorbeeld.nl", sms_url=f"file:{tmp_path}")
    enrol(course, "Çağdaş Ünlü-van den Berg", email="", phone="06 0000 0001")
    ask(course)
    (letter,) = write(course, desk, NOW)
    assert (letter.channel, letter.to) == ("sms", "06 0000 0001")
    assert letter.values["text"].startswith("Hoi Çagdas, Sanne van ROC Waterland heeft")
    assert len(letter.values["text"]) <= 160 and "/u/" in letter.values["text"]


def test_own_words_of_a_round_are_filled_in(course: Course, desk: Settings) -> None:
    own = {"invitation": {"nl": "Dag {first_name} <b>,\n\nTot {until}. {mentor}", "en": "Hello {first_name}"}}
    deputy = course.campus.staff(name="Joke Prins")
    plans.save_plan(course.session, course.vault, course.round, Plan(deputy.id, Texts(own)))
    enrol(course)
    ask(course)
    (letter,) = write(course, desk, NOW)
    row = course.session.scalars(select(Mail)).one()
    plain, page = (part.get_content() for part in mail.compose(letter, row, desk).iter_parts())  # type: ignore[union-attr]
    assert "Dag Noor <b>,\n\nTot 23 december 2026. Joke Prins" in plain.replace("\r\n", "\n")
    assert "Dag Noor &lt;b&gt;," in page and letter.values["subject"] == "Noor, een bericht van Joke"


def test_one_class_is_one_line_in_the_record(course: Course) -> None:
    for name in ("Noor Bakker", "Daan Visser"):
        enrol(course, name)
    ask(course)
    events = course.session.scalars(select(Event).where(Event.action == "class.invite")).all()
    assert [event.subject for event in events] == [f"class:{course.group.id}"]


def test_damaged_row_stops_nobody(course: Course, desk: Settings) -> None:
    enrol(course, "Daan Visser").profile = b"not sealed"
    enrol(course, "Noor Bakker")
    ask(course)
    assert [letter.to for letter in write(course, desk, NOW)] == ["noor@voorbeeld.nl"]
    assert set(course.session.scalars(select(Invitation.reach))) == {"failed", "waiting"}


# Reminders


def subjects(letters: list[mail.Letter]) -> list[str]:
    return [letter.values["subject"] for letter in letters]


def test_reminders_follow_as_planned_and_no_more(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    written = {}
    for day in range(1, 25):
        if found := write(course, desk, NOW + day * DAY):
            written[day] = subjects(found)
    again = ["Noor, nog een bericht van Sanne"]
    assert written == {4: again, 8: again}
    assert asked(course).remind_at is None and asked(course).reminded == 2


def test_reminder_is_written_once_however_often_the_sweep_comes(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    assert sum(len(write(course, desk, NOW + 4 * DAY)) for _ in range(3)) == 1
    invitation = asked(course)
    invitation.remind_at, invitation.reminded = NOW + 4 * DAY, 0  # as a sweep that lost its memory would see it
    course.session.flush()
    assert write(course, desk, NOW + 4 * DAY) == []
    assert course.session.scalar(select(func.count()).select_from(Delivery)) == 2


def test_who_finished_is_not_reminded_and_who_began_is_in_the_own_language(course: Course, desk: Settings) -> None:
    done, busy = enrol(course, "Noor Bakker"), enrol(course, "Daan Visser")
    ask(course)
    write(course, desk, NOW)
    for student, given in ((done, FINE), (busy, {})):
        row = course.session.scalars(select(Invitation).where(Invitation.student_id == student.id)).one()
        begun = sitting.start(course.session, course.vault, row, "en" if not given else "nl", NOW)
        if given:
            course.fill(begun, given)
            sitting.submit(course.session, course.vault, begun, NOW)
    (letter,) = write(course, desk, NOW + 4 * DAY)
    assert letter.to == "daan@voorbeeld.nl" and letter.values["subject"] == "Daan, one more message from Sanne"
    assert [part["language"] for part in letter.values["parts"]] == ["en"]


def test_who_wants_no_more_gets_no_more(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    inviting.stop_reminders(course.session, course.vault, asked(course), NOW)
    inviting.stop_reminders(course.session, course.vault, asked(course), NOW + DAY)
    course.session.flush()
    assert write(course, desk, NOW + 4 * DAY) == []
    assert inviting.remind_now(course.session, course.vault, course.round, [course.group.id], "system", NOW) == 0
    assert asked(course).quiet_at == NOW


@pytest.mark.parametrize("change", ["revoked", "closed"])
def test_no_reminder_after_the_link_or_the_round_ended(course: Course, desk: Settings, change: str) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    if change == "revoked":
        asked(course).revoked_at = NOW
    else:
        plans.close_early(course.session, course.vault, course.round, "system", NOW + DAY)
    course.session.flush()
    assert write(course, desk, NOW + 4 * DAY) == [] and asked(course).remind_at is None


def test_school_s_most_is_more_than_a_round_or_a_person_can_ask(course: Course, desk: Settings) -> None:
    school.save_settings(course.session, course.vault, SchoolSettings(most_reminders=1), "system", NOW)
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    assert len(write(course, desk, NOW + 4 * DAY)) == 1 and write(course, desk, NOW + 8 * DAY) == []
    assert inviting.remind_now(course.session, course.vault, course.round, [course.group.id], "system", NOW) == 0


def test_person_reminds_now_in_addition(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    later = NOW + timedelta(hours=1)
    assert inviting.remind_now(course.session, course.vault, course.round, [course.group.id], "system", later) == 1
    course.session.flush()
    assert len(write(course, desk, later)) == 1
    assert asked(course).remind_at == later + 4 * DAY


@pytest.mark.parametrize(
    ("due", "leaves"),
    [
        (datetime(2026, 11, 27, 20, 0), datetime(2026, 11, 30, 9, 0)),  # Friday evening
        (datetime(2026, 11, 28, 10, 0), datetime(2026, 11, 30, 9, 0)),  # Saturday
        (datetime(2026, 12, 1, 7, 0), datetime(2026, 12, 1, 9, 0)),
        (datetime(2026, 12, 19, 10, 0), datetime(2027, 1, 4, 9, 0)),  # Christmas
        (datetime(2027, 3, 28, 3, 30), datetime(2027, 3, 29, 9, 0)),  # the night of 23 hours
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 26, 9, 0)),  # the night of 25 hours
        (datetime(2028, 2, 28, 19, 0), datetime(2028, 2, 29, 9, 0)),  # leap day
    ],
)
def test_reminder_leaves_by_day_and_never_on_holidays(
    course: Course, desk: Settings, due: datetime, leaves: datetime
) -> None:
    """R14."""
    chosen = SchoolSettings(holidays=((date(2026, 12, 19), date(2027, 1, 3)),), send_from=time(9), send_until=time(19))
    school.save_settings(course.session, course.vault, chosen, "system", NOW)
    enrol(course)
    course.round.opens_at, course.round.closes_at = NOW - 99 * DAY, NOW + 999 * DAY
    ask(course)
    write(course, desk, NOW)
    asked(course).remind_at = moment = due.replace(tzinfo=AMSTERDAM)
    course.session.flush()
    assert write(course, desk, moment) == []
    assert asked(course).remind_at == leaves.replace(tzinfo=AMSTERDAM)
    assert len(write(course, desk, leaves.replace(tzinfo=AMSTERDAM))) == 1


def test_reopened_round_reminds_again(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    plans.close_early(course.session, course.vault, course.round, "system", NOW + DAY)
    write(course, desk, NOW + 4 * DAY)
    assert asked(course).remind_at is None
    plans.reopen(course.session, course.vault, course.round, NOW + 30 * DAY, "system", NOW + 5 * DAY)
    inviting.plan_reminders(course.session, course.vault, course.round, NOW + 5 * DAY)
    course.session.flush()
    assert len(write(course, desk, NOW + 7 * DAY)) == 1  # a Monday


def test_changed_round_reckons_from_the_last_message_and_not_from_the_first(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    assert len(write(course, desk, NOW + 4 * DAY)) == 1  # the first reminder, on a Friday
    inviting.plan_reminders(course.session, course.vault, course.round, NOW + 4 * DAY)  # a new name
    course.session.flush()
    assert write(course, desk, NOW + 7 * DAY) == [] and asked(course).remind_at == NOW + 8 * DAY


# A round that closes before mail may leave

FRIDAY_EVENING = datetime(2026, 11, 27, 20, 30, tzinfo=AMSTERDAM)
SUNDAY = datetime(2026, 11, 29, 23, 59, tzinfo=AMSTERDAM)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=AMSTERDAM)


def ask_too_late(course: Course, desk: Settings) -> None:
    """Ask on the Friday evening before the Sunday on which the round closes."""
    enrol(course)
    course.round.closes_at = SUNDAY
    assert ask(course, FRIDAY_EVENING) == 1
    assert write(course, desk, FRIDAY_EVENING) == []


def stand(course: Course) -> Stand:
    (one,) = following.get_students(course.session, course.vault, course.round, course.group.id)
    return one.stand


def test_invitation_for_which_no_moment_is_left_is_shown_as_not_reached(course: Course, desk: Settings) -> None:
    ask_too_late(course, desk)
    assert (asked(course).invited_at, asked(course).reach, stand(course)) == (None, "late", Stand.UNREACHED)
    (count,) = following.count_classes(course.session, course.vault, course.round)
    assert (count.unreached, following.count_late(course.session, course.round)) == (1, 1)


def test_invitation_that_was_still_to_be_written_when_the_round_closed_is_not_lost(
    course: Course, desk: Settings
) -> None:
    enrol(course)
    ask(course, FRIDAY_EVENING)
    course.round.closes_at = SUNDAY
    course.session.flush()
    assert write(course, desk, SUNDAY) == [] and asked(course).reach == "late"


@pytest.mark.parametrize("change", ["longer", "opened again"])
def test_round_that_is_made_longer_sends_what_no_moment_was_left_for(
    course: Course, desk: Settings, change: str
) -> None:
    ask_too_late(course, desk)
    end, now = SUNDAY + 12 * DAY, FRIDAY_EVENING if change == "longer" else SUNDAY + timedelta(hours=1)
    if change == "longer":
        plans.change_round(
            course.session, course.vault, course.round, "Voorjaar", course.round.opens_at, end, PLAN, "system", now
        )
    else:
        plans.reopen(course.session, course.vault, course.round, end, "system", now)
    inviting.plan_reminders(course.session, course.vault, course.round, now)
    course.session.flush()
    assert stand(course) is Stand.PLANNED and following.count_late(course.session, course.round) == 0
    assert write(course, desk, now) == [] and asked(course).remind_at == MONDAY
    assert len(write(course, desk, MONDAY)) == 1 and asked(course).invited_at == MONDAY


def test_reminder_for_which_no_moment_is_left_hides_no_invitation(course: Course, desk: Settings) -> None:
    enrol(course)
    ask(course)
    write(course, desk, NOW)
    course.round.closes_at = SUNDAY
    asked(course).remind_at = FRIDAY_EVENING
    course.session.flush()
    assert write(course, desk, FRIDAY_EVENING) == []
    assert (asked(course).reach, asked(course).remind_at, stand(course)) == ("waiting", None, Stand.INVITED)


# The sweep, and what became of a message


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sweep(app: Flask) -> None:
    with app.app_context():
        tasks.sweep()


def test_sweep_writes_and_then_sends(
    app: Flask, course: Course, settings: Settings, sent: list[tuple[str, ...]], clock: time_machine.Traveller
) -> None:
    enrol(course)
    ask(course)
    course.session.commit()
    sweep(app)
    assert asked(course).reach == "waiting" and sent == []
    sweep(app)
    sweep(app)  # it is on the queue already
    row = course.session.scalars(select(Mail)).one()
    assert sent == [("send_mail", row.id)]
    with app.app_context():
        tasks.send_mail(row.id)
    assert (row.state, asked(course).reach) == ("sent", "sent")
    (file,) = Path(settings.mail_url.removeprefix("file:")).iterdir()
    assert read(file.read_bytes())["To"] == "noor@voorbeeld.nl"


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_many_mails_let_those_through_that_somebody_waits_for(
    app: Flask, course: Course, sent: list[tuple[str, ...]], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MAILS_QUEUED", 3)
    key = school_key(course.session, course.vault)
    for number in range(5):
        mail.write(course.session, key, mail.Letter(f"a{number}@voorbeeld.nl", "flag"), NOW - DAY, is_bulk=True)
    urgent = mail.write(course.session, key, mail.Letter("sanne@voorbeeld.nl", "flag"), NOW)
    course.session.commit()
    sweep(app)
    assert len(sent) == 3 and sent[0] == ("send_mail", urgent.id)
    sweep(app)
    assert len(sent) == 3  # no more than that wait on the queue
    clock.move_to(NOW + tasks.AGAIN)
    sweep(app)
    assert len(sent) == 6


def test_text_message_is_written_to_a_file(app: Flask, course: Course, tmp_path: Path) -> None:
    sms.transport(f"file:{tmp_path / 'sms'}")("06 0000 0001", "Hoi", "m1")
    assert (tmp_path / "sms" / "m1.txt").read_text() == "06 0000 0001\n\nHoi\n"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Michał Wójcik", "Michal Wojcik"),
        ("Işıl Yıldız", "Isil Yildiz"),
        ("Anđela", "Andela"),
        ("Sanne van ’t Hoff", "Sanne van 't Hoff"),
        ("Rene\N{COMBINING ACUTE ACCENT}", "René"),
    ],
)
def test_text_message_spells_names_in_the_letters_of_phones(name: str, written: str) -> None:
    assert sms.fit(name) == written


def test_retry_after_the_address_was_put_right_writes_to_the_new_one(course: Course, desk: Settings) -> None:
    student = enrol(course)
    ask(course)
    write(course, desk, NOW)
    first = course.session.scalars(select(Mail)).one()
    inviting.note(course.session, first, "bounced", "550 5.1.1", NOW)
    assert asked(course).reach == "bounced"
    key = school_key(course.session, course.vault)
    known = open_profile(key, student).to_json() | {"email": "noor.bakker@voorbeeld.nl"}
    student.profile = seal_profile(key, student.id, type(open_profile(key, student)).from_json(known))
    again = inviting.send_again(course.session, course.vault, desk, first, "system", NOW)
    assert isinstance(again, Mail) and mail.read(key, again).to == "noor.bakker@voorbeeld.nl"
    assert (first.state, again.state, asked(course).reach) == ("replaced", "waiting", "waiting")
    assert first.content == b"", "nothing of the wrong address is kept"
    inviting.note(course.session, first, "sent", "", NOW)  # the old one says nothing of the student any more
    assert asked(course).reach == "waiting"


def test_what_a_message_said_is_forgotten_after_a_month(course: Course, desk: Settings) -> None:
    for name in ("Noor Bakker", "Aylin Aker", "Bilal Bos"):
        enrol(course, name)
    ask(course)
    write(course, desk, NOW)
    sent, back, waiting = course.session.scalars(select(Mail).order_by(Mail.id)).all()
    inviting.note(course.session, sent, "sent", "", NOW)
    inviting.note(course.session, back, "bounced", "550 5.1.1", NOW)
    key = school_key(course.session, course.vault)
    of_account = mail.write(course.session, key, mail.Letter("sanne@voorbeeld.nl", "alarm"), NOW)
    of_account.state, kept = "sent", {row.id: row.content for row in (sent, back, waiting, of_account)}
    course.session.flush()
    after = {sent.id: b"", back.id: b"", waiting.id: kept[waiting.id]}
    for now, left in ((NOW + inviting.KEPT, kept), (NOW + inviting.KEPT + DAY, after)):
        inviting.forget(course.session, now)
        course.session.expire_all()
        assert {row.id: row.content for row in course.session.scalars(select(Mail))} == left
    (trouble,) = following.get_troubles(course.session, course.vault)
    assert (trouble.mail_id, trouble.problem) == (back.id, "550 5.1.1") and trouble.name
    again = inviting.send_again(course.session, course.vault, desk, back, "system", NOW + DAY)
    assert "voorbeeld.nl" in mail.read(key, again).to


def fail(course: Course, desk: Settings, number: int) -> Mail:
    """Ask a student, and remind until a message of that number; it could not be sent."""
    enrol(course)
    ask(course)
    for day in range(number + 1):
        assert len(write(course, desk, NOW + day * 4 * DAY)) == 1
    row = course.session.scalars(select(Mail).order_by(Mail.created_at.desc()).limit(1)).one()
    inviting.note(course.session, row, "failed", "SMTPServerDisconnected", NOW)
    course.session.flush()
    return row


def end(course: Course, why: WhyNot) -> None:
    """Let a message to the one student make no sense any more."""
    invitation = asked(course)
    if why is WhyNot.REVOKED:
        invitation.revoked_at = NOW
    elif why is WhyNot.QUIET:
        inviting.stop_reminders(course.session, course.vault, invitation, NOW)
    elif why is WhyNot.ENOUGH:
        school.save_settings(course.session, course.vault, SchoolSettings(most_reminders=0), "system", NOW)
    else:
        begun = sitting.start(course.session, course.vault, invitation, "nl", NOW)
        course.fill(begun, FINE)
        sitting.submit(course.session, course.vault, begun, NOW)
    course.session.flush()


@pytest.mark.parametrize("why", [WhyNot.REVOKED, WhyNot.FINISHED, WhyNot.QUIET, WhyNot.ENOUGH])
def test_retry_of_a_message_that_makes_no_sense_any_more_sends_nothing(
    course: Course, desk: Settings, why: WhyNot
) -> None:
    row = fail(course, desk, number=1)
    end(course, why)
    assert inviting.send_again(course.session, course.vault, desk, row, "system", NOW + 5 * DAY) is why
    course.session.flush()
    assert row.state == "replaced" and course.session.scalar(select(func.count()).select_from(Mail)) == 2
    assert following.get_troubles(course.session, course.vault) == []


def test_retry_after_the_round_closed_sends_nothing_until_it_is_opened_again(course: Course, desk: Settings) -> None:
    row = fail(course, desk, number=0)
    plans.close_early(course.session, course.vault, course.round, "system", NOW + DAY)
    now = NOW + 2 * DAY
    assert inviting.send_again(course.session, course.vault, desk, row, "system", now) is WhyNot.TOO_LATE
    assert (row.state, asked(course).reach) == ("failed", "failed")
    plans.reopen(course.session, course.vault, course.round, NOW + 30 * DAY, "system", now)
    again = inviting.send_again(course.session, course.vault, desk, row, "system", now)
    assert isinstance(again, Mail) and again.due_at == now


def test_retry_outside_the_hours_for_mail_waits_for_them(course: Course, desk: Settings) -> None:
    row = fail(course, desk, number=0)
    again = inviting.send_again(course.session, course.vault, desk, row, "system", FRIDAY_EVENING)
    assert isinstance(again, Mail) and (again.state, again.due_at) == ("waiting", MONDAY)


def test_retry_without_an_address_says_so(course: Course, desk: Settings) -> None:
    row = fail(course, desk, number=0)
    student = course.session.scalars(select(Student)).one()
    key = school_key(course.session, course.vault)
    known = open_profile(key, student).to_json() | {"email": ""}
    student.profile = seal_profile(key, student.id, type(open_profile(key, student)).from_json(known))
    assert inviting.send_again(course.session, course.vault, desk, row, "system", NOW) is WhyNot.NOWHERE
    assert (row.state, asked(course).reach) == ("failed", "nowhere")


# A message that waits on a mail server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what a mail server took; it takes nothing until the first entry is put in."""
    taken: list[str] = []

    def hand_over(message: EmailMessage, name: str) -> None:
        if not taken:
            raise mail.Undelivered("ConnectionRefusedError")
        taken.append(message["Subject"])

    monkeypatch.setattr(mail, "transport", lambda url: hand_over)
    return taken


def try_sending(app: Flask, clock: time_machine.Traveller, row: Mail, now: datetime) -> None:
    clock.move_to(now)
    with app.app_context():
        tasks.send_mail(row.id)


@pytest.mark.parametrize("why", [WhyNot.REVOKED, WhyNot.FINISHED, WhyNot.QUIET])
def test_message_that_was_not_taken_is_not_tried_again_once_it_makes_no_sense(
    app: Flask, course: Course, desk: Settings, clock: time_machine.Traveller, server: list[str], why: WhyNot
) -> None:
    row = fail(course, desk, number=1)
    row.state, now = "waiting", NOW + 4 * DAY
    course.session.commit()
    try_sending(app, clock, row, now)
    assert (row.state, row.attempts) == ("waiting", 1)
    server.append("it is up again")
    end(course, why)
    course.session.commit()
    try_sending(app, clock, row, now + timedelta(minutes=1))
    assert server == ["it is up again"] and row.state == "replaced"


def test_message_that_was_not_taken_waits_through_the_night(
    app: Flask, course: Course, desk: Settings, clock: time_machine.Traveller, server: list[str]
) -> None:
    row = fail(course, desk, number=0)
    row.state = "waiting"
    course.session.commit()
    server.append("it is up again")
    try_sending(app, clock, row, FRIDAY_EVENING)
    assert (server, row.state, row.attempts, row.due_at) == (["it is up again"], "waiting", 0, MONDAY)
    try_sending(app, clock, row, MONDAY)
    assert (server[1:], row.state) == (["Noor, een bericht van Sanne"], "sent")


def test_message_that_was_not_taken_before_the_round_closed_is_shown(
    app: Flask, course: Course, desk: Settings, clock: time_machine.Traveller, server: list[str]
) -> None:
    row = fail(course, desk, number=0)
    row.state, course.round.closes_at = "waiting", NOW + DAY
    course.session.commit()
    try_sending(app, clock, row, NOW + DAY)
    assert (row.state, row.problem, stand(course)) == ("failed", "closed", Stand.UNREACHED)
    (trouble,) = following.get_troubles(course.session, course.vault)
    assert trouble.mail_id == row.id


def test_message_that_is_replaced_while_it_is_being_sent_is_not_tried_beside_the_new_one(
    course: Course, desk: Settings
) -> None:
    row = fail(course, desk, number=0)
    inviting.send_again(course.session, course.vault, desk, row, "system", NOW)
    inviting.note(course.session, row, "waiting", "TimeoutError", NOW)  # the try that was going on comes back
    assert row.state == "replaced"
