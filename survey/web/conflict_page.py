"""The page for an answer that another tab or phone changed meanwhile: both are shown, the student chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, make_response, render_template, request, url_for
from werkzeug import Response

from survey import sitting as stage
from survey.answers import Value
from survey.definition.said import say_answer
from survey.web import current, respondent
from survey.web.check_page import Row
from survey.web.pages import here
from survey.web.saving import say_seen


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two answers, and the fields with which it is sent."""

    title: str
    rows: list[Row]
    fields: list[tuple[str, str]]


def show(conflict: stage.Conflict) -> Response:
    """Return the page, 409; what is chosen is sent with the newest revisions."""
    visit, words = respondent.visit(), current.words()
    _, answers = stage.read(current.session(), current.vault(), visit.sitting)
    questions = conflict.page.questions
    sides = [
        Side(words.text("What you filled in here"), _rows(conflict.mine), _fields(questions, {})),
        Side(words.text("What you filled in elsewhere"), _rows(conflict.theirs), _fields(questions, conflict.theirs)),
    ]
    is_own_page = request.endpoint == "respond.answer"  # else the page was one of several, or waited in the browser
    action = here() if is_own_page else url_for("respond.answer", page_id=conflict.page.id)
    page = render_template("respond/conflict.html", choices=sides, seen=say_seen(answers, questions), action=action)
    return make_response(page, 409)


def _rows(values: Mapping[str, Value | None]) -> list[Row]:
    visit, words = respondent.visit(), current.words()
    questions = visit.definition.questions
    given = {id_: value for id_, value in values.items() if value is not None}
    return [
        Row(visit.say(words, questions[id_].text), say_answer(visit.definition, id_, given, words.language), "")
        for id_ in values
    ]


def _fields(questions: tuple[str, ...], theirs: Mapping[str, Value | None]) -> list[tuple[str, str]]:
    """Return the fields of the whole page as they were sent, with these answers in the place of those."""
    fields: list[tuple[str, str]] = []
    for id_ in questions:
        sent = _as_sent(id_, theirs[id_]) if id_ in theirs else g.get("sent", request.form).getlist(id_)
        fields.extend((id_, text) for text in sent)
    return fields


def _as_sent(question: str, value: Value | None) -> list[str]:
    """Return a stored answer as a form would send it."""
    asked = respondent.visit().definition.questions[question]
    return [] if value is None else asked.written_in(value, current.language())
