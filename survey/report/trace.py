"""The annex for professionals: how each picture was made, from the answers to the band, with what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from survey.definition.model import BandName, Scale
from survey.explain import Domain, explain
from survey.expression.numbers import round_half_up
from survey.kinds.number import write
from survey.report.document import Block, Paragraph, Table
from survey.report.domains import list_scales
from survey.report.source import Source
from survey.report.text import bound
from survey.score.outcome import Item, ScaleScore

NOTHING = "–"
DIGITS = 2
#: Characters of a question, of an answer, and of a sentence.
QUESTION, ANSWER, SENTENCE = 160, 80, 240


def compose_trace(source: Source) -> tuple[Block, ...]:
    """Give each domain that may be seen: a sentence, what goes well, what would change it, and its table of points."""
    changes = {each.id: each.change or "" for each in _explain_changes(source)}
    blocks: list[Block] = []
    for each in _list_domains(source):
        blocks += [_table(source, each), *_say(source, each, changes.get(each.id, ""))]
    if not blocks:
        return ()
    rules = source.words.text(
        "Questionnaire {name}, file {digest}, rules {engine}.",
        name=f"{source.definition.id} {source.definition.version}",
        digest=source.definition.digest[:12],
        engine=source.outcome.engine,
    )
    return (*blocks, Paragraph(rules, quiet=True))


def write_trace(source: Source) -> list[dict[str, Any]]:
    """Give the same for a machine: only domains that may be seen, so only answers that may be."""
    written = []
    for each in _list_domains(source):
        score = source.outcome.scales[each.id]
        written.append(
            {
                "domein": each.title,
                "waarde": None if score.value is None else say_number(score.value, "en"),
                "beeld": each.words,
                "beantwoord": score.answered,
                "van_toepassing": score.applicable,
                "zin": each.sentence,
                "onderdelen": [
                    {
                        "onderdeel": _name(source, item),
                        "antwoord": source.answer(item.ref, ANSWER),
                        "punten": None if item.points is None else say_number(item.points, "en"),
                    }
                    for item in score.items
                ],
            }
        )
    return written


def say_number(number: Fraction | int | None, language: str) -> str:
    """Return a number as people read it: half up, two decimals at most."""
    if number is None:
        return NOTHING
    return write(Fraction(round_half_up(number, DIGITS)), language)


def _list_domains(source: Source) -> Iterable[Domain]:
    explained = {each.id: each for each in source.explanation.domains}
    return (explained[each] for each in list_scales(source) if each in explained and source.sharing.allows(each))


def _explain_changes(source: Source) -> tuple[Domain, ...]:
    """Say what would change each picture; it is proved by scoring again, from answers that may be seen."""
    known = {name: value for name, value in source.values.items() if source.sharing.allows(name)}
    return explain(source.definition, source.outcome, known, source.words.language, "student").domains


def _table(source: Source, domain: Domain) -> Table:
    """Give the parts of one domain with their points, and what they come to."""
    words, score = source.words, source.outcome.scales[domain.id]
    rows = [
        (_name(source, item), source.answer(item.ref, ANSWER) or NOTHING, say_number(item.points, words.language))
        for item in score.items
    ]
    total = _total(source, source.definition.scales[domain.id], score)
    rows.append((words.text("Together"), total, say_number(score.value, words.language)))
    return Table((domain.title, words.text("Answer"), words.text("Points")), tuple(rows))


def _name(source: Source, item: Item) -> str:
    """Give the words of a question, or the title of a scale within a scale."""
    if item.ref in source.definition.questions:
        return bound(source.ask(item.ref), QUESTION)
    scale = source.definition.scales.get(item.ref)
    return (source.words.words(scale.text) if scale else "") or item.ref


def _total(source: Source, scale: Scale, score: ScaleScore) -> str:
    """Give the band, how much was answered, and the edges of the bands."""
    words = source.words
    edges = ", ".join(
        words.text("below {edge} {band}", edge=say_number(edge.below, words.language), band=_band(source, edge.label))
        for edge in scale.bands
        if edge.below is not None
    )
    answered = words.text("{n} of {total} answered", n=score.answered, total=score.applicable)
    lifted = words.text("lifted by one strong answer") if score.lifted_by is not None else ""
    return " · ".join(each for each in (_band(source, score.band), lifted, answered, edges) if each)


def _band(source: Source, band: str | None) -> str:
    named = source.definition.bands.get(band or "", BandName())
    return source.words.words(named.text) or band or NOTHING


def _say(source: Source, domain: Domain, change: str) -> Iterable[Paragraph]:
    """Give the domain in a sentence, one thing that goes well, and what would give a better picture."""
    words = source.words
    well = f"{words.text('Goes well:')} {domain.strength}" if domain.strength else ""
    better = f"{words.text('What would change it:')} {change}" if change else ""
    sentence = " ".join(each for each in (domain.sentence, well, better) if each)
    if sentence:
        yield Paragraph(bound(sentence, SENTENCE), quiet=True)
