"""The privacy notice whole, made from the definition: of each question what it is for, on what ground, who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from survey import route
from survey.access import Anyone, Respondent, policy
from survey.definition.model import Definition
from survey.definition.piping import pipes_in
from survey.definition.said import opened_by_options
from survey.i18n import Catalogue
from survey.kinds import Question
from survey.store.database import only_reads
from survey.web import current, errors, link, respondent
from survey.web.readers import say_readers
from survey.web.sender import Sender

bp = Blueprint("notice", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One question: its words, what the answer is for, the legal ground when it is its own, who reads it."""

    text: str
    purpose: str
    ground: str
    readers: list[str]


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What the template of the notice shows."""

    back: str
    notice: list[str]
    ground: str
    months: int
    objection_to: str
    topics: list[tuple[str, list[Row]]]


@bp.get("/U/<token>/privacy")
@bp.get("/u/<token>/privacy")
@policy(Anyone)
def show_before(token: str) -> ResponseReturnValue:
    """Say everything before the first question is asked. Stores nothing, as the start page."""
    only_reads(current.session())
    asked = link.find_asked(token)
    if asked is None:
        return errors.unknown_link()
    page = build(asked.definition, asked.sender, current.words(), url_for("respond.show_start", token=token))
    return render_template("respond/notice.html", page=page)


@bp.get("/privacy")
@policy(Respondent)
def show() -> ResponseReturnValue:
    """Say everything to who is answering; leads back to the first open question."""
    visit = respondent.visit()
    page = route.first_open(visit.definition, visit.answers.values)
    back = url_for("respond.ask", page_id=page.id) if page else url_for("respond.check")
    return render_template("respond/notice.html", page=build(visit.definition, visit.sender, current.words(), back))


def build(definition: Definition, sender: Sender, words: Catalogue, back: str) -> NoticePage:
    """Return the notice of a questionnaire in the language of the page."""
    return NoticePage(
        back=back,
        notice=[line for line in sender.say(words, definition.notice).split("\n") if line],
        ground=sender.say(words, definition.ground),
        months=sender.settings.retention_months,
        objection_to=sender.settings.objection_to,
        topics=list(_by_topic(definition, sender, words)),
    )


def _by_topic(definition: Definition, sender: Sender, words: Catalogue) -> Iterator[tuple[str, list[Row]]]:
    """Yield each topic with its questions, in the order in which they can be asked."""
    behind_options = opened_by_options(definition)
    topics: dict[str, list[Row]] = {}
    for page in definition.pages:
        for id_ in page.questions:
            question = definition.questions[id_]
            if question.takes_answer and id_ not in behind_options:
                title = words.words(definition.topics.get(question.topic or "", {}))
                topics.setdefault(title, []).append(_row(question, sender, words))
    yield from topics.items()


def _row(question: Question, sender: Sender, words: Catalogue) -> Row:
    text = sender.say(words, question.text)
    return Row(
        # What is piped in is not known before it was answered.
        text="" if any(pipes_in(text)) else text,
        purpose=sender.say(words, question.purpose),
        ground=sender.say(words, question.ground),
        readers=say_readers(question, sender, words),
    )
