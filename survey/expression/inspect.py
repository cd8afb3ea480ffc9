"""Checks an expression against the names of a definition, before anything runs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from survey.expression import tree
from survey.expression.parse import Expression

Kind = Literal["choice", "choices", "number", "text", "date", "scale", "count", "rule"]
#: Which parts (`.band` and the like) each kind of name has.
PARTS: dict[Kind, tuple[tree.Part, ...]] = {
    "scale": ("band", "value", "answered", "applicable"),
    "count": ("band", "low", "high"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """What an id of a definition is: its kind, the codes it can have, and its bands."""

    kind: Kind
    codes: frozenset[str] = frozenset()  # of a question its option codes, of a rule its values
    bands: frozenset[str] = frozenset()
    also: Literal["scale", "count"] | None = None  # of a question: what has the same id, reached by its parts
    has_points: bool = True  # False: a choice of which no option has points, so that no number can come of it


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot work, said so that an author can mend it; `column` from 1."""

    message: str
    column: int


def check(expression: Expression, names: Mapping[str, Name]) -> list[Problem]:
    """Return what is wrong with the ids, codes and bands of an expression, in the order of its text."""
    return sorted(_check(expression.tree, names), key=lambda problem: problem.column)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean `x`?" for the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f" Did you mean `{near[0]}`?" if near else ""


def _check(node: tree.Tree, names: Mapping[str, Name]) -> Iterator[Problem]:
    """Walk over a tree."""
    match node:
        case tree.Ref():
            yield from _check_number(node, names)
        case tree.Answered(ref) | tree.IsMissing(ref):
            yield from _check_ref(ref, names)
        case tree.Member():
            yield from _check_member(node, names)
        case tree.Logic(_, parts) | tree.Tally(parts) | tree.Call(_, parts):
            for part in parts:
                yield from _check(part, names)
        case tree.Not(inner) | tree.Negate(inner) | tree.Rounded(inner):
            yield from _check(inner, names)
        case tree.Compare(_, left, right) | tree.Arithmetic(_, left, right):
            yield from _check(left, names)
            yield from _check(right, names)
        case tree.Between():
            for ref in tree.refs(node):
                yield from _check_day(ref, names)
        case tree.Choose(condition, yes, no):
            for part in (condition, yes, no):
                yield from _check(part, names)


def _check_ref(ref: tree.Ref, names: Mapping[str, Name]) -> Iterator[Problem]:
    """Check that an id exists and has the part that is asked of it."""
    name = names.get(ref.name)
    if name is None:
        hint = suggest(ref.name, names)
        yield Problem(f"There is no question, scale, count or rule `{ref.name}`.{hint}", ref.column)
    elif ref.part is not None and ref.part not in PARTS.get(name.also or name.kind, ()):
        having = " and ".join(kind for kind in get_args(Kind) if ref.part in PARTS.get(kind, ()))
        yield Problem(f"`{ref.name}` has no `.{ref.part}`; only a {having} has one.", ref.column)
    elif ref.part == "band" and not name.bands:
        yield Problem(f"`{ref.name}` has no bands; give it `bands`.", ref.column)


def _check_day(ref: tree.Ref, names: Mapping[str, Name]) -> Iterator[Problem]:
    """Check an id where a day is wanted."""
    problems = list(_check_ref(ref, names))
    yield from problems
    name = names.get(ref.name)
    if not problems and name is not None and name.kind != "date":
        yield Problem(f"`{ref.name}` is no day; ask for one with `kind: date` or `kind: month`.", ref.column)


def _check_number(ref: tree.Ref, names: Mapping[str, Name]) -> Iterator[Problem]:
    """Check an id where a number is wanted."""
    problems = list(_check_ref(ref, names))
    yield from problems
    name = names.get(ref.name)
    if problems or name is None or ref.part is not None:
        return
    if name.kind == "text":
        yield Problem(f"`{ref.name}` is a text and has no number.", ref.column)
    elif name.kind == "date":
        yield Problem(f"`{ref.name}` is a day and no number; write `days({ref.name}, ...)`.", ref.column)
    elif name.kind in ("choice", "choices") and not name.has_points:
        yield Problem(f"No option of `{ref.name}` has points; ask for codes: `{ref.name} in [...]`.", ref.column)
    elif name.kind == "rule" and name.codes and not any(_is_whole(code) for code in name.codes):
        yield Problem(f"The values of `{ref.name}` are words; compare with `==`.", ref.column)


def _is_whole(code: str) -> bool:
    return code.removeprefix("-").isdigit()


def _check_member(node: tree.Member, names: Mapping[str, Name]) -> Iterator[Problem]:
    """Check a comparison with codes, bands or values."""
    problems = list(_check_ref(node.ref, names))
    yield from problems
    name = names.get(node.ref.name)
    if problems or name is None:
        return
    if node.ref.part == "band":
        yield from _check_symbols(node, name.bands, "band", names)
    elif name.kind in ("scale", "count"):
        band = f"{node.ref.name}.band == {node.symbols[0].text}"
        yield Problem(f"`{node.ref.name}` is a number; for its band write `{band}`.", node.ref.column)
    elif name.kind == "number":
        for symbol in node.symbols:
            if symbol.number is None:
                yield Problem(f"`{node.ref.name}` is a number and `{symbol.text}` is not.", symbol.column)
    elif name.kind not in ("text", "date"):
        yield from _check_symbols(node, name.codes, "value" if name.kind == "rule" else "answer", names)


def _check_symbols(node: tree.Member, known: frozenset[str], word: str, names: Mapping[str, Name]) -> Iterator[Problem]:
    """Check that each symbol is one of the known ones."""
    for symbol in node.symbols:
        if symbol.text in known or (symbol.number is not None and str(symbol.number) in known):
            continue
        if symbol.text in names and word == "answer":
            hint = f" To compare two numbers write `{node.ref.name} - {symbol.text} == 0`."
        else:
            hint = suggest(symbol.text, known) or f" There are: {', '.join(sorted(known))}."
        yield Problem(f"`{node.ref.name}` has no {word} `{symbol.text}`.{hint}", symbol.column)
