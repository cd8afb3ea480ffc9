"""A definition over many responses: the path, then every rule in the order in which they read each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from survey.definition.model import Count, Definition, Rule
from survey.definition.names import find_names
from survey.definition.order import find_order
from survey.definition.ranges import find_ranges
from survey.score.cohort.columns import CohortOutcome, Columns, CountColumn, RuleColumn, ScaleColumn
from survey.score.cohort.conditions import Reader
from survey.score.cohort.matrix import Cohort
from survey.score.cohort.numbers import Ints
from survey.score.cohort.path import find_columns
from survey.score.cohort.scales import reckon_scale
from survey.score.cohort.truths import ALL, NONE, Flags
from survey.score.counts import bands_between
from survey.score.scorer import compile_definition


def score_cohort(definition: Definition, cohort: Cohort) -> CohortOutcome:
    """Score many responses, with the results that `score` gives for each of them.

    Raises NotVectorised for what 64 bits cannot hold exactly, Unscorable for rules that cannot be run.
    """
    compile_definition(definition)
    columns = find_columns(definition, cohort)
    reader, ranges = Reader(columns, find_names(definition)), find_ranges(definition)
    for name in find_order(definition):
        if name in definition.scales:
            columns.scales[name] = reckon_scale(definition.scales[name], definition, reader, ranges)
        elif name in definition.counts:
            columns.counts[name] = _reckon_count(definition.counts[name], reader)
        else:
            columns.rules[name] = _reckon_rule(definition.rules[name], reader)
    flags = {name: reader.condition(flag.when).yes for name, flag in definition.flags.items()}
    return _whole(definition, columns, flags)


def _reckon_count(count: Count, reader: Reader) -> CountColumn:
    """Count what holds; low takes every unknown circumstance as false, high as true."""
    low: Ints = np.array(0)
    high: Ints = np.array(0)
    hits: dict[str, Flags] = {}
    for circumstance in count.of:
        held = reader.condition(circumstance.when)
        hits[circumstance.id] = held.yes
        low, high = low + held.yes, high + ~held.no
    most = len(count.of)
    bands = tuple(bands_between(count.bands, one, other) for one in range(most + 1) for other in range(most + 1))
    return CountColumn(low, high, most, hits, bands)


def _reckon_rule(rule: Rule, reader: Reader) -> RuleColumn:
    """Take the first case that is true, or `unknown` when one before it could give something else."""
    values, codes = _codes(rule)
    waits, doubts, mixed = ALL, NONE, NONE
    doubted: Ints = np.array(-1)  # the value that the unknown cases so far would give
    last: Ints = np.array(codes[-1])
    matched: Ints = np.array(-1)
    for place, case in enumerate(rule.cases):
        held = reader.condition(case.when)
        matches, unknown = waits & held.yes, waits & held.unknown
        matched, last = np.where(matches, place, matched), np.where(matches, codes[place], last)
        mixed = mixed | (unknown & doubts & (doubted != codes[place]))
        doubted, doubts = np.where(unknown & ~doubts, codes[place], doubted), doubts | unknown
        waits = waits & ~held.yes
    untold = doubts & (mixed | (doubted != last))
    return RuleColumn(values, np.where(untold, codes[-1], last), np.where(untold, -1, matched))


def _codes(rule: Rule) -> tuple[tuple[str | int | None, ...], list[int]]:
    """Give the different values of a rule, and the place of each case's value, that of `unknown` last."""
    given: Sequence[str | int | None] = [*(case.value for case in rule.cases), rule.unknown]
    places = {key: place for place, key in enumerate(dict.fromkeys((type(value), value) for value in given))}
    return tuple(value for _, value in places), [places[type(value), value] for value in given]


def _whole(definition: Definition, columns: Columns, flags: dict[str, Flags]) -> CohortOutcome:
    """Give every column its full length, in the order of the file."""
    size = columns.size

    def full(part: Ints) -> Ints:
        return np.broadcast_to(part, size)

    def scale(column: ScaleColumn) -> ScaleColumn:
        return replace(
            column,
            place=full(column.place),
            band=full(column.band),
            answered=full(column.answered),
            applicable=full(column.applicable),
            lifted_by=full(column.lifted_by),
        )

    def count(column: CountColumn) -> CountColumn:
        hits = {name: np.broadcast_to(held, size) for name, held in column.hits.items()}
        return replace(column, low=full(column.low), high=full(column.high), hits=hits)

    return CohortOutcome(
        size,
        {name: np.broadcast_to(shown, size) for name, shown in columns.shown.items()},
        {name: scale(columns.scales[name]) for name in definition.scales},
        {name: count(columns.counts[name]) for name in definition.counts},
        {
            name: replace(column, index=full(column.index), matched=full(column.matched))
            for name in definition.rules
            for column in [columns.rules[name]]
        },
        {name: np.broadcast_to(raised, size) for name, raised in flags.items()},
    )
