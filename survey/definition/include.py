"""Parts of a definition that stand in files of their own: put in their place, each line known by its own file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from survey.definition.bundle import PART, Bundle, beside_name, is_part_name
from survey.definition.finding import Finding
from survey.definition.tree import Mapping, Sequence, Unreadable, copy_of, grow

WORD = "include"
#: Parts within parts, and parts in all: beyond this nobody can follow a definition.
MAX_DEPTH, MAX_PARTS = 5, 50


@dataclass(slots=True)
class Included:
    """What has been put together so far, and what was wrong with it."""

    files: Bundle
    findings: list[Finding] = field(default_factory=list)
    parts: int = 0

    def complain(self, line: int, code: str, message: str) -> None:
        """Add a finding where an `include:` stands."""
        file = getattr(line, "file", None) or self.files.name
        self.findings.append(Finding(file, line, code, message, getattr(line, "column", 0)))


def include(tree: Mapping, files: Bundle) -> tuple[Mapping, list[Finding]]:
    """Put the parts that a definition names in their place; give the tree, and what cannot be.

    A part may be named at the top of a file (`include: money.part.yaml`, or a list), and in a group of entries by id
    such as `questions:`.
    """
    if WORD.encode() not in files.source:
        return tree, []
    done = Included(files)
    whole = _top(tree, done, ())
    return whole, done.findings


def _top(tree: Mapping, done: Included, trail: tuple[str, ...]) -> Mapping:
    """Give the mapping of a whole file with its parts in it."""
    fresh = Mapping(tree.line)
    for key, value in tree.items():
        line = tree.lines[key]
        if key == WORD:
            for part in _named(value, line, done, trail):
                for name, entry in _top(part[1], done, (*trail, part[0])).items():
                    _join(fresh, name, entry, part[1].lines.get(name, line), done)
        else:
            _join(fresh, key, _entries(value, done, trail), line, done)
    return fresh


def _entries(value: Any, done: Included, trail: tuple[str, ...]) -> Any:
    """Give a group of entries with the parts in it that it names."""
    if not isinstance(value, Mapping) or not isinstance(value.get(WORD), str | Sequence):
        return value
    fresh = Mapping(value.line)
    for key, entry in value.items():
        if key != WORD:
            _add(fresh, key, entry, value.lines[key], done)
            continue
        for name, part in _named(entry, value.lines[key], done, trail):
            for inner, each in _entries(part, done, (*trail, name)).items():
                _add(fresh, inner, each, part.lines.get(inner, value.lines[key]), done)
    return fresh


def _named(names: Any, line: int, done: Included, trail: tuple[str, ...]) -> list[tuple[str, Mapping]]:
    """Give the parts that one `include:` names, each by its name."""
    found = []
    for name in names if isinstance(names, Sequence) else [names]:
        part = _read(name, line, done, trail)
        if part is not None:
            found.append((name, part))
    return found


def _read(name: Any, line: int, done: Included, trail: tuple[str, ...]) -> Mapping | None:
    """Read one part; None when it cannot be."""
    if not isinstance(name, str) or not is_part_name(name):
        message = f"`{name}` is no name of a part: it ends in `{PART}` and lies beside this file or in a folder below"
        done.complain(line, "E019", message)
        return None
    if name in trail:
        done.complain(line, "E020", f"these include each other: {' -> '.join([*trail, name])}; break the ring")
        return None
    done.parts += 1
    if len(trail) >= MAX_DEPTH or done.parts > MAX_PARTS:
        done.complain(line, "E020", f"more than {MAX_DEPTH} parts in each other, or {MAX_PARTS} in all; join some")
        return None
    content = dict(done.files.beside).get(name)
    if content is None:
        done.complain(line, "E019", f"there is no `{name}` beside this file; an upload needs its parts with it")
        return None
    file = beside_name(done.files.name, name)
    try:
        tree, repeated = grow(content, file)
    except Unreadable as error:
        done.findings.append(Finding(file, error.line, error.code, error.message))
        return None
    done.findings += [Finding(file, error.line, error.code, error.message) for error in repeated]
    return tree


def _join(fresh: Mapping, key: str, value: Any, line: int, done: Included) -> None:
    """Add one word at the top; lists become one behind the other, and groups of entries one group."""
    known = fresh.get(key)
    if isinstance(known, Mapping) and isinstance(value, Mapping):
        joined = copy_of(known)
        for inner, entry in value.items():
            _add(joined, inner, entry, value.lines[inner], done)
        fresh[key] = joined
    elif isinstance(known, Sequence) and isinstance(value, Sequence):
        longer = Sequence(known.line)
        longer.extend([*known, *value])
        longer.lines = [*known.lines, *value.lines]
        fresh[key] = longer
    else:
        _add(fresh, key, value, line, done)


def _add(fresh: Mapping, key: str, value: Any, line: int, done: Included) -> None:
    """Add one entry that is not there yet."""
    if key in fresh:
        first = fresh.lines[key]
        where = getattr(first, "file", None) or done.files.name
        done.complain(line, "E005", f"`{key}` stands here twice (first at {where}:{first}); keep one")
        return
    fresh[key], fresh.lines[key] = value, line
