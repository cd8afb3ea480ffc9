"""An outcome as the plain values that `survey score` writes (docs/scores.schema.json)."""

from __future__ import annotations

from typing import Any

from survey.definition.model import Definition
from survey.definition.scoring import BandEdge
from survey.score.outcome import CountScore, Number, Outcome, RuleResult, ScaleScore


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """Give values, bands, counts, rules, flags and path; raises OverflowError for a number beyond any float."""
    return {
        "scales": {
            scale.id: {
                "value": plain_number(scale.value),
                "band": scale.band,
                "answered": scale.answered,
                "applicable": scale.applicable,
                "why": scale.why,
            }
            for scale in outcome.scales.values()
        },
        "counts": {
            count.id: {"low": count.low, "high": count.high, "hits": list(count.hits)}
            for count in outcome.counts.values()
        },
        "rules": {rule.id: rule.value for rule in outcome.rules.values()},
        "flags": list(outcome.flags),
        "path": list(outcome.path),
    }


def plain_trace(definition: Definition, outcome: Outcome) -> dict[str, Any]:
    """Give all that led to an outcome: items, edges, lifts, hits, misses, unknowns and matched cases."""
    return {
        "definition": outcome.definition,
        "version": outcome.version,
        "digest": outcome.digest,
        "engine": outcome.engine,
        "scales": {name: _trace_scale(definition, scale) for name, scale in outcome.scales.items()},
        "counts": {name: _trace_count(definition, count) for name, count in outcome.counts.items()},
        "rules": {name: _trace_rule(definition, rule) for name, rule in outcome.rules.items()},
    }


def _trace_scale(definition: Definition, scale: ScaleScore) -> dict[str, Any]:
    """Give the items of a scale and what its band was found with."""
    lift = definition.scales[scale.id].lift
    lifted = None if scale.lifted_by is None else lift[scale.lifted_by]
    return {
        "items": [
            {
                "ref": item.ref,
                "state": item.state.value,
                "code": item.code,
                "raw": plain_number(item.raw),
                "points": plain_number(item.points),
            }
            for item in scale.items
        ],
        "raw": plain_number(scale.raw),
        "edges": _edges(definition.scales[scale.id].bands),
        "lifted_by": None if lifted is None else {"when": lifted.when.source, "to": lifted.to},
    }


def _trace_count(definition: Definition, count: CountScore) -> dict[str, Any]:
    """Give which circumstances hold, do not hold and cannot be told."""
    told = {*count.hits, *count.unknown}
    return {
        "hits": list(count.hits),
        "misses": [each.id for each in definition.counts[count.id].of if each.id not in told],
        "unknown": list(count.unknown),
        "bands": list(count.bands),
        "edges": _edges(definition.counts[count.id].bands),
    }


def _trace_rule(definition: Definition, rule: RuleResult) -> dict[str, Any]:
    """Give the case that matched, by its place from 0, with its condition."""
    cases = definition.rules[rule.id].cases
    return {
        "matched": rule.matched,
        "when": None if rule.matched is None else cases[rule.matched].when.source,
        "unknown": list(rule.unknown),
    }


def _edges(edges: tuple[BandEdge, ...]) -> list[dict[str, Any]]:
    return [{"below": plain_number(edge.below), "label": edge.label} for edge in edges]


def plain_number(number: Number | None) -> int | float | None:
    """Give a number for JSON: an int when it is whole, else the nearest float; raises OverflowError."""
    if number is None or isinstance(number, int):
        return number
    return number.numerator if number.denominator == 1 else float(number)
