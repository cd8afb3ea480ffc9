"""What a document is made from, and how its answers are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from typing import Protocol

from survey.answers import State, Values
from survey.definition.model import Definition, Section
from survey.definition.piping import FACTS, fill, pipe
from survey.definition.said import say_answer
from survey.definition.wording import choose
from survey.explain import Explanation
from survey.kinds import Calculated
from survey.report.facts import Facts
from survey.report.sharing import Sharing
from survey.report.text import bound
from survey.score.outcome import Outcome

#: Characters of one answer in the student's own words.
OWN_WORDS = 300


class Words(Protocol):
    """The catalogue of a language, as `survey.i18n` gives it."""

    @property
    def language(self) -> str:
        """Give the code of the language."""

    @property
    def direction(self) -> str:
        """Give "ltr" or "rtl"."""

    def text(self, message: str, **values: object) -> str:
        """Give a message in this language."""

    def words(self, text: Mapping[str, str]) -> str:
        """Give a text of a definition in this language."""

    def date(self, day: Date) -> str:
        """Give a day as people say it."""

    def moment(self, moment: datetime) -> str:
        """Give a moment in the time of the schools."""


@dataclass(frozen=True, slots=True)
class Source:
    """All that one document is made from."""

    facts: Facts
    definition: Definition
    outcome: Outcome
    values: Values
    explanation: Explanation
    words: Words
    sharing: Sharing
    closed: frozenset[str] = frozenset()  # sections (survey.report.sections) that are not shared
    titles: tuple[str, ...] = ()  # of those sections

    def answer(self, question_id: str | None, cap: int = OWN_WORDS) -> str:
        """Give an answer in words when it was given, was asked on the path and may be shared; else nothing."""
        if question_id is None or question_id not in self.values:
            return ""
        if question_id not in self.outcome.path and not isinstance(self.definition.questions[question_id], Calculated):
            return ""
        if not self.sharing.allows(question_id):
            return ""
        return bound(say_answer(self.definition, question_id, self._shared(), self.words.language), cap)

    def ask(self, question_id: str) -> str:
        """Give the words of a question, with the answers in it that may be shared."""
        text = choose(self.definition, self.definition.questions[question_id].text, self._shared())
        asked = fill(self.words.words(text), self._known())
        return pipe(asked, self.definition, self._shared(), self.words.language)

    def _known(self) -> dict[str, str]:
        """Give the facts that a text may ask for; what the document does not know becomes a mark."""
        facts, last_day = self.facts, self.facts.programme.last_day
        known = {
            "first_name": facts.student.name.partition(" ")[0],
            "mentor": facts.contact.name.partition(" ")[0],
            "school": facts.school.name,
            "programme": facts.programme.name,
            "location": facts.school.location,
            "last_day": self.words.date(last_day) if last_day else "",
        }
        return dict.fromkeys(FACTS, "") | known

    @property
    def parts(self) -> tuple[Section, ...]:
        """Give the definition's sections, without those of which the student would rather say nothing."""
        report = self.definition.report
        return tuple(each for each in (report.sections if report else ()) if not self._is_refused(each.questions))

    def _is_refused(self, questions: Iterable[str]) -> bool:
        """Say whether these have answers that may be said, and each is that the student would rather not say."""
        given = [each for each in questions if self.answer(each)]
        asked = self.definition.questions
        return bool(given) and all(asked[each].state(self.values[each]) is State.REFUSED for each in given)

    def _shared(self) -> Values:
        """Give the answers that may be said, within other texts too."""
        return {name: value for name, value in self.values.items() if self.sharing.allows(name)}


def join(*texts: str) -> str:
    """Join the texts that are filled in."""
    return ", ".join(text for text in texts if text)


def say(words: Words, message: str, **values: str) -> str:
    """Give a message when all its values are filled in, else nothing."""
    return words.text(message, **values) if all(values.values()) else ""
