"""Conditions and calculations over a group of questions that is asked several times, written out for each time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from survey.expression.inspect import suggest
from survey.expression.parse import MAX_LENGTH, ExpressionError, parse
from survey.expression.tree import refs

#: The functions that take one part for each time: `sum(job.hours)`.
OVER_GROUPS: Final = frozenset({"sum", "mean", "min", "max", "count", "any", "all"})
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Times:
    """A group: the ids of each of its questions, one for each time, and the condition on which each time is there."""

    questions: Mapping[str, tuple[str, ...]]
    conditions: tuple[str, ...]


@dataclass(slots=True)
class _Part:
    """One part between the brackets of a function, with what it names of a group."""

    function: str
    span: Span
    named: list[tuple[str, str, Span]] = field(default_factory=list)


def rename(source: str, names: Mapping[str, str]) -> str:
    """Give an expression with other ids for some; codes of the same name stay. What cannot be read is left as it is."""
    try:
        expression = parse(source)
    except ExpressionError:
        return source
    text = expression.source
    places = {(ref.column - 1, ref.name) for ref in refs(expression.tree) if ref.name in names}
    for place, name in sorted(places, reverse=True):
        text = text[:place] + names[name] + text[place + len(name):]
    return text


def spread(source: str, groups: Mapping[str, Times]) -> str:
    """Give an expression in which `sum(group.question)` names the question of each time; `count(group)` counts times.

    `all` asks each time in which the question was asked. Raises ExpressionError for a question that the group does
    not ask, and for one that stands outside such a function.
    """
    if not any(re.search(rf"\b{name}\b", source) for name in groups) or len(source) > MAX_LENGTH:
        return source
    text = re.sub(r"\s", " ", source).strip()
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source  # what reads it next says why
    writer = _Writer(text.encode(), groups)
    writer.visit(body, None)
    return writer.written()


class _Writer:
    """Finds the parts that name a group, and writes each out."""

    def __init__(self, encoded: bytes, groups: Mapping[str, Times]) -> None:
        self.encoded, self.groups = encoded, groups
        self.parts: list[_Part] = []

    def visit(self, node: ast.AST, part: _Part | None) -> None:
        """Look through a tree; `part` is the innermost part of a function that may name a group."""
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=question) if name in self.groups:
                self._name(node, name, question, part)
            case ast.Call(func=ast.Name(id=function), args=args) if function in OVER_GROUPS:
                listed = args[0].elts if len(args) == 1 and isinstance(args[0], ast.List | ast.Tuple) else args
                for each in listed:
                    inner = _Part(function, _span(each))
                    self.parts.append(inner)
                    if isinstance(each, ast.Name) and each.id in self.groups and function == "count":
                        inner.named.append((each.id, "", inner.span))
                    else:
                        self.visit(each, inner)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.visit(child, part)

    def _name(self, node: ast.expr, name: str, question: str, part: _Part | None) -> None:
        """Take down one question of a group; raises ExpressionError."""
        known, column = self.groups[name].questions, node.col_offset + 1
        if question not in known:
            raise ExpressionError(f"`{name}` asks no `{question}`.{suggest(question, known)}", column)
        if part is None:
            told = f"`{name}.{question}` is many answers; put it in `sum(...)`, `count(...)`, `any(...)` or the like."
            raise ExpressionError(told, column)
        part.named.append((name, question, _span(node)))

    def written(self) -> str:
        """Give the text with each of these parts written out; raises ExpressionError."""
        naming = [part for part in self.parts if part.named]
        for part in naming:
            within = [each for each in naming if each is not part and part.span[0] <= each.span[0] < part.span[1]]
            if len({name for name, _, _ in part.named}) > 1 or within:
                raise ExpressionError("One part speaks of one group, once; make a calculated value of the other.", 1)
        text = self.encoded
        for part in sorted(naming, key=lambda each: each.span, reverse=True):
            text = text[:part.span[0]] + ", ".join(self._times(part)).encode() + text[part.span[1]:]
        return text.decode()

    def _times(self, part: _Part) -> Iterator[str]:
        """Yield one part for each time."""
        group = self.groups[part.named[0][0]]
        for time, condition in enumerate(group.conditions):
            if not part.named[0][1]:
                yield condition
                continue
            text = self.encoded[slice(*part.span)]
            for _, question, (start, end) in sorted(part.named, key=lambda each: each[2], reverse=True):
                start, end = start - part.span[0], end - part.span[0]
                text = text[:start] + group.questions[question][time].encode() + text[end:]
            if part.function == "all":
                first = group.questions[part.named[0][1]][time]
                yield f"(not (answered({first}) or {first} == missing) or ({text.decode()}))"
            else:
                yield text.decode()


def _span(node: ast.expr) -> Span:
    """Give where a part stands, in bytes."""
    return node.col_offset, node.end_col_offset or node.col_offset
