"""Scales, bands, counts, rules and flags: that every answer comes out somewhere, and only there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey.definition.calculated import find_ring
from survey.definition.check import tables
from survey.definition.complaint import suggest
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.order import Cycle, find_order
from survey.definition.ranges import find_full_range, find_ranges, find_raw_range
from survey.definition.reach import Range
from survey.definition.scoring import BandEdge, Scale, Term
from survey.expression import Expression, tree
from survey.kinds import Choice, Choices, NumberQuestion

Path = tuple[str | int, ...]


def check(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find scores that cannot be reckoned or that leave answers out."""
    known = [*definition.questions, *definition.scales, *definition.counts]
    for scale in definition.scales.values():
        yield from _terms(definition, source, scale, known)
        yield from _bands(source, ("scales", scale.id), scale.bands)
        yield from _labels(definition, source, scale)
        yield from _lookup(definition, source, scale)
        yield from tables.check(definition, source, scale)
    for count in definition.counts.values():
        yield from _bands(source, ("counts", count.id), count.bands)
        if not count.of:
            yield source.finding("E216", f"`{count.id}` counts nothing; give it circumstances", "counts", count.id)
    yield from _rules(definition, source)
    if definition.report is not None:
        yield from silent_flags(definition, source)
    try:
        find_order(definition)
    except Cycle as cycle:
        part = next(part for part in ("scales", "counts", "rules") if cycle.ids[0] in getattr(definition, part))
        message = f"these are made of each other: {' -> '.join(cycle.ids)}; break the ring"
        yield source.finding("E206", message, part, cycle.ids[0])
        return
    if find_ring(definition) is not None:
        return
    if all(term.ref is None or term.ref in known for scale in definition.scales.values() for term in scale.of):
        yield from _reach(definition, source)


def _terms(definition: Definition, source: Source, scale: Scale, known: list[str]) -> Iterator[Finding]:
    """Find terms that are not there, or that give no points."""
    seen: set[tuple[object, ...]] = set()
    for index, term in enumerate(scale.of):
        path: Path = ("scales", scale.id, "of", index)
        if term.ref is None:
            continue
        if term.ref not in known:
            yield source.finding("E102", f"there is no question or scale `{term.ref}`{suggest(term.ref, known)}", *path)
            continue
        same = (term.ref, term.reverse, term.when, str(term.map))
        if same in seen:
            yield source.finding("W217", f"`{term.ref}` stands in `{scale.id}` twice", *path)
        seen.add(same)
        question = definition.questions.get(term.ref)
        if question is None:
            continue
        if not isinstance(question, Choice | NumberQuestion) and scale.op != "count":
            yield source.finding("E202", f"`{term.ref}` has no points: its kind is {question.kind}", *path)
        if term.reverse and term.map is None and question.range() is None:
            message = f"`-{term.ref}` needs to know its range: give `{term.ref}` points, or `min:` and `max:`"
            yield source.finding("E201", message, *path)
        if isinstance(question, Choice) and scale.op != "count":
            yield from _points(source, scale, question, term, path)


def _points(source: Source, scale: Scale, question: Choice, term: Term, path: Path) -> Iterator[Finding]:
    """Find options that count without points in a scale, and codes in a map that are no options."""
    if isinstance(term.map, dict):
        for entry in term.map:
            if entry not in question.options:
                hint = suggest(entry, list(question.options))
                yield source.finding("E211", f"`{question.id}` has no option `{entry}`{hint}", *path, "map", entry)
    if isinstance(term.map, dict) and isinstance(question, Choices):
        return  # what the map leaves out adds nothing
    for code, (state, points) in question.readings.items():
        has_points = str(code) in term.map if isinstance(term.map, dict) else points is not None
        if state == "answered" and not has_points:
            message = f"option `{code}` of `{question.id}` has no points for `{scale.id}`; give it points or a `state:`"
            yield source.finding("W203", message, *path)


def _bands(source: Source, path: Path, bands: Sequence[BandEdge]) -> Iterator[Finding]:
    """Find bands that overlap, leave a hole or bear one name twice."""
    labels: set[str] = set()
    edge = None
    for index, band in enumerate(bands):
        here = (*path, "bands", index)
        if band.label in labels:
            yield source.finding("E204", f"two bands are called `{band.label}`; rename one", *here)
        labels.add(band.label)
        is_last = index == len(bands) - 1
        if band.below is None and not is_last:
            message = f"only the last band goes without `below:`; `{band.label}` takes all the rest"
            yield source.finding("E204", message, *here)
        elif band.below is not None and is_last:
            message = f"values of {band.below} and more fall in no band; add a last band without `below:`"
            yield source.finding("E204", message, *here)
        if band.below is not None and edge is not None and band.below <= edge:
            yield source.finding("E204", f"`below: {band.below}` is not above the band before it ({edge})", *here)
        edge = band.below if band.below is not None else edge


def _labels(definition: Definition, source: Source, scale: Scale) -> Iterator[Finding]:
    """Find lifts and sentences for bands that a scale does not have, and bands without a name or a sentence."""
    labels = [edge.label for edge in scale.bands]
    with_unknown = labels + ([scale.unknown] if scale.unknown else [])
    for index, lift in enumerate(scale.lift):
        if lift.to not in labels:
            message = f"`{scale.id}` has no band `{lift.to}`{suggest(lift.to, labels)}"
            yield source.finding("E205", message, "scales", scale.id, "lift", index, "to")
    for part, sentences in (("sentences", scale.sentences), ("sentences_report", scale.sentences_report)):
        for label in sentences:
            if label not in with_unknown:
                message = f"`{scale.id}` has no band `{label}`{suggest(label, with_unknown)}"
                yield source.finding("E208", message, "scales", scale.id, part, label)
    for label in with_unknown:
        if definition.bands and label not in definition.bands:
            message = f"band `{label}` has no words under `bands:`{suggest(label, list(definition.bands))}"
            yield source.finding("W209", message, "scales", scale.id, "bands")


def _lookup(definition: Definition, source: Source, scale: Scale) -> Iterator[Finding]:
    """Find norm groups of a question that is no choice, or of codes that it does not have."""
    if scale.by is None:
        return
    question = definition.questions.get(scale.by)
    if not isinstance(question, Choice):
        message = f"`by: {scale.by}` must name a question with options{suggest(scale.by, list(definition.questions))}"
        yield source.finding("E212", message, "scales", scale.id, "by")
        return
    groups = scale.lookup if isinstance(scale.lookup, dict) else {}
    for code in groups:
        if code not in question.options:
            hint = suggest(code, list(question.options))
            message = f"`{question.id}` has no option `{code}`{hint}"
            yield source.finding("E212", message, "scales", scale.id, "lookup", code)
    left = [code for code, (state, _) in question.readings.items() if state == "answered" and code not in groups]
    if left:
        message = f"no table for {', '.join(map(str, left))} of `{question.id}`; who answers that gets no value"
        yield source.finding("W213", message, "scales", scale.id, "lookup")


def _rules(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find rows behind one that always holds, and words for values that no row gives."""
    for rule in definition.rules.values():
        path: Path = ("rules", rule.id)
        values = {str(case.value) for case in rule.cases} | {str(rule.unknown)}
        for value in rule.values:
            if value not in values:
                yield source.finding("E223", f"no row of `{rule.id}` gives `{value}`", *path, "values", value)
        seen: dict[str, int] = {}
        for index, case in enumerate(rule.cases):
            if any(_always(before.when) for before in rule.cases[:index]):
                yield source.finding("E221", "no row comes after one that always holds", *path, "cases", index)
            elif case.when.source in seen:
                message = f"never reached: line {source.line(*path, 'cases', seen[case.when.source])} asks the same"
                yield source.finding("E221", message, *path, "cases", index)
            seen.setdefault(case.when.source, index)
        if not rule.cases:
            yield source.finding("E216", f"`{rule.id}` has no rows; give it `cases:`", *path)


def _always(condition: Expression) -> bool:
    return isinstance(condition.tree, tree.Truth) and condition.tree.value


def silent_flags(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find flags that say nothing to the person who must act."""
    for flag in definition.flags.values():
        if not any(text.strip() for text in flag.text.values()):
            yield source.finding("E231", f"`{flag.id}` has no `text:`; say what staff must know", "flags", flag.id)


def _reach(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find bands outside what a scale can be, and rescaling from a range that nobody knows."""
    ranges = find_ranges(definition)
    for scale in definition.scales.values():
        if scale.rescale is not None and scale.rescale.source is None:
            found, full = find_raw_range(definition, scale, ranges), find_full_range(definition, scale, ranges)
            if found is None:
                message = f"`{scale.id}` has no range of its own; say `rescale: {{from: [low, high], to: ...}}`"
                yield source.finding("E214", message, "scales", scale.id, "rescale")
            elif full is not None and found != full:
                message = (
                    f"`{scale.id}` runs from {_show(full[0])} to {_show(full[1])} when all is answered, and with terms "
                    f"left out from {_show(found[0])} to {_show(found[1])}, which is rescaled; say `from:` to choose"
                )
                yield source.finding("W220", message, "scales", scale.id, "rescale")
        for index, term in enumerate(scale.of):
            if term.reverse and term.ref not in definition.questions and term.ref and ranges.of(term.ref) is None:
                message = f"`-{term.ref}` needs to know its range: give `{term.ref}` a `range: [low, high]`"
                yield source.finding("E201", message, "scales", scale.id, "of", index)
        found = ranges.scored.get(scale.id)
        if found is not None and scale.empty is not None:
            found = min(found[0], scale.empty), max(found[1], scale.empty)
        yield from _outside(source, ("scales", scale.id), scale.bands, found)
    for count in definition.counts.values():
        yield from _outside(source, ("counts", count.id), count.bands, (0, len(count.of)))


def _outside(source: Source, path: Path, bands: Sequence[BandEdge], found: Range | None) -> Iterator[Finding]:
    """Find bands that no value can fall in."""
    if found is None or len(bands) < 2:
        return
    low, high = found
    start = None
    for index, band in enumerate(bands):
        is_empty = (band.below is not None and band.below <= low) or (start is not None and start > high)
        if is_empty:
            message = f"no value falls in `{band.label}`: it runs from {_show(low)} to {_show(high)}"
            yield source.finding("W207", message, *path, "bands", index)
        start = band.below if band.below is not None else start


def _show(number: object) -> str:
    return str(number)
