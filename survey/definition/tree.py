"""YAML text to plain values that know their lines; a hostile file gives findings, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from survey.definition.quotes import quote_conditions

#: A questionnaire of 300 questions is some 200 kB; anything near this is not one.
MAX_BYTES = 2_000_000
MAX_DEPTH = 30
#: Values after every alias is written out: small files of aliases to aliases grow to billions (the "YAML bomb").
MAX_VALUES = 200_000

_INTEGER = re.compile(r"[+-]?\d{1,40}")
_FLOAT = re.compile(r"[+-]?(\.\d+|\d+(\.\d*)?)([eE][+-]?\d{1,3})?")


class Line(int):
    """Where a key or an entry begins: its line from 1, its column from 1, and the file when that is a fragment."""

    column: int
    file: str | None
    inside: int | None  # of a key: the column of the first character of the text behind it, on the same line

    def __new__(cls, line: int, column: int = 0, file: str | None = None) -> Line:
        """Make a place; column 0 is one that is not known."""
        place = super().__new__(cls, line)
        place.column, place.file, place.inside = column, file, None
        return place


class Mapping(dict[str, Any]):
    """A YAML mapping with the line of each key; keys are texts, as written."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.elsewhere: dict[str, tuple[str, int]] = {}  # keys that another file gives: that file and the line there


class Sequence(list[Any]):
    """A YAML list with the line of each entry."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def copy_of(mapping: Mapping) -> Mapping:
    """Copy one level: what an alias shares must not change in two places."""
    fresh = Mapping(mapping.line)
    fresh.update(mapping)
    fresh.lines = dict(mapping.lines)
    fresh.elsewhere = dict(mapping.elsewhere)
    return fresh


def with_key(mapping: Mapping, key: str, value: Any, line: int | None = None) -> Mapping:
    """Set a key that the file gives elsewhere."""
    mapping[key] = value
    mapping.lines.setdefault(key, mapping.line if line is None else line)
    return mapping


class Unreadable(ValueError):
    """Text that is no YAML we take: what is wrong, and the line (from 1) where it shows."""

    def __init__(self, code: str, line: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.line = line
        self.message = message


#: What a value that has several forms is called in a complaint about one of them; such steps stand in no file.
FORMS = frozenset({"words", "wordings", "entries", "steps", "groups", "norms"})


def line_of(tree: Any, *path: str | int) -> int:
    """Give the line of what a path of keys and indexes leads to; as deep as the path exists."""
    return place_of(tree, *path)[1]


def place_of(tree: Any, *path: str | int) -> tuple[str | None, int]:
    """Give the file, None for the definition's own, and the line of what a path leads to; as deep as it exists.

    The line is a Line where its column is known.
    """
    file: str | None = None
    line: int = getattr(tree, "line", 1)
    for step in path:
        if isinstance(tree, Mapping) and (key := str(step)) in tree:
            file, line = tree.elsewhere.get(key, (file, tree.lines.get(key, line)))
            tree = tree[key]
        elif isinstance(tree, Sequence) and isinstance(step, int) and 0 <= step < len(tree):
            line, tree = tree.lines[step], tree[step]
        elif step not in FORMS:
            break
    return file or getattr(line, "file", None), line


def grow(source: str | bytes, file: str | None = None) -> tuple[Mapping, list[Unreadable]]:
    """Read YAML 1.2 into values that know their lines, with what is wrong but did not stop it.

    `file` is the name of a fragment, None for the definition's own file. Raises Unreadable when there is no mapping
    to work with.
    """
    text = _decode(source)
    remarks: list[Unreadable] = []
    try:
        grower = _grow(text, file)
    except Unreadable as error:
        quoted, lines = quote_conditions(text)
        if error.code != "E001" or not lines:
            raise
        grower = _grow(quoted, file)
        advice = "put this condition between quotes: inside { } YAML ends a text at a bracket or comma"
        remarks = [Unreadable("W006", line, advice) for line in lines]
    if not isinstance(grower.root, Mapping):
        raise Unreadable("E002", 1, "a definition is a list of `word: value` lines and starts with `id:`")
    return grower.root, grower.repeated + remarks


def _grow(text: str, file: str | None) -> _Grower:
    grower = _Grower(file)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            grower.take(event)
    except MarkedYAMLError as error:
        raise _syntax(error, text) from None
    except YAMLError as error:
        raise Unreadable("E001", 1, f"this is no YAML: {_first_line(str(error))}") from None
    return grower


def _decode(source: str | bytes) -> str:
    """Give the text of a file; raises Unreadable for one that is too large or no UTF-8."""
    if len(source) > MAX_BYTES:
        raise Unreadable("E003", 1, f"the file is larger than {MAX_BYTES // 1_000_000} MB; this is no questionnaire")
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1 if isinstance(source, bytes) else 1
        raise Unreadable("E003", line, "the file is not UTF-8 text; save it as UTF-8 in your editor") from None
    for number, line_text in enumerate(text.split("\n"), 1):
        if _UNPRINTABLE.search(line_text):
            raise Unreadable("E003", number, "this line holds a character that cannot be printed; take it out")
    return text


_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def _syntax(error: MarkedYAMLError, text: str) -> Unreadable:
    """Give a YAML syntax error in words that say what to look at."""
    is_unclosed = "end of stream" in str(error.problem) or "<stream end>" in str(error.problem)
    mark = error.context_mark if is_unclosed and error.context_mark else error.problem_mark
    last = text.rstrip().count("\n") + 1  # what is never closed shows behind the end of the file
    line = min(mark.line + 1 if mark else 1, last)
    problem = _first_line(error.problem or error.context or "cannot be read")
    hint = next((hint for part, hint in _HINTS.items() if part in problem), "look at spaces, quotes and brackets here")
    start = error.context_mark.line + 1 if error.context_mark and "expected <block end>" in problem else line
    among = f" (the block that it breaks begins at line {start})" if start < line else ""
    return Unreadable("E001", line, f"this is no YAML: {problem}; {hint}{among}")


_HINTS = {
    "mapping values are not allowed": "put a text that holds `: ` between quotes, and check the indent",
    "could not find expected ':'": "a `word:` lacks its colon here or on the line before",
    "found character '\\t'": "use spaces, not tabs",
    "cannot start any token": "put a text that begins with this character between quotes",
    "expected ',' or": "inside { } put a text with brackets or commas between quotes; or a bracket is missing above",
    "expected <block end>": "the indent differs from the lines above",
    "<stream end>": "a bracket was opened and never closed",
    "found unexpected end of stream": "a quote was opened and never closed",
    "found undefined alias": "this `*name` refers to nothing; put the text between quotes",
}


def _first_line(message: str) -> str:
    return " ".join(message.split("\n")[0].split())


class _Grower:
    """Builds values from YAML events without recursion, and counts what aliases add."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.root: Any = None
        self.repeated: list[Unreadable] = []
        self._open: list[Mapping | Sequence] = []
        self._keys: list[tuple[str, Line] | None] = []  # the key that waits for its value, by open collection
        self._names: list[str | None] = []
        self._starts: list[int] = []  # values counted before an open collection
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._count = 0
        self._documents = 0

    def take(self, event: Event) -> None:
        """Add one event."""
        mark = event.start_mark
        line = Line(mark.line + 1, mark.column + 1, self.file) if mark else Line(1)
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise Unreadable("E002", line, "one file holds one definition; take out the `---` in the middle")
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._refuse_tag(event, line)
            self._begin(Mapping(line) if isinstance(event, MappingStartEvent) else Sequence(line), event.anchor, line)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._end()
        elif isinstance(event, ScalarEvent):
            self._refuse_tag(event, line)
            self._scalar(event, line)
        elif isinstance(event, AliasEvent):
            self._alias(event, line)

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.ctag is not None and str(event.ctag):
            raise Unreadable("E004", line, f"take out the tag `{event.ctag}`; a definition holds plain values only")

    def _add(self, amount: int, line: int) -> None:
        self._count += amount
        if self._count > MAX_VALUES:
            raise Unreadable("E003", line, f"the file holds more than {MAX_VALUES} values (aliases written out)")

    def _begin(self, collection: Mapping | Sequence, name: str | None, line: Line) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise Unreadable("E003", line, f"lists and mappings are nested deeper than {MAX_DEPTH}")
        if self._open and isinstance(self._open[-1], Mapping) and self._keys[-1] is None:
            raise Unreadable("E002", line, "a word before a colon is plain text here, not a list or a mapping")
        self._add(1, line)
        self._open.append(collection)
        self._keys.append(None)
        self._names.append(name)
        self._starts.append(self._count)

    def _end(self) -> None:
        collection = self._open.pop()
        self._keys.pop()
        size = self._count - self._starts.pop() + 1
        if name := self._names.pop():
            self._anchors[name] = (collection, size)
        self._put(collection, collection.line)

    def _scalar(self, event: ScalarEvent, line: Line) -> None:
        self._add(1, line)
        if self._open and isinstance(self._open[-1], Mapping) and self._keys[-1] is None:
            self._key(str(event.value), line)
            return
        value = _plain(event.value) if event.implicit[0] and event.style is None else event.value
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        if self._keys and (waiting := self._keys[-1]) and event.end_mark.line + 1 == waiting[1] == line:
            waiting[1].inside = line.column + (0 if event.style is None else 1)
        self._put(value, line)

    def _alias(self, event: AliasEvent, line: Line) -> None:
        if event.anchor not in self._anchors:
            raise Unreadable("E001", line, f"`*{event.anchor}` refers to nothing above; put the text between quotes")
        value, size = self._anchors[event.anchor]
        self._add(size, line)
        if self._open and isinstance(self._open[-1], Mapping) and self._keys[-1] is None:
            raise Unreadable("E002", line, "a word before a colon is plain text here, not an alias")
        self._put(value, line)

    def _key(self, key: str, line: Line) -> None:
        mapping = self._open[-1]
        assert isinstance(mapping, Mapping)
        if key in mapping:
            first = mapping.lines[key]
            message = f"`{key}` stands here twice (first at line {first}); keep one"
            self.repeated.append(Unreadable("E005", line, message))
        self._keys[-1] = (key, line)

    def _put(self, value: Any, line: int) -> None:
        if not self._open:
            self.root = value
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.append(value)
            parent.lines.append(line)
            return
        waiting = self._keys[-1]
        assert waiting is not None
        self._keys[-1] = None
        key, key_line = waiting
        if key not in parent:
            parent[key] = value
            parent.lines[key] = key_line


def _plain(written: str) -> Any:
    """Give an unquoted scalar its YAML 1.2 type: yes, no, ja and nee stay texts."""
    if written in ("", "~", "null", "Null", "NULL"):
        return None
    if written in ("true", "True", "TRUE"):
        return True
    if written in ("false", "False", "FALSE"):
        return False
    if _INTEGER.fullmatch(written):
        return int(written)
    if _FLOAT.fullmatch(written):
        return float(written)
    return written


def walk(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield each value below a tree with its path."""
    yield path, tree
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from walk(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from walk(value, (*path, index))
