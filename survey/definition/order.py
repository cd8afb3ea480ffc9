"""In which order scales, counts and rules are computed: each after what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import dropwhile

from survey.definition.model import Definition
from survey.definition.scoring import Norm, Scale
from survey.expression import Expression, refs, tree


class Cycle(ValueError):
    """Scales, counts or rules that are made of each other; `ids` is the ring, its first id again at the end."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(ids))
        self.ids = ids


def find_order(definition: Definition) -> tuple[str, ...]:
    """Give the ids of all scales, counts and rules so that none comes before what it reads; raises Cycle."""
    return put_in_order(find_parts(definition))


def put_in_order(parts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Give ids so that none comes before one of its parts; raises Cycle."""
    done: dict[str, None] = {}
    for start in parts:
        if start not in done:
            _place(start, parts, done)
    return tuple(done)


def find_parts(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Give for each scale, count and rule the ids of the scales, counts and rules that it reads, in file order."""
    reads = {scale.id: tuple(_read_by_scale(scale)) for scale in definition.scales.values()}
    reads |= {count.id: tuple(_refs_in(each.when for each in count.of)) for count in definition.counts.values()}
    reads |= {rule.id: tuple(_refs_in(case.when for case in rule.cases)) for rule in definition.rules.values()}
    return {
        name: tuple(dict.fromkeys(ref.name for ref in found if ref.part or ref.name not in definition.questions))
        for name, found in reads.items()
    }


def _place(start: str, parts: dict[str, tuple[str, ...]], done: dict[str, None]) -> None:
    """Put a name behind everything that it is made of; a chain may be longer than calls can be deep."""
    trail = {start: iter(parts[start])}  # what is being placed, each with the parts that are still to come
    while trail:
        node = next(reversed(trail))
        part = next(trail[node], None)
        if part is None:
            done[node] = None
            del trail[node]
        elif part in trail:
            raise Cycle((*dropwhile(lambda name: name != part, trail), part))
        elif part in parts and part not in done:
            trail[part] = iter(parts[part])


def _read_by_scale(scale: Scale) -> Iterator[tree.Ref]:
    """Walk over everything that a scale reads."""
    for term in scale.of:
        if term.ref is not None:
            yield tree.Ref(term.ref, None, 1)
        yield from _refs_in((term.value, term.when))
    yield from _refs_in((scale.value, scale.when, *(lift.when for lift in scale.lift)))
    if scale.by is not None:
        yield tree.Ref(scale.by, None, 1)
    if isinstance(scale.lookup, tuple):
        yield from _refs_in(row.when for row in scale.lookup if isinstance(row, Norm))


def _refs_in(expressions: Iterable[Expression | None]) -> Iterator[tree.Ref]:
    """Walk over the references in expressions."""
    for expression in expressions:
        if expression is not None:
            yield from refs(expression.tree)
