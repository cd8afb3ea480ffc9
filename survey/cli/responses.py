"""Answers as they come in: one JSON object that may span lines, or one on each line, read as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, Final

from survey.answers import Value
from survey.definition.model import Definition
from survey.expression import suggest
from survey.kinds import Refused

#: One student's answers are some kilobytes; a line beyond this is none, and is not kept in memory.
MAX_BYTES: Final = 1_000_000
MAX_DIGITS: Final = 40
BOM: Final = b"\xef\xbb\xbf"

REFUSALS: Final = {
    "choose_one": "give one option code",
    "choose_alone": "`{option}` is chosen alone",
    "number_invalid": "this is not a number that can be used",
    "number_whole": "give a whole number",
    "number_low": "the lowest is {min}",
    "number_high": "the highest is {max}",
    "option_unknown": "there is no option `{value}`; the codes are {codes}",
    "takes_no_answer": "this is a text to read and takes no answer",
    "text_invalid": "give a text",
    "text_long": "the text has {length} characters, the most is {max}",
    "text_lines": "the text has more than {max} lines",
}


@dataclass(frozen=True, slots=True)
class Trouble(Exception):
    """Why a line of answers cannot be used; `question` when it is about one."""

    line: int
    question: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """A JSON number that is none or is beyond any use, as it was written."""

    text: str


class Repeated(dict[str, Any]):
    """A JSON object in which a key stands twice."""

    key: str = ""


def read_accepted(definition: Definition, stream: BinaryIO) -> Iterator[dict[str, Value] | Trouble]:
    """Give each response as the questionnaire takes it, or why it cannot be used."""
    for line, given in read_responses(stream):
        try:
            yield given if isinstance(given, Trouble) else accept(definition, given, line)
        except Trouble as trouble:
            yield trouble


def read_responses(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | Trouble]]:
    """Give each object with its first line, or what is wrong there; never more than one line is kept.

    A line that opens an object without closing it goes on over the next lines, up to one that ends with a brace.
    """
    open_lines: list[tuple[int, str]] = []
    size = 0
    alone = True  # nothing was given yet, so that one broken object is one error and not one for each line
    for number, raw in _read_lines(stream):
        text = _decode(raw)
        if text is None or (open_lines and text.lstrip().startswith("{")):
            yield from _give_up(open_lines)
            alone, open_lines = alone and not open_lines, []
        if text is None:
            yield number, Trouble(number, None, _undecodable(raw))
            alone = False
            continue
        if open_lines:
            open_lines.append((number, text))
            size += len(text)
            if text.rstrip().endswith("}"):
                yield _close(open_lines)
                alone, open_lines = False, []
            elif size > MAX_BYTES:
                yield from _give_up(open_lines)
                alone, open_lines = False, []
            continue
        if text.lstrip().startswith("{") and not text.rstrip().endswith("}"):
            open_lines, size = [(number, text)], len(text)
            continue
        found = _parse(text)
        yield number, found if isinstance(found, dict) else Trouble(number, None, found)
        alone = False
    if open_lines:
        yield from [_close(open_lines)] if alone else _give_up(open_lines)


def _read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Give each line that is not empty with its number, None for one that is too long."""
    number = 0
    while raw := stream.readline(MAX_BYTES + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(BOM)
        if len(raw) > MAX_BYTES and not raw.endswith(b"\n"):
            while (rest := stream.readline(MAX_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif raw.strip():
            yield number, raw


def _decode(raw: bytes | None) -> str | None:
    """Give the text of a line, None when it has none."""
    try:
        return None if raw is None else raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _undecodable(raw: bytes | None) -> str:
    return f"the line is longer than {MAX_BYTES} bytes" if raw is None else "the line is not UTF-8"


def _give_up(lines: list[tuple[int, str]]) -> Iterator[tuple[int, Trouble]]:
    """Say of each line that began or should have gone on with an object what is wrong with it alone."""
    for number, text in lines:
        found = _parse(text)
        yield number, Trouble(number, None, found if isinstance(found, str) else "this is not one JSON object")


def _close(lines: list[tuple[int, str]]) -> tuple[int, dict[str, Any] | Trouble]:
    """Give the object that spans lines, or at which of them it goes wrong."""
    first = lines[0][0]
    try:
        found = _load("\n".join(text for _, text in lines))
    except json.JSONDecodeError as error:
        line = lines[min(error.lineno, len(lines)) - 1][0]
        return first, Trouble(line, None, f"this is not JSON: {error.msg} (column {error.colno})")
    except RecursionError:
        return first, Trouble(first, None, "this is nested too deep")
    return first, found if isinstance(found, dict) else Trouble(first, None, "this is not one JSON object")


def _parse(text: str) -> dict[str, Any] | str:
    """Give the object that a text is, or what is wrong with it."""
    try:
        found = _load(text)
    except json.JSONDecodeError as error:
        return f"this is not JSON: {error.msg} (column {error.colno})"
    except RecursionError:
        return "this is nested too deep"
    if not isinstance(found, dict):
        return "give a JSON object, such as {\"question\": \"code\"}"
    return found


def _load(text: str) -> Any:
    """Read JSON with exact numbers, and objects that know a key that stands twice."""
    return json.loads(
        text, parse_float=_exact, parse_int=_whole, parse_constant=Unusable, object_pairs_hook=_pairs
    )


def _whole(text: str) -> int | Unusable:
    return int(text) if len(text) <= MAX_DIGITS else Unusable(text)


def _exact(text: str) -> Decimal | Unusable:
    """Read a number without a float in between; an exponent can make a small text a huge number."""
    number = Decimal(text) if len(text) <= MAX_DIGITS else None
    return number if number is not None and (not number or abs(number.adjusted()) <= MAX_DIGITS) else Unusable(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = Repeated(found)
    seen: set[str] = set()
    repeated.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeated


def accept(definition: Definition, given: Mapping[str, Any], line: int) -> dict[str, Value]:
    """Give the values of one object; raises Trouble that names the question."""
    if isinstance(given, Repeated):
        raise Trouble(line, given.key, f"`{given.key}` stands twice")
    values: dict[str, Value] = {}
    for name, raw in given.items():
        question = definition.questions.get(name)
        if question is None:
            raise Trouble(line, name, f"there is no question `{name}`.{suggest(name, definition.questions)}")
        if _has_unusable(raw):
            raise Trouble(line, name, REFUSALS["number_invalid"])
        try:
            value = question.accept(raw)
        except Refused as refused:
            raise Trouble(line, name, say_refusal(refused)) from None
        if value is not None:
            values[name] = value
    return values


def _has_unusable(raw: Any) -> bool:
    return isinstance(raw, Unusable) or (isinstance(raw, list) and any(isinstance(each, Unusable) for each in raw))


def say_refusal(refused: Refused) -> str:
    """Give a refusal in words for the command line."""
    values = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in refused.values.items()
    }
    return REFUSALS.get(refused.code, refused.code).format(**values)
