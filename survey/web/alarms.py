"""Flags on a page: one card a student, with what it is about, since when, before when, and who has it in hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for

from survey.flags import Raised
from survey.hours import ZONE
from survey.i18n import Catalogue
from survey.web.current import now, words


@dataclass(frozen=True, slots=True)
class Alarm:
    """The flags of one student that stand in one hand, or in none."""

    name: str
    group: str
    what: tuple[str, ...]
    when: str
    taken: str
    phone: str  # "" when not known, or when somebody took it up
    url: str
    take_url: str
    next: str


@dataclass(frozen=True, slots=True)
class Alarms:
    """Those that wait for somebody first; then those that somebody took up."""

    open: tuple[Alarm, ...]
    taken: tuple[Alarm, ...]


def show(raised: Iterable[Raised]) -> Alarms:
    """Return flags in words, one card for all of a student that were taken up together.

    The first due stands first, then who has most flags, then who waits longest.
    """
    by_student: dict[tuple[str, datetime | None], list[Raised]] = {}
    for flag in raised:
        by_student.setdefault((flag.sitting_id, flag.taken_at), []).append(flag)
    urgent = sorted(by_student.values(), key=lambda flags: (flags[0].due_at, -len(flags)))
    alarms = [(flags[0].taken_at is None, _alarm(flags)) for flags in urgent]
    return Alarms(
        open=tuple(alarm for is_open, alarm in alarms if is_open),
        taken=tuple(alarm for is_open, alarm in alarms if not is_open),
    )


def _alarm(flags: list[Raised]) -> Alarm:
    said, first = words(), flags[0]
    since = said.text("since {moment}", moment=say_near(first.raised_at, now(), said))
    due = min(flag.due_at for flag in flags).astimezone(ZONE)
    day = said.text("today") if due.date() == now().astimezone(ZONE).date() else said.day(due)
    before = said.text("call {day} before {time}", day=day, time=f"{due:%H:%M}")
    taken, gone, late = "", said.text("This student took the answers back since. Ask how it goes."), ""
    if first.escalated_at is not None:
        late = said.text("passed on to the coordinator, {moment}", moment=say_near(first.escalated_at, now(), said))
    if first.taken_at is not None:
        moment = say_near(first.taken_at, now(), said)
        taken = said.text("taken up by {name}, {moment}", name=first.taken_by, moment=moment)
    url = url_for("staff.show_student", student_id=first.student_id, round=first.round_id)
    return Alarm(
        name=first.name,
        group=first.group,
        what=tuple(dict.fromkeys(said.words(flag.text) or gone for flag in flags)),
        when=" · ".join(part for part in (since, "" if taken else before, late) if part),
        taken=taken,
        phone="" if taken else first.phone,
        url=url,
        take_url=url_for("staff.take_flag", flag_id=first.id),
        # A refused form stands at an address that cannot be opened again.
        next=request.full_path.rstrip("?") if request.method == "GET" else url,
    )


def say_near(moment: datetime, now: datetime, words: Catalogue) -> str:
    """Return a moment as people say it who live in it: "vandaag 14:05", "maandag 23 november 17:00"."""
    local, today = moment.astimezone(ZONE), now.astimezone(ZONE).date()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return words.text("today {time}", time=clock)
    return f"{words.day(local)} {clock}"
