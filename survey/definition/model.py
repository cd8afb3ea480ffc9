"""The questionnaire as one frozen value; every word of the file format is a field here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from survey.definition.group import Group
from survey.definition.scoring import (
    BandEdge,
    Circumstance,
    Count,
    Lift,
    Missing,
    Norm,
    Rescale,
    Scale,
    Step,
    Table,
    Term,
)
from survey.expression import parse
from survey.kinds.question import Condition, Frozen, Id, Number, Option, Question, Says, Text, Wording

__all__ = [
    "BandEdge",
    "Circumstance",
    "Count",
    "Definition",
    "Id",
    "Lift",
    "Missing",
    "Norm",
    "Number",
    "Option",
    "Rescale",
    "Says",
    "Scale",
    "Step",
    "Table",
    "Term",
    "Text",
]


#: No version and no value of a rule is higher: a database keeps them as whole numbers.
MOST = 10**9
RuleWord = Annotated[str | int, AfterValidator(lambda value: _kept(value))]
#: Terms and moments that a calendar has; a century is longer than anything is kept.
Days = Annotated[int, Field(ge=0, le=36_500)]


class Page(Frozen):
    """One screen: the questions on it, in order. Left out of a file: one page a question."""

    id: Id
    questions: tuple[Id, ...]
    show_if: Condition | None = None
    title: Wording = {}
    uncounted: bool = False  # a follow-up to an acute answer: not in "3 of 24"


class Case(Frozen):
    """One row of a rule: the first whose condition is true gives the value."""

    when: Condition = parse("true")  # left out in a last row: whatever is left
    value: RuleWord
    because: Text = {}
    text: Text = {}  # this row said more exactly than its value: to staff,
    student: Text = {}  # to the student,
    days: Days | None = None  # and its own term


def _kept(value: str | int) -> str | int:
    """Give the value of a rule; raises ValueError for a number that no database keeps."""
    if isinstance(value, int) and abs(value) > MOST:
        raise ValueError(f"a whole number is at most {MOST} here")
    return value


class RuleValue(Frozen):
    """What a value of a rule is called, to staff and to the student."""

    text: Text = {}  # staff and document: "binnen 1 week"
    student: Text = {}  # "{mentor} praat met je vóór {date}."
    tone: Literal["good", "mind", "help", "none"] = "none"
    days: Days | None = None  # the term within which the school acts
    weeks: tuple[Annotated[int, Field(ge=0, le=5_200)], ...] = ()  # contact moments: weeks after leaving
    moments: tuple[Annotated[int, Field(ge=0, le=1_200)], ...] = ()  # contact moments: months after leaving


class Rule(Frozen):
    """A first-match decision table; `unknown` is its value when an unknown stands before a match."""

    id: Id  # `set` in the file
    text: Text = {}
    cases: tuple[Case, ...]
    values: dict[str, RuleValue] = {}
    unknown: RuleWord | None = None

    def said(self, value: str | int | None, matched: int | None = None) -> RuleValue:
        """Give the words and the term of a value, those of the matched case (its index) first."""
        words = self.values.get(str(value), RuleValue())
        if matched is None:
            return words
        case = self.cases[matched]
        return words.model_copy(
            update={
                "text": case.text or words.text,
                "student": case.student or words.student,
                "days": words.days if case.days is None else case.days,
            }
        )


class Flag(Frozen):
    """An answer that a named person at the school must hear of within a term."""

    id: Id
    when: Condition
    within: Literal["today", "week"] = "today"
    to: Literal["mentor", "coordinator"] = "mentor"
    text: Text = {}  # to staff
    student: Text = {}  # before sending: "{mentor} belt je {day}."
    helplines: tuple[Id, ...] = ()


class Helpline(Frozen):
    """Where to call now; shown at once after the answer that raises a flag."""

    id: Id
    text: Text = {}
    phone: str = ""
    url: str = ""


class BandName(Frozen):
    """How a band is said: words, and a tone that chooses sign and tint."""

    text: Text = {}
    then: Text = {}  # behind a question's `change`: "Dan gaat dit goed."
    tone: Literal["good", "mind", "help", "none"] = "none"


class Section(Frozen):
    """One part of the document that shows answers as they were given."""

    id: Id
    title: Text = {}
    questions: tuple[Id, ...]


class Report(Frozen):
    """Which results play which part in lists and in the document; all by id, so the engine knows no questionnaire."""

    priority: Id | None = None  # a rule
    asked: Id | None = None  # a rule: does the student ask for help
    not_arranged: Id | None = None  # a count
    destination: Id | None = None  # a question
    wants: Id | None = None  # a question of several choices whose codes are scale ids
    contact: Id | None = None  # a question
    scales: tuple[Id, ...] = ()  # the domains of the document, in order; left out: all
    sections: tuple[Section, ...] = ()


class Example(Frozen):
    """A student as the authors think of one, and what the rules must say; run by `survey check`."""

    name: str
    answers: dict[str, Any] = {}
    expect: dict[str, Any] = {}


class Definition(Frozen):
    """One version of one questionnaire; `questions`, `scales` and the like are kept by id, in file order."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]  # never in a condition, so `phq-9` will do
    version: Annotated[int, Field(ge=0, le=MOST)]
    languages: tuple[str, ...] = ()  # with those of translations beside the file
    unchecked_languages: frozenset[str] = frozenset()  # nobody who speaks them from birth has read the words
    title: Text = {}
    intro: Text = {}  # start page: why this is asked
    notice: Text = {}  # start page: who sees what
    done: Text = {}  # after sending
    ground: Text = {}  # the legal ground for asking
    topics: dict[Id, Text] = {}
    questions: dict[Id, Question]  # each of the class that its kind names
    groups: dict[Id, Group] = {}  # of which the questions stand among these already
    pages: tuple[Page, ...] = ()  # left out: file order, one question a page
    scales: dict[Id, Scale] = {}
    counts: dict[Id, Count] = {}
    rules: dict[Id, Rule] = {}
    flags: dict[Id, Flag] = {}
    helplines: dict[Id, Helpline] = {}
    bands: dict[str, BandName] = {}
    report: Report | None = None
    examples: tuple[Example, ...] = ()
    digest: str = ""  # sha256 of the file's bytes, hex
