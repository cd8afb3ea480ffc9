"""Words that are missing where others of the same sort have them, once students and receivers read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from survey.definition.finding import Finding, Source
from survey.definition.model import Definition, Rule
from survey.definition.scoring import Scale

Path = tuple[str | int, ...]
Entry = tuple[str, Any, Path]


def check(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find names, sentences and reasons that a list, a page or the document would leave blank."""
    for scale in definition.scales.values():
        yield from _sentences(source, scale)
    if definition.report is not None:
        shown = definition.report.scales or tuple(definition.scales)
        scales = [(name, definition.scales[name], ("scales", name)) for name in shown if name in definition.scales]
        yield from _each(source, scales, "text")
        titled = [(part.id, part, ("report", "sections", i)) for i, part in enumerate(definition.report.sections)]
        yield from _each(source, titled, "title")
    yield from _each(source, _by_id(definition.bands, "bands"), "text")
    yield from _each(source, _by_id(definition.helplines, "helplines"), "text")
    for line in definition.helplines.values():
        if not line.phone and not line.url:
            yield source.finding("E276", f"`{line.id}` has no `phone:` and no `url:` to go to", "helplines", line.id)
    for count in definition.counts.values():
        path: Path = ("counts", count.id)
        of = [(each.id, each, (*path, "of", index)) for index, each in enumerate(count.of)]
        for word in ("text", "text_report"):
            yield from _like_the_others(source, of, word)
    for rule in definition.rules.values():
        yield from _values(source, rule)


def _values(source: Source, rule: Rule) -> Iterator[Finding]:
    """Find rows without a reason and values without words."""
    path: Path = ("rules", rule.id)
    cases = [(f"row {index + 1}", each, (*path, "cases", index)) for index, each in enumerate(rule.cases)]
    yield from _like_the_others(source, cases, "because")
    values = [(name, each, (*path, "values", name)) for name, each in rule.values.items()]
    for word in ("text", "student"):
        yield from _like_the_others(source, values, word)
    given = [case.value for case in rule.cases] + ([] if rule.unknown is None else [rule.unknown])
    for value in dict.fromkeys(map(str, given)):
        if rule.values and value not in rule.values:
            yield source.finding("E276", f"value `{value}` of `{rule.id}` has no words here", *path, "values")


def _by_id(entries: dict[str, Any], part: str) -> list[Entry]:
    return [(name, entry, (part, name)) for name, entry in entries.items()]


def _lacks(entry: Any, word: str) -> bool:
    return not any(words.strip() for words in getattr(entry, word).values())


def _each(source: Source, entries: Sequence[Entry], word: str) -> Iterator[Finding]:
    """Find entries without a word that each must have."""
    for name, entry, path in entries:
        if _lacks(entry, word):
            yield source.finding("E276", f"`{name}` has no `{word}:`", *path)


def _like_the_others(source: Source, entries: Sequence[Entry], word: str) -> Iterator[Finding]:
    """Find entries without a word that one of them has."""
    if any(not _lacks(entry, word) for _, entry, _ in entries):
        for name, entry, path in entries:
            if _lacks(entry, word):
                yield source.finding("E276", f"`{name}` has no `{word}:`, as others beside it have", *path)


def _sentences(source: Source, scale: Scale) -> Iterator[Finding]:
    """Find bands of a scale without a sentence, when other bands have one."""
    labels = [edge.label for edge in scale.bands] + ([scale.unknown] if scale.unknown else [])
    for part, sentences in (("sentences", scale.sentences), ("sentences_report", scale.sentences_report)):
        for label in dict.fromkeys(labels):
            if sentences and not sentences.get(label):
                message = f"`{scale.id}` has no sentence for band `{label}`"
                yield source.finding("E276", message, "scales", scale.id, part)
