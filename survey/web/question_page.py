"""The page of one question: where it stands on the path, what was said before, and who can be called at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from flask import url_for
from wtforms.form import BaseForm

from survey import route
from survey.answers import Answers
from survey.definition.model import Definition, Flag, Helpline, Page
from survey.form import Asked, describe, errors_of, values_of
from survey.hours import ZONE, due_at, is_open, next_school_day
from survey.i18n import Catalogue
from survey.score import score
from survey.web.readers import say_readers
from survey.web.respondent import Visit
from survey.web.saving import say_seen
from survey.web.sender import Sender

DAYS_IN_WEEK = 7
NEAR = ("today", "tomorrow")  # messages of respond.po
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_REVISION = re.compile(r"[0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Somebody to call now."""

    text: str
    phone: str
    url: str


@dataclass(frozen=True, slots=True)
class Help:
    """What stands right after an acute answer: whom to call now, and what follows when everything is sent."""

    lines: list[HelpLine]
    following: list[str]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """What the template of a question shows."""

    action: str
    back: str | None
    number: int
    total: int
    topic: str
    title: str  # heading of a page with several questions
    asked: list[Asked]
    errors: dict[str, str]  # by question, in words
    seen: str  # "question:revision" of each, so that another tab's change is noticed
    is_saved: bool
    resumes: bool
    to_check: bool
    help: Help | None
    reasons: list[tuple[str, str]]  # why it is asked ("" when that is plain) and who reads it, each once

    @property
    def is_question(self) -> bool:
        """Return whether something can be answered here."""
        return any(asked.question.takes_answer for asked in self.asked)


def find_open(definition: Definition, answers: Answers, page_id: str) -> Page | None:
    """Return a page of the path that may be opened: not behind the first open one."""
    first_open = route.first_open(definition, answers.values)
    for page in route.find_path(definition, answers.values).pages:
        if page.id == page_id:
            return page
        if first_open is not None and page.id == first_open.id:
            return None
    return None


def build(
    visit: Visit,
    page: Page,
    form: BaseForm,
    words: Catalogue,
    after: str | None,
    resumes: bool,
    to_check: bool,
    now: datetime,
) -> QuestionPage:
    """Return a question's page; `after` is the page that was just saved."""
    definition, values = visit.definition, visit.answers.values
    number, total = route.progress(definition, values, page.id)
    say, beside = partial(visit.say, words), visit.beside(words)
    asked = describe(definition, page, visit.answers, form, words, say, beside)
    topic = next((each.question.topic for each in asked if each.question.topic), None)
    return QuestionPage(
        action=url_for("respond.answer", page_id=page.id, terug="controle" if to_check else None),
        back=_back(definition, visit.answers, page, to_check),
        number=number,
        total=total,
        topic=words.words(definition.topics.get(topic, {})) if topic else "",
        title=visit.say(words, page.title),
        asked=asked,
        errors=errors_of(form, words),
        seen=say_seen(visit.answers, values_of(form)),
        is_saved=bool(values),
        resumes=resumes,
        to_check=to_check,
        help=_help_after(visit, after, words, now),
        reasons=_say_reasons(asked, visit.sender, words),
    )


def read_seen(text: str) -> dict[str, int]:
    """Return the revisions that a page was shown with; what is not written as we write it is left out."""
    pairs = (part.partition(":") for part in text.split())
    return {name: int(revision) for name, _, revision in pairs if _REVISION.fullmatch(revision)}


def raised_by(definition: Definition, answers: Answers, questions: tuple[str, ...]) -> list[Flag]:
    """Return the flags that hold now and ask after one of these questions."""
    raised = (definition.flags[id_] for id_ in score(definition, answers.values).flags)
    return [flag for flag in raised if flag.when.names & set(questions)]


def say_helplines(definition: Definition, flags: list[Flag], sender: Sender, words: Catalogue) -> list[HelpLine]:
    """Return whom to call now for these flags, each once."""
    named: dict[str, Helpline] = {id_: definition.helplines[id_] for flag in flags for id_ in flag.helplines}
    return [HelpLine(sender.say(words, line.text), line.phone, line.url) for line in named.values()]


def say_help(flags: list[Flag], visit: Visit, words: Catalogue, now: datetime) -> Help | None:
    """Return what stands right after an answer that raised these flags; the mentor first, in hours of the school."""
    sender = visit.sender
    lines = say_helplines(visit.definition, flags, sender, words)
    if not lines:
        return None
    if sender.phone and is_open(now, sender.settings.hours):
        lines.insert(0, HelpLine(words.text("Your mentor {mentor}", mentor=sender.mentor_first), sender.phone, ""))
    sends = words.text("Go on and send everything. Then {mentor} knows.", mentor=sender.mentor_first)
    return Help(lines, [sends, *say_promises(flags, sender, words, now)])


def promise(flag: Flag, sender: Sender, words: Catalogue, now: datetime) -> str:
    """Return who will call and when, as the flag's text for the student says it."""
    is_today, works = flag.within == "today", sender.settings.hours
    due = next_school_day(now, works) if is_today else due_at(now, DAYS_IN_WEEK, works).date()
    return sender.say(words, flag.student, day=say_day(words, due, now), date=words.day_of_month(due))


def say_promises(flags: list[Flag], sender: Sender, words: Catalogue, now: datetime) -> list[str]:
    """Return who will call and when, each sentence once: two flags are one call."""
    sentences = (part for flag in flags for part in _SENTENCE.split(promise(flag, sender, words, now)) if part)
    return list(dict.fromkeys(sentences))


def say_day(words: Catalogue, day: date, now: datetime) -> str:
    """Return "vandaag", "morgen", "maandag", or "maandag 8 juni" for a later week."""
    ahead = (day - now.astimezone(ZONE).date()).days
    if ahead < len(NEAR):
        return words.text(NEAR[ahead])
    return words.weekday(day) if ahead < DAYS_IN_WEEK else words.day(day)


def _say_reasons(asked: list[Asked], sender: Sender, words: Catalogue) -> list[tuple[str, str]]:
    """Return why each question is asked and who reads its answer; what holds for several is said once."""
    answered = (each for each in asked if each.question.takes_answer)
    said = (("" if each.explains else each.why, say_readers(each.question, sender, words)) for each in answered)
    return list(dict.fromkeys((why, " ".join(readers)) for why, readers in said))


def _back(definition: Definition, answers: Answers, page: Page, to_check: bool) -> str | None:
    if to_check:
        return url_for("respond.check")
    previous = route.previous_page(definition, answers.values, page.id)
    return url_for("respond.ask", page_id=previous.id) if previous else None


def _help_after(visit: Visit, after: str | None, words: Catalogue, now: datetime) -> Help | None:
    """Return whom to call when the page before this one raised a flag; at once, not only after sending."""
    answered = next((page for page in visit.definition.pages if page.id == after), None)
    if answered is None:
        return None
    flags = raised_by(visit.definition, visit.answers, answered.questions)
    return say_help(flags, visit, words, now)
