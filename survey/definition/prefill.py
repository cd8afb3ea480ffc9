"""Answers that the school knows already: offered filled in, and an answer only once the student sends the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.answers import Value
from survey.definition.model import Definition
from survey.kinds import Choice, Choices, Question, Refused
from survey.kinds.question import About, Fact

#: Facts by name, as plain words: a day as 2026-06-12, a municipality by its code.
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """One fact of the school's list: the kinds of question that can hold it, and what no score may read of it."""

    kinds: tuple[str, ...]
    about: About | None = None


WORDS = ("short_text", "choice")
#: Every fact that a question may be prefilled from.
KNOWN: dict[Fact, Known] = {
    "first_name": Known(("short_text",), "name"),
    "last_name": Known(("short_text",), "name"),
    "birth_date": Known(("date",), "age"),
    "phone": Known(("phone",)),
    "email": Known(("email",)),
    "postcode": Known(("postcode",), "postcode"),
    "municipality": Known(("municipality",)),
    "second_contact": Known(("short_text",)),
    "preferred_time": Known(WORDS),
    "programme": Known(WORDS),
    "crebo": Known(WORDS),
    "level": Known((*WORDS, "number"), "level"),
    "track": Known(WORDS, "track"),
    "location": Known(WORDS),
    "diploma_date": Known(("date",)),
    "last_day": Known(("date",)),
}


def about(question: Question) -> About | None:
    """Give the personal fact that a question is about, by itself or by what it is prefilled from."""
    return question.about or (KNOWN[question.prefill].about if question.prefill else None)


def wanted(definition: Definition) -> frozenset[str]:
    """Give the facts that a definition asks for; no other needs to be opened."""
    return frozenset(question.prefill for question in definition.questions.values() if question.prefill)


def known_answer(question: Question, facts: Facts) -> Value | None:
    """Give the answer that the school knows; None when it knows none, or one that the question does not take."""
    written = facts.get(question.prefill or "", "").strip()
    if not written:
        return None
    if isinstance(question, Choice):
        return None if isinstance(question, Choices) else _code(question, written)
    try:
        return question.parse([written])
    except Refused:
        return None


def _code(question: Choice, written: str) -> str | None:
    """Give the option that a fact names by its code or by its words in any language."""
    for code, option in question.options.items():
        if written.casefold() in {code.casefold(), *(words.casefold() for words in option.text.values())}:
            return code
    return None
