"""What lists and the student's page say alike: signs, states, values of rules and documents, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.definition.model import Definition, Report
from survey.i18n import Catalogue
from survey.sitting import Status

MARKS = {"good": "✓", "mind": "!", "help": "!!", "none": ""}


@dataclass(frozen=True, slots=True)
class Sign:
    """A band or priority: a mark, words, and the tone that tints it."""

    text: str
    tone: str

    @property
    def mark(self) -> str:
        """Return the mark before the words, so that the tint is never alone."""
        return MARKS[self.tone]


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a filter."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One list to choose from above the table."""

    name: str
    label: str
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is work, with the address of its rows."""

    n: str
    text: str
    url: str | None
    alarm: bool = False
    current: bool = False


def make_filter(name: str, label: str, options: Mapping[str, str], chosen: str) -> Filter:
    """Return a filter of these values in words."""
    return Filter(name, label, tuple(Choice(value, text, value == chosen) for value, text in options.items()))


def priority_signs(definition: Definition, words: Catalogue) -> dict[str, Sign]:
    """Return how each priority of a questionnaire is said, "2 · eigen mentor nodigt uit"."""
    rule = definition.rules.get((definition.report or Report()).priority or "")
    if rule is None:
        return {}
    return {
        value: Sign(f"{value} · {words.words(named.text)}" if named.text else value, named.tone)
        for value, named in sorted(rule.values.items())
    }


def say_state(status: str | None, done: int, total: int, words: Catalogue, is_spoken: bool = False) -> str:
    """Return how far a student is; what was sent is to be discussed, and then to be finalised."""
    match status:
        case Status.STARTED:
            return words.text("{n} of {total}", n=done, total=total)
        case Status.SENT:
            return words.text("to finalise") if is_spoken else words.text("to discuss")
        case Status.FINAL:
            return words.text("finalised")
        case Status.ERASED:
            return words.text("answers deleted")
    return words.text("not started")


def say_value(definition: Definition, rule_id: str | None, value: str | int | None, words: Catalogue) -> str:
    """Return what a value of a rule is called, or the value itself; "" without one."""
    if rule_id is None or value is None:
        return ""
    named = definition.rules[rule_id].values.get(str(value))
    return (words.words(named.text) if named else "") or str(value)


def say_bounds(bounds: tuple[int, int] | None, words: Catalogue) -> str:
    """Return a count in words, with both bounds where answers are missing."""
    if bounds is None:
        return ""
    low, high = bounds
    if low == high:
        return words.plural("{n} point", "{n} points", low)
    return words.text("{low} to {high} points", low=low, high=high)


def say_report(state: str | None, stage: str, words: Catalogue) -> str:
    """Return the state of a document, and how far the agreement is once it is there; "" where none was asked for."""
    stages = {
        "agreed": words.text("agreed"),
        "refused": words.text("refused"),
        "final": words.text("final version"),
        "sent": words.text("handed over"),
        "withdrawn": words.text("withdrawn"),
    }
    names = {
        "waiting": words.text("is being made"),
        "working": words.text("is being made"),
        "ready": stages.get(stage, words.text("concept")),
        "failed": words.text("failed"),
    }
    return names.get(state or "", "")


def say_answer(definition: Definition, question_id: str | None, value: str | None, words: Catalogue) -> str:
    """Return what an answer is called; "" without one."""
    if question_id is None or value is None:
        return ""
    return str(definition.questions[question_id].say(value, words.language))
