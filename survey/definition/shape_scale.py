"""The shorthands of a scale written out: its terms, missing rule, rounding and rescaling."""

from __future__ import annotations

from typing import Any, get_args

from survey.definition.scoring import Rounding
from survey.definition.tree import Mapping, Sequence, copy_of, with_key

#: Where `prorate` and `ignore` come to the same, so that nothing is left to choose.
OF_WHAT_WAS_ANSWERED = ("mean", "min", "max")


def write_out_scale(entry: Any) -> Any:
    """Write out what a scale says in short."""
    if not isinstance(entry, Mapping):
        return entry
    if isinstance(terms := entry.get("of"), Sequence):
        fresh = Sequence(terms.line)
        fresh.lines = list(terms.lines)
        fresh.extend(_term(term, line) for term, line in zip(terms, terms.lines, strict=True))
        entry["of"] = fresh
    if "missing" in entry:
        entry["missing"] = _missing(entry["missing"], entry.get("op"), entry.lines["missing"])
    if "round" in entry:
        entry["round"] = _round(entry["round"])
    if isinstance(ends := entry.get("rescale"), Sequence):
        entry["rescale"] = with_key(Mapping(ends.line), "to", ends)
    return entry


def _term(term: Any, line: int) -> Any:
    """Write out one term; one that is reversed starts with a minus."""
    if isinstance(term, Mapping) and isinstance(term.get("ref"), str) and term["ref"].startswith("-"):
        fresh = copy_of(term)
        fresh["ref"] = term["ref"][1:].strip()
        return with_key(fresh, "reverse", True)
    if not isinstance(term, str):
        return term
    fresh = with_key(Mapping(line), "ref", term.removeprefix("-").strip())
    return with_key(fresh, "reverse", True) if term.startswith("-") else fresh


def _missing(missing: Any, op: Any, line: int) -> Any:
    """Write out a missing rule: its name alone, YAML's null, and the rule where there is only one."""
    if isinstance(missing, str):
        return with_key(Mapping(line), "rule", missing)
    if not isinstance(missing, Mapping):
        return missing
    fresh = copy_of(missing)
    if "rule" in fresh and fresh["rule"] is None:
        fresh["rule"] = "null"
    if "rule" not in fresh and {"max", "max_share"} & set(fresh) and op in OF_WHAT_WAS_ANSWERED:
        with_key(fresh, "rule", "ignore")
    return fresh


def _round(written: Any) -> Any:
    """Write out a rounding: digits alone are half up, a name alone is to whole numbers."""
    if isinstance(written, list) and len(written) == 1:
        written = written[0]
    if isinstance(written, int) and not isinstance(written, bool):
        return [written, "half_up"]
    return [0, written] if written in get_args(Rounding) else written
