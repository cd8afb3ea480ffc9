"""Outcomes as exact JSON and back: numbers as texts such as "7" and "5/3", never through a float."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from survey.answers import State
from survey.score.outcome import CountScore, Item, Number, Outcome, RuleResult, ScaleScore


def write(outcome: Outcome) -> bytes:
    """Give an outcome as JSON with sorted keys, so that a later recomputation can be compared byte by byte."""
    return json.dumps(_plain(outcome), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(raw: bytes | str) -> Outcome:
    """Give the outcome that `write` wrote; raises ValueError for anything else."""
    try:
        return _outcome(json.loads(raw))
    except (AttributeError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError("this is no stored outcome") from error


def _plain(outcome: Outcome) -> dict[str, Any]:
    """Give an outcome as plain values; order within scales, counts and rules is kept in `order`."""
    return {
        "definition": outcome.definition,
        "version": outcome.version,
        "digest": outcome.digest,
        "engine": outcome.engine,
        "path": outcome.path,
        "scales": [_plain_scale(scale) for scale in outcome.scales.values()],
        "counts": [
            {"id": count.id, "low": count.low, "high": count.high, "hits": count.hits, "unknown": count.unknown}
            | ({"bands": count.bands} if count.bands else {})
            for count in outcome.counts.values()
        ],
        "rules": [
            {"id": rule.id, "value": rule.value, "matched": rule.matched, "unknown": rule.unknown}
            for rule in outcome.rules.values()
        ],
        "flags": outcome.flags,
    }


def _plain_scale(scale: ScaleScore) -> dict[str, Any]:
    """Give one scale with its items as short rows."""
    return {
        "id": scale.id,
        "value": _pack(scale.value),
        "raw": _pack(scale.raw),
        "band": scale.band,
        "answered": scale.answered,
        "applicable": scale.applicable,
        "why": scale.why,
        "lifted_by": scale.lifted_by,
        "items": [
            [item.ref, item.state.value, item.code, _pack(item.raw), _pack(item.points)] for item in scale.items
        ],
    }


def _outcome(plain: dict[str, Any]) -> Outcome:
    """Read an outcome from its plain values."""
    return Outcome(
        definition=plain["definition"],
        version=plain["version"],
        digest=plain["digest"],
        engine=plain["engine"],
        path=tuple(plain["path"]),
        scales={entry["id"]: _scale(entry) for entry in plain["scales"]},
        counts={
            entry["id"]: CountScore(
                entry["id"],
                entry["low"],
                entry["high"],
                tuple(entry["hits"]),
                tuple(entry["unknown"]),
                tuple(entry.get("bands", ())),
            )
            for entry in plain["counts"]
        },
        rules={
            entry["id"]: RuleResult(entry["id"], entry["value"], entry["matched"], tuple(entry["unknown"]))
            for entry in plain["rules"]
        },
        flags=tuple(plain["flags"]),
    )


def _scale(entry: dict[str, Any]) -> ScaleScore:
    """Read one scale."""
    return ScaleScore(
        id=entry["id"],
        value=_unpack(entry["value"]),
        band=entry["band"],
        answered=entry["answered"],
        applicable=entry["applicable"],
        why=entry["why"],
        items=tuple(
            Item(ref, State(state), code, _unpack(raw), _unpack(points))
            for ref, state, code, raw, points in entry["items"]
        ),
        lifted_by=entry["lifted_by"],
        raw=_unpack(entry["raw"]),
    )


def _pack(number: Number | None) -> str | None:
    return None if number is None else str(number)


def _unpack(text: str | None) -> Number | None:
    return None if text is None else Fraction(text) if "/" in text else int(text)
