"""A small questionnaire with a branch, an empty field, a flag and a priority, and students on their way through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from factories import Campus
from sqlalchemy.orm import Session

from survey import sitting
from survey.access import Role
from survey.definition.model import Page
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, Round, Sitting
from survey.vault import Vault

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday morning in school
LATER = NOW + timedelta(minutes=5)
SOURCE = """\
id: stap
version: 1
languages: [nl]
title: Stap
questions:
  doel:
    kind: choice
    text: Wat ga je doen?
    options: {werken: {text: Werken}, leren: {text: Leren}, weet_niet: {state: unknown, text: Weet ik niet}}
  baan:
    kind: choice
    text: Heb je werk?
    show_if: doel in [werken]
    options: {ja: {points: 0, text: Ja}, nee: {points: 3, text: Nee}}
  slapen:
    kind: choice
    text: Heb je een slaapplek?
    options: {ja: {points: 0, text: Ja}, nee: {points: 3, text: Nee}}
  eten:
    kind: choice
    text: Heb je genoeg te eten?
    options: {ja: {points: 0, text: Ja}, nee: {points: 3, text: Nee}}
  eigen: {kind: short_text, text: Wat kan jij goed?, required: false}
pages:
  - {id: doel, questions: [doel]}
  - {id: baan, questions: [baan]}
  - {id: thuis, questions: [slapen, eten]}
  - {id: eigen, questions: [eigen]}
scales:
  thuis: {op: mean, of: [slapen, eten], bands: [{below: 1, label: goed}, {label: hulp}], unknown: onbekend}
counts:
  open: {of: [{id: geen_werk, when: "baan in [nee]", text: Je hebt geen werk.}]}
rules:
  - set: vraag
    cases: [{when: "slapen in [nee]", value: ja}, {when: "slapen in [ja]", value: nee}]
    unknown: misschien
  - set: spoed
    cases: [{when: "thuis.band == hulp", value: 1}, {when: "open >= 1", value: 2}, {when: "thuis.band == goed", value: 4}]
    unknown: 2
    values: {1: {text: nu}, 2: {text: snel}, 4: {text: later}}
flags:
  - {id: dakloos, when: "slapen in [nee]", within: today, to: mentor, text: Heeft geen slaapplek.}
  - {id: honger, when: "eten in [nee]", within: week, to: coordinator, text: Heeft niet genoeg te eten.}
bands: {goed: {text: Goed, tone: good}, hulp: {text: Hulp, tone: help}, onbekend: {text: Weten we niet}}
report: {priority: spoed, asked: vraag, not_arranged: open, destination: doel}
"""

FINE = {"doel": "werken", "baan": "ja", "slapen": "ja", "eten": "ja"}
WORRIED = {"doel": "werken", "baan": "nee", "slapen": "nee", "eten": "nee", "eigen": "Koken."}


@dataclass(slots=True)
class Course:
    """A round with one class; answers, sends and looks on behalf of its students."""

    campus: Campus
    mentor: Staff
    coordinator: Staff
    group: Group
    round: Round

    @property
    def session(self) -> Session:
        """Return the session of the test."""
        return self.campus.session

    @property
    def vault(self) -> Vault:
        """Return the vault of the test."""
        return self.campus.vault

    def invite(self, name: str = "Noor Bakker", **more: Any) -> tuple[Student, Invitation, str]:
        """Ask one more student; return the token of the link too."""
        student = self.campus.student(self.group, name, **more)
        return student, *self.campus.invitation(self.round, student)

    def begin(self, name: str = "Noor Bakker", now: datetime = NOW) -> Sitting:
        """Let one more student press Start."""
        return sitting.start(self.session, self.vault, self.invite(name)[1], "nl", now)

    def answer(self, begun: Sitting, page: str, seen: dict[str, int] | None = None, **given: Any) -> Page | None:
        """Answer a page as its form shows it now, or as it was `seen` before."""
        _, answers = sitting.read(self.session, self.vault, begun)
        revisions = {question: answers.revision(question) for question in given} if seen is None else seen
        return sitting.answer(self.session, self.vault, begun, page, given, revisions, NOW)

    def fill(self, begun: Sitting, given: dict[str, Any]) -> None:
        """Answer page after page to the end."""
        definition, _ = sitting.read(self.session, self.vault, begun)
        page: Page | None = definition.pages[0]
        while page is not None:
            page = self.answer(begun, page.id, **{question: given.get(question) for question in page.questions})

    def send(self, given: dict[str, Any], name: str = "Noor Bakker", now: datetime = LATER) -> Sitting:
        """Bring one more student from Start to sent."""
        begun = self.begin(name)
        self.fill(begun, given)
        sitting.submit(self.session, self.vault, begun, now)
        return begun


def make_course(campus: Campus, source: str = SOURCE) -> Course:
    """Store a mentor, a coordinator, a class and a round."""
    mentor, coordinator = campus.staff(), campus.staff(Role.coordinator, "Karim Bakker")
    return Course(campus, mentor, coordinator, campus.group(mentor), campus.round(source, now=NOW))
