"""Gettext PO files, read strictly with the line of each part, and written for translators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

#: A translation of 300 questions is some 300 kB.
MAX_BYTES = 2_000_000

_LINE = re.compile(r'(?:(msgctxt|msgid|msgstr)\s+)?"((?:[^"\\]|\\.)*)"\s*')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class BrokenFile(ValueError):
    """A file that is no PO: the line (from 1) and what stands there."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Entry:
    """One text: where it stands, the words it was translated from, its translation, and what a translator is told."""

    place: str
    original: str
    words: str = ""
    is_fuzzy: bool = False
    line: int = 1  # of its translation
    comments: tuple[str, ...] = ()
    before: str = ""  # the words that a fuzzy translation was made from


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A PO file: what its head says, by name, and its entries in order."""

    head: Mapping[str, str]
    entries: tuple[Entry, ...]
    line: int = 1  # of the head


def read_catalogue(content: bytes) -> Catalogue:
    """Read a PO file; raises BrokenFile for what is none."""
    head: dict[str, str] = {}
    found: list[Entry] = []
    at = 1
    for parts, flags, line in _blocks(_lines(content)):
        if not parts["msgid"]:
            pairs = (each.partition(":") for each in parts["msgstr"].splitlines())
            head, at = {name.strip().casefold(): value.strip() for name, _, value in pairs}, line
            continue
        found.append(Entry(parts.get("msgctxt", ""), parts["msgid"], parts["msgstr"], "fuzzy" in flags, line))
    return Catalogue(head, tuple(found), at)


def write_catalogue(head: Mapping[str, str], entries: Iterable[Entry]) -> str:
    """Write a PO file, one entry after another, for `read_catalogue` and the usual tools."""
    first = Entry("", "", "".join(f"{name}: {value}\n" for name, value in head.items()))
    return "\n".join(_write(entry) for entry in (first, *entries))


def _lines(content: bytes) -> list[str]:
    """Give the lines of a file; raises BrokenFile for one that is too large or no text."""
    if len(content) > MAX_BYTES:
        raise BrokenFile(1, f"the file is larger than {MAX_BYTES // 1_000_000} MB; this is no translation")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BrokenFile(line, "the file is not UTF-8 text; save it as UTF-8") from None
    return re.split(r"\r\n|\n|\r", text)


def _blocks(lines: list[str]) -> Iterator[tuple[dict[str, str], set[str], int]]:
    """Yield each entry as its parts, its flags and the line of its translation."""
    parts: dict[str, str] = {}
    flags: set[str] = set()
    last, line = "", 1
    for number, written in enumerate(lines, 1):
        stripped = written.strip()
        if "msgstr" in parts and stripped.startswith(("#", "msgctxt", "msgid")):
            yield parts, flags, line
            parts, flags, last = {}, set(), ""
        if stripped.startswith("#,"):
            flags |= {flag.strip() for flag in stripped[2:].split(",")}
        elif stripped and not stripped.startswith("#"):
            last = _take(parts, last, stripped, number)
            line = number if stripped.startswith("msgstr") else line
    if "msgstr" in parts:
        yield parts, flags, line
    elif parts:
        raise BrokenFile(len(lines), "the last entry has no msgstr")


def _take(parts: dict[str, str], last: str, written: str, number: int) -> str:
    """Add one line to the entry that is being read; give the part that it belongs to."""
    match = _LINE.fullmatch(written)
    if written.startswith(("msgid_plural", "msgstr[")):
        raise BrokenFile(number, "a plural stands here; write its forms in the text itself: {plural:id|one=...}")
    if match is None:
        raise BrokenFile(number, f"`{written[:40]}` is no line of a PO file; look at its quotes")
    word = match[1] or last
    if not word or (match[1] and word in parts) or (word.startswith("msgstr") and "msgid" not in parts):
        raise BrokenFile(number, f"`{written[:40]}` stands alone; an entry is msgctxt, msgid and msgstr")
    parts[word] = parts.get(word, "") + _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), match[2])
    return word


def _write(entry: Entry) -> str:
    lines = [f"#. {comment}" for comment in entry.comments]
    if entry.is_fuzzy:
        lines.append("#, fuzzy")
    if entry.before:
        lines += [f"#| {line}" for line in _quote("msgid", entry.before)]
    if entry.place:
        lines += _quote("msgctxt", entry.place)
    return "\n".join([*lines, *_quote("msgid", entry.original), *_quote("msgstr", entry.words), ""])


def _quote(word: str, text: str) -> list[str]:
    """Write a text between quotes, a line for each of its lines."""
    parts = [part.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") for part in text.split("\n")]
    written = [f'"{part}\\n"' for part in parts[:-1]] + ([f'"{parts[-1]}"'] if parts[-1] or len(parts) == 1 else [])
    return [f"{word} {written[0]}"] if len(written) == 1 else [f'{word} ""', *written]
