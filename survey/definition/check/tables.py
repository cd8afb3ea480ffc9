"""Tables of a scale: that a value can be found in them, and that terms under a condition leave a value."""

from __future__ import annotations

from collections.abc import Iterator

from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.ranges import Points
from survey.definition.scoring import Norm, Scale, Step
from survey.expression import tree
from survey.kinds import Choice
from survey.kinds.question import read_number

Path = tuple[str | int, ...]


def check(definition: Definition, source: Source, scale: Scale) -> Iterator[Finding]:
    """Find tables with entries that no value has, and a sum that is nothing when none of its conditions holds."""
    path: Path = ("scales", scale.id)
    for index, term in enumerate(scale.of):
        is_by_code = isinstance(term.map, dict) and isinstance(definition.questions.get(term.ref or ""), Choice)
        if term.map is not None and not is_by_code:
            yield from _table(source, term.map, (*path, "of", index, "map"))
    for table, inner in _lookups(scale):
        yield from _table(source, table, (*path, "lookup", *inner))
    tallied = [isinstance(term.value and term.value.tree, tree.Constant) and term.when is not None for term in scale.of]
    if tallied and all(tallied) and scale.op in ("sum", "mean") and scale.empty is None:
        message = f"when none of these conditions holds `{scale.id}` has no value; say `empty: 0` if that is nought"
        yield source.finding("W218", message, *path, "of")


def _lookups(scale: Scale) -> Iterator[tuple[Points, Path]]:
    """Yield every table that a scale looks up in, with where it stands below `lookup`."""
    lookup = scale.lookup
    if isinstance(lookup, dict) and scale.by is not None:
        yield from ((table, (code,)) for code, table in lookup.items())  # type: ignore[misc]
    elif isinstance(lookup, dict):
        yield lookup, ()  # type: ignore[misc]
    elif lookup and isinstance(lookup[0], Norm):
        yield from ((row.table, (index, "table")) for index, row in enumerate(lookup) if isinstance(row, Norm))
    elif lookup:
        yield tuple(row for row in lookup if isinstance(row, Step)), ()


def _table(source: Source, table: Points, path: Path) -> Iterator[Finding]:
    """Find keys that are no numbers, and steps that come too late."""
    if isinstance(table, dict):
        for key in table:
            if not _is_number(key):
                message = f"`{key}` is no number, so nothing is found there; for a range write `below` and `value` rows"
                yield source.finding("E215", message, *path, key)
        return
    edge = None
    for index, step in enumerate(table):
        if step.below is None and index < len(table) - 1:
            message = "only the last row goes without `below:`; it takes all the rest"
            yield source.finding("E215", message, *path, index)
        if step.below is not None and edge is not None and step.below <= edge:
            message = f"`below: {step.below}` is not above the row before it ({edge})"
            yield source.finding("E215", message, *path, index)
        edge = step.below if step.below is not None else edge


def _is_number(key: str) -> bool:
    try:
        read_number(key)
    except ValueError:
        return False
    return True
