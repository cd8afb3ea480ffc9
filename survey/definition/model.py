"""The questionnaire as one frozen value; every word of the file format is a field here."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from survey.kinds.question import Condition, Frozen, Id, Number, Option, Question, Says, Text

__all__ = ["Definition", "Id", "Number", "Option", "Says", "Text"]


class Page(Frozen):
    """One screen: the questions on it, in order. Left out of a file: one page a question."""

    id: Id
    questions: tuple[Id, ...]
    show_if: Condition | None = None
    title: Text = {}
    uncounted: bool = False  # a follow-up to an acute answer: not in "3 of 24"


class Term(Frozen):
    """One part of a scale's sum: a question or a scale, reversed, weighted or mapped."""

    ref: Id
    reverse: bool = False  # "-id" in the file: that item's own min + max - x
    weight: Number = Fraction(1)
    map: dict[str, Number] | None = None  # option code (or number as text) -> points, for this scale only
    when: Condition | None = None  # counts only when true


class Missing(Frozen):
    """How many terms may be missing, and what then."""

    max: int | None = None
    max_share: Number | None = None
    rule: Literal["prorate", "ignore", "zero", "null"] = "null"


class BandEdge(Frozen):
    """A band holds raw values below its edge; the last band has none."""

    below: Number | None = None
    label: str


class Lift(Frozen):
    """One strong answer that moves the band, whatever the mean."""

    when: Condition
    to: str


class Scale(Frozen):
    """One scored domain: an operation over terms, or arithmetic between scales (`value`)."""

    id: Id
    text: Text = {}
    topic: Id | None = None
    op: Literal["sum", "mean", "min", "max", "count", "first"] | None = None
    of: tuple[Term, ...] = ()
    value: Condition | None = None  # an arithmetic expression over scales, counts and points
    when: Condition | None = None  # the scale applies only when true
    missing: Missing = Missing()
    empty: Number | None = None  # the value when nothing was applicable
    rescale: dict[str, Any] | None = None
    times: Number = Fraction(1)
    plus: Number = Fraction(0)
    clip: tuple[Number | None, Number | None] | None = None
    round: tuple[int, Literal["half_up", "half_even", "ceil", "floor"]] | None = None
    lookup: dict[str, Any] | None = None
    by: Id | None = None
    bands: tuple[BandEdge, ...] = ()
    lift: tuple[Lift, ...] = ()
    unknown: str | None = None  # the band when there is no value
    sentences: dict[str, Text] = {}  # by band: one sentence to the student
    sentences_report: dict[str, Text] = {}  # by band: one neutral sentence to a receiver


class Circumstance(Frozen):
    """One named thing that counts one point, with its own sentence."""

    id: Id
    when: Condition
    text: Text = {}  # to the student
    text_report: Text = {}  # to a receiver


class Count(Frozen):
    """Circumstances counted with bounds: low when every unknown is false, high when every one is true."""

    id: Id
    text: Text = {}
    of: tuple[Circumstance, ...]
    bands: tuple[BandEdge, ...] = ()  # on low; asked for as `<id>.band`, unknown when low and high differ in band


class Case(Frozen):
    """One row of a rule: the first whose condition is true gives the value."""

    when: Condition
    value: str | int
    because: Text = {}


class RuleValue(Frozen):
    """What a value of a rule is called, to staff and to the student."""

    text: Text = {}  # staff and document: "binnen 1 week"
    student: Text = {}  # "{mentor} praat met je voor {date}."
    tone: Literal["good", "mind", "help", "none"] = "none"
    days: int | None = None  # the term within which the school acts
    moments: tuple[int, ...] = ()  # contact moments: months after leaving


class Rule(Frozen):
    """A first-match decision table; `unknown` is its value when an unknown stands before a match."""

    id: Id  # `set` in the file
    text: Text = {}
    cases: tuple[Case, ...]
    values: dict[str, RuleValue] = {}
    unknown: str | int | None = None


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

    id: Id
    version: int
    languages: tuple[str, ...] = ()
    title: Text = {}
    intro: Text = {}  # start page: why this is asked
    notice: Text = {}  # start page: who sees what
    done: Text = {}  # after sending
    ground: Text = {}  # the legal ground for asking
    topics: dict[Id, Text] = {}
    questions: dict[Id, Question]  # each of the class that its kind names
    pages: tuple[Page, ...]
    scales: dict[Id, Scale] = {}
    counts: dict[Id, Count] = {}
    rules: dict[Id, Rule] = {}
    flags: dict[Id, Flag] = {}
    helplines: dict[Id, Helpline] = {}
    bands: dict[str, BandName] = {}
    report: Report | None = None
    examples: tuple[Example, ...] = ()
    digest: str = ""  # sha256 of the file's bytes, hex
