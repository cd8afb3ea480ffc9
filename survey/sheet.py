"""A questionnaire on paper, for a meeting: every page, option, condition, scale, rule and flag in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from survey.definition.model import Definition, Page
from survey.definition.scoring import BandEdge, Count, Scale, Term
from survey.kinds import Calculated, Choice, NumberQuestion, Question
from survey.kinds.question import Varied
from survey.plainly import Words as Speaking
from survey.plainly import name_of, say_condition, say_number
from survey.walk import Walk

#: What a kind of question is called.
KINDS = {
    "choice": "one answer",
    "choices": "more than one answer",
    "statement": "a statement",
    "yes_no": "yes or no",
    "number": "a number",
    "short_text": "one line of text",
    "long_text": "some lines of text",
    "date": "a day",
    "month": "a month",
    "phone": "a phone number",
    "email": "an e-mail address",
    "postcode": "a postcode",
    "municipality": "a municipality",
    "contact_person": "a contact person",
    "information": "only to read",
    "calculated": "reckoned, not asked",
}
STATES = {"unknown": "does not know", "refused": "rather not say", "not_shown": "does not apply"}
OPERATIONS = {
    "sum": "the sum",
    "mean": "the mean",
    "min": "the lowest",
    "max": "the highest",
    "count": "how many are answered",
    "first": "the first that is answered",
}
MISSING = {"prorate": "the rest is taken for them", "ignore": "they are left out", "zero": "they count as 0"}


class Words(Speaking, Protocol):
    """The catalogue of a language."""

    @property
    def language(self) -> str:
        """Give the code of the language."""

    @property
    def direction(self) -> str:
        """Give "ltr" or "rtl"."""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option: its words, what it counts, and when it is offered."""

    text: str
    counts: str
    when: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with all that is agreed on it."""

    id: str
    text: str
    wordings: tuple[tuple[str, str], ...]  # (when, words) of those before the last
    hint: str
    why: str
    kind: str
    when: str
    options: tuple[OptionRow, ...]
    checks: tuple[tuple[str, str], ...]  # (when, words)
    facts: tuple[tuple[str, str], ...]  # purpose, readers and the like


@dataclass(frozen=True, slots=True)
class Screen:
    """One page of the questionnaire."""

    number: str
    id: str
    title: str
    topic: str
    when: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table, with lines of explanation above it."""

    title: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of it."""

    language: str
    direction: str
    title: str
    name: str
    facts: tuple[tuple[str, str], ...]
    screens: tuple[Screen, ...]
    groups: tuple[tuple[str, tuple[Table, ...]], ...]  # scales, counts, rules, flags
    chapters: tuple[tuple[str, str], ...]  # texts of the first and last page


def compose_sheet(definition: Definition, words: Words, walked: Walk | None = None) -> Sheet:
    """Give the sheet of a definition in a language, with what robots found of its length."""
    writer = _Writer(definition, words)
    return Sheet(
        language=words.language,
        direction=words.direction,
        title=words.words(definition.title) or definition.id,
        name=words.text("Questionnaire {name}", name=f"{definition.id} {definition.version}"),
        facts=tuple(writer.facts(walked)),
        chapters=tuple(writer.chapters()),
        screens=tuple(writer.screen(page) for page in definition.pages),
        groups=tuple((title, tables) for title, tables in writer.groups() if tables),
    )


class _Writer:
    """Writes the parts of one sheet."""

    def __init__(self, definition: Definition, words: Words) -> None:
        self.definition, self.words, self.text = definition, words, words.text
        self.number = 0

    def when(self, condition: Any) -> str:
        """Give a condition in words, nothing for none."""
        return say_condition(self.definition, condition, self.words)

    def say(self, text: dict[str, str]) -> str:
        """Give a text on one line."""
        return " ".join(self.words.words(text).split())

    def facts(self, walked: Walk | None) -> list[tuple[str, str]]:
        """Give what is known of the whole."""
        definition, text = self.definition, self.text
        answered = sum(question.takes_answer for question in definition.questions.values())
        found = [
            (text("Questions"), str(answered)),
            (text("Languages"), ", ".join(definition.languages)),
            (text("Legal ground"), self.say(definition.ground)),
        ]
        if walked is not None and walked.longest:
            pages = text("{n} to {m} pages", n=len(walked.shortest), m=len(walked.longest))
            found.insert(1, (text("On the way"), pages))
            found.insert(2, (text("Taps"), text("{n} to {m}", n=walked.fewest_taps, m=walked.most_taps)))
        return [(label, said) for label, said in found if said]

    def chapters(self) -> list[tuple[str, str]]:
        """Give the texts around the questions."""
        definition, text = self.definition, self.text
        found = [
            (text("First page"), definition.intro),
            (text("Who sees what"), definition.notice),
            (text("After sending"), definition.done),
        ]
        return [(label, self.words.words(said)) for label, said in found if said]

    def screen(self, page: Page) -> Screen:
        """Give one page."""
        questions = [self.definition.questions[name] for name in page.questions]
        topic = next((question.topic for question in questions if question.topic), None)
        self.number += not page.uncounted
        return Screen(
            number="" if page.uncounted else str(self.number),
            id=page.id,
            title=self.say(page.title),
            topic=self.say(self.definition.topics.get(topic, {})) if topic else "",
            when=self.when(page.show_if),
            asked=tuple(self.asked(question) for question in questions),
        )

    def asked(self, question: Question) -> Asked:
        """Give one question."""
        text = question.text
        variants = text.variants if isinstance(text, Varied) else ()
        return Asked(
            id=question.id,
            text=self.say(text),
            wordings=tuple((self.when(each.when), self.say(each.text)) for each in variants),
            hint=self.say(question.hint),
            why=self.say(question.why),
            kind=self._kind(question),
            when=self.when(question.show_if),
            options=tuple(self._options(question)),
            checks=tuple((self.when(check.when), self.say(check.text)) for check in question.checks),
            facts=tuple((label, said) for label, said in self._agreed(question) if said),
        )

    def _kind(self, question: Question) -> str:
        """Give the kind of a question, with its limits and whether it may be left empty."""
        said = [self.text(KINDS[question.kind]) if question.kind in KINDS else question.kind]
        if isinstance(question, Calculated):
            said.append(self.when(question.value))
        elif isinstance(question, NumberQuestion):
            limits = [say_number(each) if each is not None else "…" for each in (question.min, question.max)]
            said.append(f"{limits[0]} – {limits[1]} {self.say(question.unit)}".strip())
        if question.takes_answer and not question.required:
            said.append(self.text("may be left empty"))
        if question.sensitive:
            said.append(self.text("sensitive"))
        return ", ".join(said)

    def _options(self, question: Question) -> list[OptionRow]:
        if not isinstance(question, Choice):
            return []
        rows = []
        for code, option in question.options.items():
            counts = self.text(STATES[option.state.value]) if option.state else say_number(option.points)
            more = [self.text("stands alone")] if option.exclusive else []
            more += [self.text("opens a line of text")] if option.other else []
            said = ", ".join([counts, *more] if counts else more)
            rows.append(OptionRow(self.say(option.text) or code, said, self.when(option.show_if)))
        return rows

    def _agreed(self, question: Question) -> list[tuple[str, str]]:
        """Give what is agreed on a question."""
        text = self.text
        return [
            (text("What for"), self.say(question.purpose)),
            (text("Read by"), ", ".join(text(who) for who in question.seen_by)),
            (text("Shared with"), ", ".join(text(who) for who in question.shared_with)),
            (text("Ground"), self.say(question.ground)),
        ]

    def groups(self) -> list[tuple[str, tuple[Table, ...]]]:
        """Give the tables of scales, counts, rules and flags."""
        definition, text = self.definition, self.text
        flags = self._flags()
        return [
            (text("Scales"), tuple(self._scale(scale) for scale in definition.scales.values())),
            (text("Counts"), tuple(self._count(count) for count in definition.counts.values())),
            (text("Rules"), tuple(self._rule(name) for name in definition.rules)),
            (text("Alarms"), (flags,) if flags.rows else ()),
        ]

    def _called(self, entry: Any) -> str:
        said = self.say(entry.text)
        return f"{said} ({entry.id})" if said else str(entry.id)

    def _scale(self, scale: Scale) -> Table:
        """Give one scale: what it is made of, and its bands."""
        lines = [self._made_of(scale)]
        if scale.when is not None:
            lines.append(self.text("Only when: {condition}", condition=self.when(scale.when)))
        if scale.missing is not None and scale.missing.rule in MISSING:
            share = scale.missing.max_share
            most = f"{float(share):.0%}" if share is not None else str(scale.missing.max or "…")
            rule = self.text(MISSING[scale.missing.rule])
            lines.append(self.text("Missing answers, at most {n}: {rule}.", n=most, rule=rule))
        lines += [
            self.text("Becomes {band} when: {condition}", band=self._band(lift.to), condition=self.when(lift.when))
            for lift in scale.lift
        ]
        said = scale.sentences
        rows = [(edge, self._band(label), self.say(said.get(label, {}))) for edge, label in _edges(scale.bands)]
        if scale.unknown is not None:
            rows.append((self.text("no value"), self._band(scale.unknown), self.say(said.get(scale.unknown, {}))))
        columns = (self.text("Value"), self.text("Band"), self.text("Sentence to the student"))
        return Table(self._called(scale), tuple(lines), columns, tuple(rows))

    def _made_of(self, scale: Scale) -> str:
        if scale.value is not None:
            return self.text("Reckoned: {what}", what=self.when(scale.value))
        terms = "; ".join(self._term(term) for term in scale.of)
        return self.text("{operation} of: {terms}", operation=self.text(OPERATIONS[scale.op or "sum"]), terms=terms)

    def _term(self, term: Term) -> str:
        said = f"“{name_of(self.definition, term.ref, self.words)}”" if term.ref else self.when(term.value)
        more = [self.text("reversed")] if term.reverse else []
        more += [f"× {say_number(term.weight)}"] if term.weight != 1 else []
        more += [self.text("when {condition}", condition=self.when(term.when))] if term.when is not None else []
        return f"{said} ({', '.join(more)})" if more else said

    def _band(self, label: str) -> str:
        band = self.definition.bands.get(label)
        return (self.say(band.text) if band else "") or label

    def _count(self, count: Count) -> Table:
        rows = tuple((self.say(each.text) or each.id, self.when(each.when)) for each in count.of)
        lines = (self.text("One point for each of these."),)
        return Table(self._called(count), lines, (self.text("What counts"), self.text("When")), rows)

    def _rule(self, name: str) -> Table:
        rule = self.definition.rules[name]
        rows = []
        for index, case in enumerate(rule.cases):
            said = rule.said(case.value, index)
            value = self.say(said.text) or str(case.value)
            rows.append((str(index + 1), self.when(case.when), value, self.say(case.because), self.say(said.student)))
        if rule.unknown is not None:
            said = rule.said(rule.unknown)
            words = self.say(said.text) or str(rule.unknown), "", self.say(said.student)
            rows.append(("–", self.text("it cannot be told"), *words))
        columns = ("", self.text("When"), self.text("Then"), self.text("Because"), self.text("The student reads"))
        return Table(self._called(rule), (self.text("The first row that holds counts."),), columns, tuple(rows))

    def _flags(self) -> Table:
        rows = []
        for flag in self.definition.flags.values():
            within = self.text("today") if flag.within == "today" else self.text("within a week")
            lines = ", ".join(self.say(self.definition.helplines[each].text) for each in flag.helplines)
            who = f"{self.text(flag.to)}, {within}"
            rows.append((self.say(flag.text) or flag.id, self.when(flag.when), who, self.say(flag.student), lines))
        columns = tuple(map(self.text, ("Alarm", "When", "For whom", "The student reads", "Help lines")))
        return Table(self.text("Answers that somebody must hear of"), (), columns, tuple(rows))


def _edges(bands: tuple[BandEdge, ...]) -> list[tuple[str, str]]:
    """Give each band with the values that it holds."""
    found, low = [], ""
    for edge in bands:
        high = say_number(edge.below)
        if edge.below is None:
            said = f"≥ {low}" if low else "…"
        else:
            said = f"{low} ≤ … < {high}" if low else f"< {high}"
        found.append((said, edge.label))
        low = high
    return found
