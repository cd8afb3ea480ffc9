"""The page before sending: every answer on the path, and who will call when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from survey import route
from survey.definition.said import opened_by_options, say_answer
from survey.i18n import Catalogue
from survey.score import score
from survey.web.question_page import HelpLine, say_helplines, say_promises
from survey.web.respondent import Visit


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its answer in words, empty when none was given, and where to change it."""

    text: str
    answer: str
    change: str


@dataclass(slots=True)
class Topic:
    """The answers on one topic."""

    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What the template of the check page shows."""

    back: str
    mentor: str
    groups: list[Topic]
    promises: list[str]
    helplines: list[HelpLine]


def build(visit: Visit, words: Catalogue, now: datetime) -> CheckPage:
    """Return the check page, with what these answers raise and whom to call meanwhile."""
    definition, answers, sender = visit.definition, visit.answers, visit.sender
    raised = [definition.flags[id_] for id_ in score(definition, answers.values).flags]
    last = route.find_path(definition, answers.values).pages[-1]
    return CheckPage(
        back=url_for("respond.ask", page_id=last.id),
        mentor=sender.mentor_first,
        groups=group_answers(visit, words),
        promises=say_promises(raised, sender, words, now),
        helplines=say_helplines(definition, raised, sender, words),
    )


def group_answers(visit: Visit, words: Catalogue) -> list[Topic]:
    """Return the questions of the path with their answers, those that follow each other on one topic together."""
    definition, path = visit.definition, route.find_path(visit.definition, visit.answers.values)
    asked, groups = set(path.questions) - opened_by_options(definition), list[Topic]()
    for page in path.pages:
        for id_ in page.questions:
            question = definition.questions[id_]
            if id_ not in asked or not question.takes_answer:
                continue
            title = words.words(definition.topics.get(question.topic or "", {}))
            if not groups or groups[-1].title != title:
                groups.append(Topic(title))
            change = url_for("respond.ask", page_id=page.id, terug="controle")
            answer = say_answer(definition, id_, path.values, words.language)
            groups[-1].rows.append(Row(visit.say(words, question.text), answer, change))
    return groups
