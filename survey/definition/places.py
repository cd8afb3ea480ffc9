"""Where the texts of a definition stand in its file: what a translator is asked for, each once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from survey.definition.tree import Mapping, Sequence

Path = tuple[str, ...]
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
#: Words of the file whose value is a text, wherever they stand.
TEXTS = frozenset(
    "title intro notice done ground text hint why purpose unit because student then text_report "
    "strength need change strength_report need_report".split()
)
#: Words below which every value is a text.
TEXTS_BELOW = frozenset({"topics", "sentences", "sentences_report", "bands", "values"})
#: Texts that the school's staff and receivers read, and students never.
OF_STAFF = frozenset("ground purpose because text_report strength_report need_report".split())


@dataclass(frozen=True, slots=True)
class Place:
    """One text of a file: what its place is called, the words there, and what holds it."""

    name: str  # `questions.work.text`
    original: str  # in the first language of the file
    words: dict[str, str]  # by language; a text for all languages under the first one
    holder: Mapping | Sequence
    key: Any  # of a mapping, or the index in a list
    line: int
    to_student: bool

    def is_language(self, language: str) -> bool:
        """Tell whether the file itself has this text in a language."""
        return language in self.words


def find_places(tree: Mapping, first: str) -> list[Place]:
    """Give every text of a file, whose first language is `first`; one that an alias repeats, once."""
    seen: set[tuple[int, object]] = set()
    places = []
    for place in (found for key in tree if key != "examples" for found in _below(tree, key, (key,), first)):
        words = place.holder[place.key]
        mark = (id(words), None) if isinstance(words, Mapping) else (id(place.holder), place.key)
        if mark not in seen:
            places.append(place)
        seen.add(mark)
    return places


def _below(holder: Mapping | Sequence, key: Any, path: Path, first: str) -> Iterator[Place]:
    """Yield the texts at one key or index, and below it; `path` is what that place is called."""
    value = holder[key]
    if (words := _words_at(value, path, first)) is not None:
        line = holder.lines.get(key, holder.line) if isinstance(holder, Mapping) else holder.lines[key]
        yield Place(".".join(path), words[first], words, holder, key, line, is_of_student(path))
    elif isinstance(value, Mapping):
        for each in value:
            yield from _below(value, each, (*path, each), first)
    elif isinstance(value, Sequence):
        for index, entry in enumerate(value):
            yield from _below(value, index, (*path, _name_of(entry, index)), first)


def _words_at(value: object, path: Path, first: str) -> dict[str, str] | None:
    """Give the words of a text, or of one of its wordings, by language; None for what is no text."""
    if isinstance(value, str):
        return {first: value} if value.strip() and _is_text(path) else None
    if not isinstance(value, Mapping) or not isinstance(value.get(first), str):
        return None
    said = {language: words for language, words in value.items() if language != "when"}
    if not all(LANGUAGE.fullmatch(key) and isinstance(words, str | int | float) for key, words in said.items()):
        return None
    return {language: str(words) for language, words in said.items()}


def _is_text(path: Path) -> bool:
    """Tell whether the plain value at a path is a text for all languages; wordings are numbered below theirs."""
    word = path[-2] if path[-1].isdecimal() and path[-2:-1] else path[-1]
    if len(path) > 1 and path[-2] in TEXTS_BELOW:
        return True
    return word in TEXTS or (path[0] == "questions" and path[-1] == "unknown")


def _name_of(entry: Any, index: int) -> str:
    """Give what an entry of a list is called: its id, else its number."""
    name = entry.get("id", entry.get("set")) if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else str(index + 1)


def is_of_student(path: Path) -> bool:
    """Tell whether students read the text at a path of the file."""
    if path[-1] in OF_STAFF or "sentences_report" in path or path[0] == "report":
        return False
    return path[0] not in ("rules", "flags") or path[-1] == "student"
