"""Outcomes as exact JSON and back: numbers as texts such as "7" and "5/3", never through a float."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final, TypeVar

from survey.answers import State
from survey.score.outcome import CountScore, Item, Number, Outcome, RuleResult, ScaleScore

Part = TypeVar("Part")
#: Parts that are written already, by identity; each is kept with its text, so that its identity is not used again.
KEPT: Final = 4096
_kept: dict[int, tuple[object, str]] = {}
_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def write(outcome: Outcome) -> bytes:
    """Give an outcome as JSON with sorted keys, so that a later recomputation can be compared byte by byte."""
    parts = (
        ("counts", _list(outcome.counts.values(), _plain_count)),
        ("definition", _dump(outcome.definition)),
        ("digest", _dump(outcome.digest)),
        ("engine", _dump(outcome.engine)),
        ("flags", _dump(outcome.flags)),
        ("path", _text(outcome.path, list)),
        ("rules", _list(outcome.rules.values(), _plain_rule)),
        ("scales", _list(outcome.scales.values(), _plain_scale)),
        ("version", _dump(outcome.version)),
    )
    return ("{" + ",".join([f'"{name}":{text}' for name, text in parts]) + "}").encode()


def read(raw: bytes | str) -> Outcome:
    """Give the outcome that `write` wrote; raises ValueError for anything else."""
    try:
        return _outcome(json.loads(raw))
    except (AttributeError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError("this is no stored outcome") from error


def _list(parts: Iterable[Part], plain: Callable[[Part], object]) -> str:
    """Give the JSON of a list of parts."""
    return "[" + ",".join([_text(part, plain) for part in parts]) + "]"


def _text(part: Part, plain: Callable[[Part], object]) -> str:
    """Give the JSON of one part; scoring gives the same objects for the same answers, and each is written once."""
    found = _kept.get(id(part))
    if found is not None and found[0] is part:
        return found[1]
    text = _dump(plain(part))
    if len(_kept) >= KEPT:
        _kept.clear()
    _kept[id(part)] = (part, text)
    return text


def _plain_count(count: CountScore) -> dict[str, Any]:
    """Give one count as plain values."""
    bounds = {"id": count.id, "low": count.low, "high": count.high, "hits": count.hits, "unknown": count.unknown}
    return bounds | ({"bands": count.bands} if count.bands else {})


def _plain_rule(rule: RuleResult) -> dict[str, Any]:
    """Give one rule as plain values."""
    return {"id": rule.id, "value": rule.value, "matched": rule.matched, "unknown": rule.unknown}


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
