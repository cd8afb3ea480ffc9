"""Asking and reminding classes, each behind a page that says what will happen; what they read; what did not arrive."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug import Response

from survey import audit, following, inviting, jobs, mail, messages, response
from survey.access import Role, Staff, policy
from survey.following import Stand
from survey.hours import ZONE
from survey.i18n import catalogue
from survey.messages import INVITATION, REMINDER
from survey.records import Profile, open_profile, school_key
from survey.store.people import Group, Student
from survey.store.surveying import Invitation, Round
from survey.store.traces import Mail
from survey.web import reach, response_picture
from survey.web.alarms import say_near
from survey.web.current import now, session, settings, vault, words
from survey.web.rounds import make_head, to_round
from survey.web.sign_in import person, records, render

bp = Blueprint("asking", __name__, url_prefix="/staff")

#: Where a student stands, in messages of the catalogue, and the tone of its sign.
STANDS = {
    Stand.UNASKED: ("not asked", "none"),
    Stand.PLANNED: ("message is planned", "none"),
    Stand.INVITED: ("asked", "none"),
    Stand.UNREACHED: ("not reached", "help"),
    Stand.OPENED: ("opened", "none"),
    Stand.STARTED: ("started", "mind"),
    Stand.FINISHED: ("finished", "good"),
    Stand.DISCUSSED: ("discussed", "good"),
    Stand.AGREED: ("agreed", "good"),
    Stand.REFUSED: ("said no", "mind"),
    Stand.WITHDRAWN: ("took back", "mind"),
}
#: What became of the newest message, in messages of the catalogue.
REACHES = {
    "": "",
    "waiting": "is being sent",
    "sent": "delivered",
    "bounced": "came back: the address does not exist or takes no mail",
    "failed": "could not be sent",
    "nowhere": "no e-mail address",
    "late": "no time left before the round closes",
}
#: Why a message was not sent again, by inviting.WhyNot, in messages of the catalogue; or that it leaves later.
UNSENT = {
    "revoked": "Nothing was sent: the student's link was revoked.",
    "finished": "Nothing was sent: the student has finished.",
    "quiet": "Nothing was sent: the student wants no more reminders.",
    "enough": "Nothing was sent: the school allows no more reminders.",
    "nowhere": "Nothing was sent: there is no address. Put one in at the student's data, then send again.",
    "late": "Nothing was sent: the round closes before mail may leave. Make the round longer, then send again.",
    "later": "The message leaves as soon as mail to students may leave.",
}
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
#: Names in the preview, plainly of nobody.
SAMPLE = "Noor"


@bp.get("/rounds/<round_id>/ask")
@policy(Staff(Role.coordinator))
def show_ask(round_id: str) -> ResponseReturnValue:
    """Say who would be asked, by which way, and when it leaves."""
    return _confirm(reach.get_round(round_id), INVITATION)


@bp.post("/rounds/<round_id>/ask")
@policy(Staff(Role.coordinator))
def ask(round_id: str) -> Response:
    """Ask the students of the chosen classes."""
    round_ = reach.get_round(round_id)
    inviting.ask(session(), vault(), round_, _chosen(request.form.getlist("class")), person().actor, now())
    jobs.plan(session(), "write_messages")
    return to_round(round_)


@bp.get("/rounds/<round_id>/remind")
@policy(Staff(Role.coordinator))
def show_remind(round_id: str) -> ResponseReturnValue:
    """Say who would be reminded, and when it leaves."""
    return _confirm(reach.get_round(round_id), REMINDER)


@bp.post("/rounds/<round_id>/remind")
@policy(Staff(Role.coordinator))
def remind(round_id: str) -> Response:
    """Remind those of the chosen classes who have not finished."""
    round_ = reach.get_round(round_id)
    inviting.remind_now(session(), vault(), round_, _chosen(request.form.getlist("class")), person().actor, now())
    jobs.plan(session(), "write_messages")
    return to_round(round_)


@bp.get("/rounds/<round_id>/preview")
@policy(Staff(Role.coordinator))
def show_preview(round_id: str) -> str:
    """Show a message as a student reads it, with a link that leads nowhere."""
    round_, kind = reach.get_round(round_id), _kind()
    letter, text = _samples(round_, kind)
    subject, plain, _ = mail.render(letter, settings())
    return render(
        "message_preview",
        head=make_head(round_),
        kind=kind,
        subject=subject,
        plain=plain,
        text=text,
        html_url=url_for("asking.show_html", round_id=round_.id, kind=kind),
        others=[(one, url_for("asking.show_preview", round_id=round_.id, kind=one)) for one in (INVITATION, REMINDER)],
    )


@bp.get("/rounds/<round_id>/preview.html")
@policy(Staff(Role.coordinator))
def show_html(round_id: str) -> Response:
    """Show the mail itself, as a mail program does; its one style is allowed by its hash."""
    letter, _ = _samples(reach.get_round(round_id), _kind())
    page = mail.render(letter, settings())[2]
    for css in STYLE.findall(page):
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        g.setdefault("styles", set()).add(f"'sha256-{digest}'")
    return make_response(page)


@bp.get("/rounds/<round_id>/classes/<group_id>")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_class(round_id: str, group_id: str) -> str:
    """Show where each student of a class stands, with a text for another way; that one had the links is recorded."""
    round_, group = reach.get_round(round_id), reach.get_group(group_id)
    desk = inviting.open_desk(session(), vault(), settings(), now())
    texts = inviting.write_to_copy(desk, round_, group, "nl")
    audit.record(session(), vault(), person().actor, "class.copy_links", f"class:{group.id}", now())
    found = following.get_students(session(), vault(), round_, group.id, reach.own_id())
    days = response.get_days(session(), round_, now(), group.id, reach.own_id())
    return render(
        "follow",
        head=make_head(round_),
        group=group.name,
        class_url=url_for("staff.show_class", group_id=group.id, round=round_.id),
        is_coordinator=person().role is Role.coordinator,
        chart=response_picture.draw(days, sum(one.stand is not Stand.UNASKED for one in found), words()),
        students=[_say_student(one, texts.get(one.student_id, "")) for one in found],
    )


@bp.get("/mails")
@policy(Staff(Role.coordinator))
def show_mails() -> str:
    """Show the messages that did not arrive, with what to do."""
    said = words()
    lines = [
        {
            "id": one.mail_id,
            "to": one.name or said.text("a colleague"),
            "url": url_for("staff.show_student", student_id=one.student_id) if one.student_id else "",
            "round": one.round_name,
            "when": say_near(one.at, now(), said),
            "state": said.text("{n} tries, tried again later", n=one.attempts)
            if one.state == "waiting"
            else said.text(REACHES[one.state]),
            "problem": one.problem,
        }
        for one in following.get_troubles(session(), vault())
    ]
    why = UNSENT.get(request.args.get("unsent", ""))
    return render("mails", mails=lines, unsent=said.text(why) if why else "")


@bp.post("/mails/<mail_id>/retry")
@policy(Staff(Role.coordinator))
def retry(mail_id: str) -> Response:
    """Send a message that did not arrive once more, to a student at the address that is known now; or say why not."""
    row = session().get(Mail, mail_id, with_for_update=True) or abort(404)
    unsent = None
    if row.state in ("failed", "bounced", "waiting"):
        again = inviting.send_again(session(), vault(), settings(), row, person().actor, now())
        if isinstance(again, inviting.WhyNot):
            unsent = again.value
        elif again.due_at > now():
            unsent = "later"
        else:
            jobs.plan(session(), "send_mail", again.id)
    return redirect(url_for("asking.show_mails", unsent=unsent), 303)


def _kind() -> str:
    return REMINDER if request.args.get("kind") == REMINDER else INVITATION


def _chosen(ids: list[str]) -> list[str]:
    """Return those classes of the school that were chosen."""
    return list(session().scalars(select(Group.id).where(Group.id.in_(ids))))


def _confirm(round_: Round, kind: str) -> ResponseReturnValue:
    """Return the page before a message goes to many: to whom, how, when, and what they read; back without a class."""
    chosen = _chosen(request.args.getlist("class"))
    if not chosen:
        return to_round(round_, refused="class")
    desk = inviting.open_desk(session(), vault(), settings(), now())
    ways = _count_ways(round_, chosen, kind)
    return render(
        "ask",
        head=make_head(round_),
        is_reminder=kind == REMINDER,
        chosen=chosen,
        classes=following.count_classes(session(), vault(), round_),
        ways=ways,
        total=sum(ways.values()),
        leaves=say_leaves(round_, desk),
        is_late=desk.leaves(round_) is None,
        change_url=url_for("rounds.show_change", round_id=round_.id),
        preview_url=url_for("asking.show_preview", round_id=round_.id, kind=kind),
    )


def _count_ways(round_: Round, group_ids: list[str], kind: str) -> dict[str, int]:
    """Return how many students would get a mail, a text message, or nothing for want of an address."""
    statement = (
        select(Student, Invitation)
        .outerjoin(Invitation, (Invitation.student_id == Student.id) & (Invitation.round_id == round_.id))
        .where(Student.group_id.in_(group_ids))
    )
    ways, key = {"mail": 0, "sms": 0, "nowhere": 0}, school_key(session(), vault())
    unfinished = _unfinished(round_, group_ids) if kind == REMINDER else set()
    for student, invitation in session().execute(statement):
        is_asked = invitation is not None and (invitation.invited_at is not None or invitation.revoked_at is not None)
        if is_asked if kind == INVITATION else student.id not in unfinished:
            continue
        ways[way_to(open_profile(key, student))] += 1
    return ways


def way_to(profile: Profile) -> str:
    """Return by which way a message reaches a student: "mail", "sms", or "nowhere" for want of an address."""
    return "mail" if profile.email else "sms" if profile.phone and settings().sms_url else "nowhere"


def say_leaves(round_: Round, desk: inviting.Desk) -> str:
    """Return when a message that is asked for now leaves, or that it does not."""
    leaves = desk.leaves(round_)
    if leaves is None:
        return words().text("no more before the round closes")
    return words().text("at once") if leaves <= now() else say_near(leaves, now(), words())


def _unfinished(round_: Round, group_ids: list[str]) -> set[str]:
    return set(session().scalars(inviting.unfinished(session(), round_, group_ids).with_only_columns(Student.id)))


def _samples(round_: Round, kind: str) -> tuple[mail.Letter, str]:
    """Return the mail and the text message to somebody who does not exist."""
    desk = inviting.open_desk(session(), vault(), settings(), now())
    plan, group = desk.plan(round_), session().scalars(select(Group).order_by(Group.name).limit(1)).first()
    sender = plan.sender_id or (group.mentor_id if group else person().id)
    until = {language: catalogue(language).date(round_.closes_at) for language in messages.LANGUAGES}
    link = f"{settings().base_url.rstrip('/')}/u/{'0' * 26}"
    someone = messages.Person(SAMPLE, desk.name(sender), desk.school.name, until, link)
    letter = messages.letter(someone, plan.texts, kind, messages.LANGUAGES, "noor@voorbeeld.nl")
    return letter, str(messages.text_message(someone, kind, "nl", "").values["text"])


def _say_student(one: following.Follow, text: str) -> dict[str, object]:
    said = words()
    stand, tone = STANDS[one.stand]
    state = said.text(stand)
    if one.stand is Stand.STARTED:
        state = said.text("{done} of {total}", done=one.done, total=one.total)
    more = [said.text(REACHES[one.reach])] if one.reach in following.UNREACHED else []
    if one.reminded:
        more.append(said.plural("{n} reminder", "{n} reminders", one.reminded))
    if one.is_quiet:
        more.append(said.text("wants no reminders"))
    elif one.remind_at and one.remind_at > now() and one.stand in following.WRITABLE:
        more.append(said.text("next message {moment}", moment=say_near(one.remind_at.astimezone(ZONE), now(), said)))
    return {
        "id": one.student_id,
        "name": one.name,
        "url": url_for("staff.show_student", student_id=one.student_id) if one.stand is not Stand.UNASKED else "",
        "state": state,
        "tone": tone,
        "more": " · ".join(more),
        "text": text,
    }
