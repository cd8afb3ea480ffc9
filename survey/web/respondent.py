"""The student behind a cookie: whose sitting this is, what was asked and answered, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from flask import g, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from survey import route
from survey import sitting as stage
from survey.answers import Answers, Values
from survey.definition.model import Definition
from survey.definition.piping import pipe, pipes_in
from survey.definition.prefill import Facts, wanted
from survey.definition.wording import choose
from survey.i18n import Catalogue, catalogue, languages
from survey.kinds.question import Varied
from survey.store.database import only_reads
from survey.store.people import Group, School, Staff, Student, mentor_of
from survey.store.scope import in_school
from survey.store.surveying import Invitation, Round, Sitting
from survey.web import current, errors
from survey.web.headers import KEPT
from survey.web.limits import READING
from survey.web.sender import Sender, read_facts, read_sender

#: In the cookie: the sitting whose student is known on this phone, by having filled it in or by the birth date.
KNOWN = "known"
#: In the cookie: that the first language of the questionnaire is wanted beside the chosen one.
BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a student: the rows, opened."""

    sitting: Sitting
    invitation: Invitation
    round: Round
    sender: Sender
    definition: Definition
    answers: Answers
    facts: Facts  # what the school knows, as far as the questionnaire fills it in

    def say(self, words: Catalogue, text: Mapping[str, str]) -> str:
        """Return a text of a question in the language of the page, with names and answers filled in."""
        if isinstance(text, Varied):
            text = choose(self.definition, text, self._told())
        said = self.sender.say(words, text)
        return pipe(said, self.definition, self._told(), words.language) if any(pipes_in(said)) else said

    def beside(self, words: Catalogue) -> Callable[[Mapping[str, str]], str] | None:
        """Return how a text is said in the questionnaire's first language, None where that is not shown beside."""
        if not shows_both(self.definition, words.language):
            return None
        return partial(self.say, catalogue(self.definition.languages[0]))

    def _told(self) -> Values:
        """Return the answers that stand on the path, and what follows from them."""
        return route.find_path(self.definition, self.answers.values).values


def shows_both(definition: Definition, language: str) -> bool:
    """Return whether this browser wants the first language of a questionnaire beside another one."""
    return bool(cookie.get(BESIDE)) and language != definition.languages[0]


def enter() -> ResponseReturnValue | None:
    """Let in who pressed Start on a link that still stands; else say to open the link again."""
    from survey.web import together  # which leads on through the student's pages

    known = cookie.get("sitting")
    if not known:
        return errors.no_visit()
    database = current.session()
    if request.method in READING:
        only_reads(database)
    in_school(database, cookie["school"])
    statement = (
        select(Sitting, Invitation, Round, Student, Staff, School)
        .select_from(Sitting)
        .join(Invitation, Invitation.id == Sitting.invitation_id)
        .join(Round, Round.id == Invitation.round_id)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .join(Staff, Staff.id == mentor_of())
        .join(School, School.id == Sitting.school_id)
        .where(
            Sitting.id == known,
            Invitation.revoked_at.is_(None),
            # A new link for the same student closes the browsers that used the old one.
            Invitation.generation == cookie["generation"],
        )
    )
    found = database.execute(statement).one_or_none()
    if found is None:
        return errors.no_visit()
    sitting, invitation, round_, student, staff, school = found
    current.speak(sitting.language)
    definition, answers = stage.read(database, current.vault(), sitting)
    sender = read_sender(current.vault(), school, staff, student)
    g.sender, g.spoken = sender, spoken(definition)
    facts = read_facts(current.vault(), school, student, wanted(definition))
    g.visit = Visit(sitting, invitation, round_, sender, definition, answers, facts)
    return together.enter(sitting, student)


def visit() -> Visit:
    """Return the visit that `enter` let in; call it in views of respondents only."""
    return cast(Visit, g.visit)


def remember(sitting: Sitting, invitation: Invitation) -> None:
    """Bind this browser to the sitting, in a new cookie: nothing of an earlier visitor stays.

    Who opens the own link once more keeps the cookie, so that a page in another tab can still be sent.
    """
    if cookie.get("sitting") == sitting.id and cookie["generation"] == invitation.generation:
        return
    kept = {KEPT: cookie[KEPT]} if KEPT in cookie else {}  # a sheet in the browser's cache, of nobody
    cookie.clear()
    cookie.update(kept, sitting=sitting.id, school=sitting.school_id, generation=invitation.generation)


def know(sitting: Sitting) -> None:
    """Remember on this phone that the student of a sitting is known."""
    if not is_known(sitting):
        cookie[KNOWN] = sitting.id


def forget() -> None:
    """Ask again who is there: the link was opened once more after sending."""
    cookie.pop(KNOWN, None)


def is_known(sitting: Sitting) -> bool:
    """Return whether this phone's student is known."""
    return cookie.get(KNOWN) == sitting.id


def spoken(definition: Definition) -> tuple[str, ...]:
    """Return the languages in which both this questionnaire and the pages around it can be said."""
    declared = definition.languages or ("nl",)
    return tuple(code for code in declared if code in languages())
