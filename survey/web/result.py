"""What a student's answers say, in words for staff: priority with its why, domains, answers, the whole trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from survey.access import Role
from survey.answers import Values
from survey.definition.calculated import answers_behind, calculated_in
from survey.definition.model import Definition, Report, Scale
from survey.definition.piping import pipe
from survey.definition.said import say_answer
from survey.definition.wording import choose
from survey.explain import Domain as Explained
from survey.explain import explain
from survey.i18n import Catalogue
from survey.kinds import Calculated, Question
from survey.report.trace import say_number
from survey.score.outcome import CountScore, Item, Outcome, ScaleScore
from survey.web.overview import Sign, priority_signs, say_bounds, say_value

#: Says a text of the definition, with its {names} filled in.
Say = Callable[[Mapping[str, str]], str]
NOTHING = "–"
NOT_APPLICABLE = "not_applicable"  # docs/scoring.md


@dataclass(frozen=True, slots=True)
class Priority:
    """The priority that stands, and why."""

    title: str
    sign: Sign | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the two readings: what is asked, what is not arranged."""

    title: str
    value: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """One scored domain."""

    id: str
    title: str
    sign: Sign
    sentence: str
    strength: str
    reasons: tuple[str, ...]
    change: str
    wanted: str


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One part of a scale with its points before and after map, reverse and weight."""

    question: str
    answer: str
    raw: str
    points: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One scale as it was scored."""

    title: str
    items: tuple[TraceRow, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Result:
    """All of it, as the page shows it."""

    priority: Priority
    readings: tuple[Reading, ...]
    domains: tuple[Subject, ...]
    answers: tuple[tuple[str, str], ...]
    scales: tuple[Trace, ...]
    rules: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Reader:
    """What every part of the result is made from."""

    definition: Definition
    values: Values
    outcome: Outcome
    words: Catalogue
    role: Role
    say: Say
    report: Report = field(default=Report())

    def compose(self, priority: int | None, override: str) -> Result:
        """Put the result together; `priority` is the one that stands, `override` says who set it and why, or ""."""
        parts = (self.definition, self.outcome, self.values, self.words.language)
        explanation = explain(*parts, "report")
        # What would give a better band is said to the student alone; staff read it in the same words.
        changes = {domain.id: domain.change or "" for domain in explain(*parts, "student").domains}
        return Result(
            priority=self._priority(priority, override),
            readings=tuple(self._readings()),
            # A domain that does not apply (no job, no study) has no band; it stands in the table of the score only.
            domains=tuple(self._subject(each, changes[each.id]) for each in explanation.domains if each.band),
            answers=tuple(self._answers()),
            scales=tuple(self._trace(scale) for scale in self.outcome.scales.values()),
            rules=tuple(self._rule(rule_id) for rule_id in self.outcome.rules),
            origin=self.words.text(
                "Questionnaire {name}, file {digest}, rules {engine}.",
                name=f"{self.definition.id} {self.definition.version}",
                digest=self.definition.digest[:12],
                engine=self.outcome.engine,
            ),
        )

    def _priority(self, stands: int | None, override: str) -> Priority:
        signs = priority_signs(self.definition, self.words)
        rule = self.definition.rules.get(self.report.priority or "")
        title = (self.say(rule.text) if rule else "") or self.words.text("Priority")
        sign = None if stands is None else signs.get(str(stands), Sign(str(stands), "none"))
        if rule is None:
            return Priority(title, sign, ())
        computed = self.outcome.rules[rule.id].value
        said = signs.get(str(computed), Sign(str(computed), "none")).text
        own = self.words.text("The rules said: {priority}.", priority=said) if override else ""
        notes = (self._advice(rule.id) if stands == computed else "", override, own, self._because(rule.id))
        return Priority(title, sign, tuple(note for note in notes if note))

    def _advice(self, rule_id: str) -> str:
        """Return what the matched row says more exactly than its value."""
        matched = self.outcome.rules[rule_id].matched
        return "" if matched is None else self.say(self.definition.rules[rule_id].cases[matched].text)

    def _because(self, rule_id: str) -> str:
        matched = self.outcome.rules[rule_id].matched
        if matched is None:
            return self.words.text("An answer that matters here is missing.")
        return self.say(self.definition.rules[rule_id].cases[matched].because)

    def _readings(self) -> list[Reading]:
        found = []
        if self.report.asked is not None:
            rule = self.definition.rules[self.report.asked]
            value = say_value(self.definition, rule.id, self.outcome.rules[rule.id].value, self.words) or NOTHING
            lines = tuple(line for line in (self._because(rule.id),) if line)
            found.append(Reading(self.say(rule.text) or self.words.text("Asks for help"), value, lines))
        if self.report.not_arranged is not None:
            count = self.definition.counts[self.report.not_arranged]
            score = self.outcome.counts[count.id]
            title = self.say(count.text) or self.words.text("Still to arrange")
            found.append(Reading(title, say_bounds((score.low, score.high), self.words), self._circumstances(score)))
        return found

    def _circumstances(self, score: CountScore) -> tuple[str, ...]:
        """Return the sentences of what holds, and then of what cannot be told."""
        circumstances = self.definition.counts[score.id].of
        named = {one.id: self.say(one.text_report) or self.say(one.text) or one.id for one in circumstances}
        open_ = (self.words.text("Not known: {sentence}", sentence=named[id_]) for id_ in score.unknown)
        return (*(named[id_] for id_ in score.hits), *open_)

    def _subject(self, domain: Explained, change: str) -> Subject:
        wishes = {
            "yes": self.words.text("Wants help with this."),
            "maybe": self.words.text("Maybe wants help with this."),
        }
        return Subject(
            id=domain.id,
            title=domain.title,
            sign=Sign(domain.words, domain.tone),
            sentence=domain.sentence,
            strength=domain.strength or "",
            reasons=tuple(domain.reasons),
            change=change,
            wanted=wishes.get(domain.asked or "", ""),
        )

    def _answers(self) -> list[tuple[str, str]]:
        asked = (self.definition.questions[id_] for id_ in self.outcome.path)
        reckoned = (each for id_, each in calculated_in(self.definition).items() if id_ in self.values)
        return [
            (self._ask(question) or question.id, self._answer(question.id))
            for question in (*asked, *reckoned)
            if question.takes_answer or question.text
        ]

    def _answer(self, question_id: str) -> str:
        """Return an answer in words; what the question's file keeps from this role stays closed."""
        question, value = self.definition.questions[question_id], self.values.get(question_id)
        if not self._sees(question):
            return self.words.text("Not for your role")
        return NOTHING if value is None else say_answer(self.definition, question_id, self._open(), self.words.language)

    def _ask(self, question: Question) -> str:
        """Return the words of a question, with the answers in it that this role may see."""
        open_ = self._open()
        text = choose(self.definition, question.text, open_)
        return pipe(self.say(text), self.definition, open_, self.words.language)

    def _open(self) -> Values:
        """Return the answers that this role may see."""
        asked = self.definition.questions
        return {id_: value for id_, value in self.values.items() if self._sees(asked[id_])}

    def _sees(self, question: Question) -> bool:
        if isinstance(question, Calculated):
            behind = answers_behind(self.definition, [question.id])
            return all(self._sees(self.definition.questions[id_]) for id_ in behind)
        return not question.seen_by or self.role.value in question.seen_by

    def _trace(self, score: ScaleScore) -> Trace:
        scale = self.definition.scales[score.id]
        rows = tuple(self._row(item) for item in score.items)
        return Trace(self.say(scale.text) or scale.id, rows, self._total(scale, score))

    def _row(self, item: Item) -> TraceRow:
        question = self.definition.questions.get(item.ref)
        scale = self.definition.scales.get(item.ref)
        title = (self._ask(question) if question else self.say(scale.text) if scale else "") or item.ref
        answer = self._answer(item.ref) if question else NOTHING
        return TraceRow(title, answer, self._number(item.raw), self._number(item.points))

    def _total(self, scale: Scale, score: ScaleScore) -> str:
        said = self.words
        of_all = said.text("{n} of {total} answered", n=score.answered, total=score.applicable)
        if score.value is None:
            if score.why == NOT_APPLICABLE:
                return said.text("Does not apply: none of this was asked.")
            too_few = said.text("Too few answers")
            return f"{too_few}: {self._band(score.band)} · {of_all}"
        lifted = ""
        if score.lifted_by is not None:
            lifted = said.text("lifted by one strong answer")
        edges = ", ".join(
            said.text("below {edge} {band}", edge=self._number(edge.below), band=self._band(edge.label))
            for edge in scale.bands
            if edge.below is not None
        )
        parts = (f"{self._number(score.value)}: {self._band(score.band)}", lifted, of_all, edges)
        return " · ".join(part for part in parts if part)

    def _band(self, band: str | None) -> str:
        named = self.definition.bands.get(band or "")
        return (self.say(named.text) if named else "") or band or NOTHING

    def _rule(self, rule_id: str) -> str:
        rule, result = self.definition.rules[rule_id], self.outcome.rules[rule_id]
        value = say_value(self.definition, rule_id, result.value, self.words) or NOTHING
        name = self.say(rule.text) or rule_id
        if result.matched is None:
            return self.words.text("{rule}: {value} (an answer is missing)", rule=name, value=value)
        row = self.words.text("row {n} of {total}", n=result.matched + 1, total=len(rule.cases))
        return f"{name}: {value} ({row})"

    def _number(self, number: Fraction | int | None) -> str:
        return say_number(number, self.words.language)
