"""In which order scales, counts and rules are computed: each after what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import dropwhile

from survey.definition.model import Definition
from survey.definition.scoring import Count, Norm, Scale
from survey.expression import Expression


class Cycle(ValueError):
    """Scales, counts or rules that are made of each other; `ids` is the ring, its first id again at the end."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(ids))
        self.ids = ids


def find_order(definition: Definition) -> tuple[str, ...]:
    """Give the ids of all scales, counts and rules so that none comes before what it reads; raises Cycle."""
    parts = find_parts(definition)
    done: dict[str, None] = {}
    for start in parts:
        _visit(start, parts, done, ())
    return tuple(done)


def find_parts(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Give for each scale, count and rule the ids that it reads, questions included, in file order."""
    parts = {scale.id: tuple(dict.fromkeys(_read_by_scale(scale))) for scale in definition.scales.values()}
    for count in definition.counts.values():
        parts[count.id] = tuple(dict.fromkeys(_read_by_count(count)))
    for rule in definition.rules.values():
        parts[rule.id] = tuple(dict.fromkeys(_named_in(case.when for case in rule.cases)))
    return parts


def _visit(node: str, parts: dict[str, tuple[str, ...]], done: dict[str, None], trail: tuple[str, ...]) -> None:
    """Put a node behind everything that it is made of."""
    if node in done or node not in parts:
        return
    if node in trail:
        ring = dropwhile(lambda name: name != node, trail)
        raise Cycle((*ring, node))
    for part in parts[node]:
        _visit(part, parts, done, (*trail, node))
    done[node] = None


def _read_by_scale(scale: Scale) -> Iterator[str]:
    """Walk over every id that a scale reads."""
    for term in scale.of:
        if term.ref is not None:
            yield term.ref
        yield from _named_in((term.value, term.when))
    yield from _named_in((scale.value, scale.when, *(lift.when for lift in scale.lift)))
    if scale.by is not None:
        yield scale.by
    if isinstance(scale.lookup, tuple):
        yield from _named_in(row.when for row in scale.lookup if isinstance(row, Norm))


def _read_by_count(count: Count) -> Iterator[str]:
    yield from _named_in(circumstance.when for circumstance in count.of)


def _named_in(expressions: Iterable[Expression | None]) -> Iterator[str]:
    """Walk over the ids in expressions, sorted, for the same order every time."""
    for expression in expressions:
        if expression is not None:
            yield from sorted(expression.names)
