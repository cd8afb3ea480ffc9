"""What an outcome says in words: a sentence for each domain, why, what goes well, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from survey.answers import State, Values
from survey.definition.model import BandName, Definition, Says, Scale
from survey.definition.piping import pipe
from survey.definition.ranges import find_full_range, find_ranges, find_scale_range, find_term_range
from survey.definition.reach import Range
from survey.definition.said import say_answer
from survey.definition.wording import choose
from survey.kinds import Choice
from survey.kinds.question import in_language
from survey.score import Item, Outcome, ScaleScore, compile_definition

Receiver = Literal["student", "report"]
Asked = Literal["yes", "maybe", "no"]
Tone = Literal["good", "mind", "help", "none"]
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Domain:
    """One scale in words; texts are empty when the definition has none."""

    id: str
    title: str
    band: str | None
    words: str  # of the band: "Gaat goed"
    tone: Tone
    sentence: str
    reasons: tuple[str, ...]  # at most three, what weighs most first
    strength: str | None  # one thing that goes well
    change: str | None  # what would give a better band, proved by scoring again; to the student only
    share: float | None  # where the value lies in the range of the scale when all is answered, 0 to 1
    asked: Asked | None  # whether the student wants help with it
    answered: int
    applicable: int
    why: str | None  # why there is no value: a code of docs/scoring.md


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One circumstance that holds, in a sentence."""

    count: str
    id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule came to, and why; its texts may still have placeholders such as {mentor}."""

    id: str
    title: str
    value: str | int | None
    words: str
    tone: Tone
    because: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of an outcome in words, in the order of the report; a scale that does not apply is left out."""

    domains: tuple[Domain, ...]
    circumstances: tuple[Circumstance, ...]
    rulings: tuple[Ruling, ...]

    @property
    def strength(self) -> str | None:
        """Return one thing that goes well, of the first domain that has one."""
        return next((domain.strength for domain in self.domains if domain.strength), None)


@dataclass(frozen=True, slots=True)
class _Part:
    """One item of a scale with its need: how many points it lies from the best end of its range."""

    item: Item
    need: Fraction


def explain(
    definition: Definition, outcome: Outcome, values: Values, language: str, receiver: Receiver
) -> Explanation:
    """Say an outcome in a language, in the second person to the student or neutrally to who reads the report."""
    speaker = _Speaker(definition, outcome, values, language, receiver)
    chosen = definition.report.scales if definition.report is not None else ()
    applying = [outcome.scales[name] for name in chosen or definition.scales if name in outcome.scales]
    return Explanation(
        domains=tuple(speaker.say_scale(score) for score in applying if score.why != "not_applicable"),
        circumstances=tuple(speaker.say_circumstances()),
        rulings=tuple(speaker.say_rules()),
    )


class _Speaker:
    """Says the parts of one outcome."""

    def __init__(
        self, definition: Definition, outcome: Outcome, values: Values, language: str, receiver: Receiver
    ) -> None:
        self.definition = definition
        self.outcome = outcome
        self.values = values
        self.language = language
        self.to_student = receiver == "student"
        self.ranges = find_ranges(definition)

    def text(self, words: dict[str, str]) -> str:
        """Return a text of the definition in the language."""
        return in_language(words, self.language)

    def say_scale(self, score: ScaleScore) -> Domain:
        """Return one scale in words."""
        scale = self.definition.scales[score.id]
        named = self.definition.bands.get(score.band or "", BandName())
        parts = self.find_parts(scale, score)
        sentences = scale.sentences if self.to_student else scale.sentences_report
        return Domain(
            id=scale.id,
            title=self.text(scale.text) or scale.id,
            band=score.band,
            words=self.text(named.text) or score.band or "",
            tone=named.tone,
            sentence=self.text(sentences.get(score.band or "", {})),
            reasons=tuple(self.say_reasons(parts)),
            strength=self.say_strength(parts),
            change=self.say_change(scale, score, parts) if self.to_student else None,
            share=_share_of_range(score, find_scale_range(scale, find_full_range(self.definition, scale, self.ranges))),
            asked=self.find_asked(scale.id),
            answered=score.answered,
            applicable=score.applicable,
            why=score.why,
        )

    def find_parts(self, scale: Scale, score: ScaleScore) -> list[_Part]:
        """Return the answered items with their need, the greatest first; equal ones in the order of the scale."""
        ends = [find_term_range(self.definition, term, self.ranges) for term in scale.of] or [
            self.ranges.of(item.ref) for item in score.items
        ]
        is_worse_high = _is_worse_high(self.definition, scale)
        parts = [
            _part(item, end, is_worse_high) for item, end in zip(score.items, ends) if item.points is not None and end
        ]
        return sorted(parts, key=lambda part: -part.need)

    def say_reasons(self, parts: list[_Part]) -> Iterable[str]:
        """Return what weighs most, at most three sentences."""
        needs = [self.say_need(part.item) for part in parts if part.need > 0]
        return list(dict.fromkeys(need for need in needs if need))[:MOST_REASONS]

    def say_need(self, item: Item) -> str:
        """Return why an item weighs: its own sentence, else the question with its answer."""
        says = self._says(item)
        own = self.text(says.need if self.to_student else says.need_report) if says is not None else ""
        question = self.definition.questions.get(item.ref)
        if own or question is None:
            return own or self._say_scored(item)
        value = self.values.get(item.ref)
        if value is None:
            return ""
        asked = self.text(choose(self.definition, question.text, self.values))
        asked = pipe(asked, self.definition, self.values, self.language)
        return f"{asked} {say_answer(self.definition, question.id, self.values, self.language)}".strip()

    def _say_scored(self, item: Item) -> str:
        """Return a scale within a scale: its title with its band."""
        inner = self.definition.scales.get(item.ref)
        if inner is None or item.code is None:
            return ""
        return f"{self.text(inner.text)}: {self.text(self.definition.bands.get(item.code, BandName()).text)}"

    def say_strength(self, parts: list[_Part]) -> str | None:
        """Return one thing that goes well: an item at its best end."""
        for part in parts:
            says = self._says(part.item)
            if part.need == 0 and says is not None:
                said = self.text(says.strength if self.to_student else says.strength_report)
                if said:
                    return said
        return None

    def say_change(self, scale: Scale, score: ScaleScore, parts: list[_Part]) -> str | None:
        """Return the first change of one answer that gives a better band, when scoring again proves it."""
        order = self._bands_by_need(scale)
        if score.band not in order[1:]:
            return None
        for part in parts:
            says = self._says(part.item)
            changed = self.text(says.change) if says is not None else ""
            best = self._best_code(scale, part.item) if changed and part.need > 0 else None
            if best is None:
                continue
            band = compile_definition(self.definition).score({**self.values, part.item.ref: best}).scales[scale.id].band
            if band in order[0:order.index(score.band)]:
                named = self.definition.bands.get(band or "", BandName())
                return f"{changed} {self.text(named.then) or self.text(named.text)}".strip()
        return None

    def _best_code(self, scale: Scale, item: Item) -> str | None:
        """Return the option of a question that is at the best end of this scale's item; None when it has none."""
        question = self.definition.questions.get(item.ref)
        if not isinstance(question, Choice) or isinstance(self.values.get(item.ref), tuple):
            return None
        compiled = compile_definition(self.definition)
        is_worse_high = _is_worse_high(self.definition, scale)
        place = next(place for place, each in enumerate(self.outcome.scales[scale.id].items) if each.ref == item.ref)
        found: list[tuple[Fraction, str]] = []
        for code, (state, _) in question.readings.items():
            if state is State.ANSWERED:
                items = compiled.score({**self.values, item.ref: str(code)}).scales[scale.id].items
                points = items[place].points if place < len(items) else None
                if points is not None:
                    found.append((Fraction(points if is_worse_high else -points), str(code)))
        return min(found, key=lambda each: each[0])[1] if found else None

    def _bands_by_need(self, scale: Scale) -> list[str | None]:
        """Return the bands of a scale from the best to the worst."""
        order: list[str | None] = [edge.label for edge in scale.bands]
        return order if _is_worse_high(self.definition, scale) else order[::-1]

    def _says(self, item: Item) -> Says | None:
        question = self.definition.questions.get(item.ref)
        return None if question is None else question.says

    def find_asked(self, scale: str) -> Asked | None:
        """Say whether help with a domain is wanted, None when that is not known."""
        report = self.definition.report
        if report is None or report.wants is None:
            return None
        tone = self._tone_of_rule(report.asked)
        wanted = self.values.get(report.wants) if report.wants in self.outcome.path else None
        question = self.definition.questions[report.wants]
        if wanted is None or question.state(wanted) is not State.ANSWERED:
            return "no" if report.wants not in self.outcome.path and tone == "none" else None
        if scale not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return "no"
        return "maybe" if tone == "mind" else "yes"

    def _tone_of_rule(self, rule: str | None) -> Tone | None:
        """Return the tone of what a rule came to, None when no case matched."""
        result = self.outcome.rules.get(rule or "")
        if result is None or result.matched is None:
            return None
        return self.definition.rules[result.id].said(result.value).tone

    def say_circumstances(self) -> Iterable[Circumstance]:
        """Return every circumstance that holds and has a sentence."""
        for count in self.outcome.counts.values():
            for each in self.definition.counts[count.id].of:
                sentence = self.text(each.text if self.to_student else each.text_report)
                if each.id in count.hits and sentence:
                    yield Circumstance(count.id, each.id, sentence)

    def say_rules(self) -> Iterable[Ruling]:
        """Return what each rule came to."""
        for result in self.outcome.rules.values():
            rule = self.definition.rules[result.id]
            said = rule.said(result.value, result.matched)
            because = "" if result.matched is None else self.text(rule.cases[result.matched].because)
            words = self.text(said.student if self.to_student else said.text)
            yield Ruling(rule.id, self.text(rule.text) or rule.id, result.value, words, said.tone, because)


def _part(item: Item, ends: Range, is_worse_high: bool) -> _Part:
    """Return an item with its distance from the best end of its range."""
    low, high = Fraction(ends[0]), Fraction(ends[1])
    points = Fraction(item.points or 0)
    return _Part(item, points - low if is_worse_high else high - points)


def _is_worse_high(definition: Definition, scale: Scale) -> bool:
    """Say whether more points mean more need: by the tones of the first and the last band, else yes."""
    ranks = {"good": 0, "none": 1, "mind": 1, "help": 2}
    tones = [ranks[definition.bands.get(edge.label, BandName()).tone] for edge in scale.bands]
    return not tones or tones[0] <= tones[-1]


def _share_of_range(score: ScaleScore, ends: Range | None) -> float | None:
    """Return where a value lies in its range, kept within 0 and 1; None without a value or a range."""
    if score.value is None or ends is None or ends[0] == ends[1]:
        return None
    return float(min(max((Fraction(score.value) - ends[0]) / Fraction(ends[1] - ends[0]), Fraction(0)), Fraction(1)))
