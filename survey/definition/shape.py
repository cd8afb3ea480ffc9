"""The shorthands of the file written out, so that its shape is the model's; lines are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from survey.definition.tree import Mapping, Sequence

#: What a shorthand can get wrong: path in the file, code, message.
Complaint = tuple[tuple[str | int, ...], str, str]


def write_out(tree: Mapping) -> tuple[Mapping, list[Complaint]]:
    """Give the definition with every shorthand written out, and what stood in the way."""
    complaints: list[Complaint] = []
    whole = _copy(tree)
    sets = whole.pop("answers", None)
    sets = sets if isinstance(sets, dict) else {}
    _each(whole, "questions", lambda entry, path: _question(entry, path, sets, complaints))
    _each(whole, "scales", lambda entry, path: _scale(entry))
    _each(whole, "counts", lambda entry, path: _count(entry))
    _each(whole, "bands", lambda entry, path: _named(entry))
    for part, key in (("rules", "set"), ("flags", "id"), ("helplines", "id")):
        _by_id(whole, part, key, complaints)
    _each(whole, "rules", lambda entry, path: _rule(entry))
    _pages(whole)
    return whole, complaints


def _copy(mapping: Mapping) -> Mapping:
    """Copy one level: what an alias shares must not change in two places."""
    fresh = Mapping(mapping.line)
    fresh.update(mapping)
    fresh.lines = dict(mapping.lines)
    return fresh


def _with(mapping: Mapping, key: str, value: Any, line: int | None = None) -> Mapping:
    """Set a key that the file gives elsewhere."""
    mapping[key] = value
    mapping.lines.setdefault(key, mapping.line if line is None else line)
    return mapping


def _each(whole: Mapping, part: str, change: Callable[[Any, tuple[str | int, ...]], Any]) -> None:
    """Change every entry of one part that is a mapping by id, and give it its id."""
    entries = whole.get(part)
    if not isinstance(entries, Mapping):
        return
    fresh = _copy(entries)
    for key, entry in entries.items():
        changed = change(_copy(entry) if isinstance(entry, Mapping) else entry, (part, key))
        if isinstance(changed, Mapping) and part != "bands":
            _with(changed, "id", key, entries.lines[key])
        fresh[key] = changed
    whole[part] = fresh


def _question(
    entry: Any, path: tuple[str | int, ...], sets: dict[str, Any], complaints: list[Complaint]
) -> Any:
    """Give a question its kind, and the options of the shared set that it names."""
    if not isinstance(entry, Mapping):
        return entry
    name = entry.pop("answers", None)
    if name is not None and (not isinstance(name, str) or not isinstance(sets.get(name), Mapping)):
        known = ", ".join(sets) or "none"
        complaints.append(((*path, "answers"), "E011", f"no answer set `{name}` under `answers:` (there are: {known})"))
    own = entry.get("options")
    if isinstance(own, Sequence):
        own = _codes(own)
    shared = sets.get(name) if isinstance(name, str) else None
    if isinstance(shared, Mapping):
        own = _merged(shared, own if isinstance(own, Mapping) else None)
    if name is not None and own is None:
        own = Mapping(entry.line)
    if own is not None:
        _with(entry, "options", own, entry.lines.get("answers"))
        if "kind" not in entry:
            _with(entry, "kind", "choice")
    return entry


def _codes(codes: Sequence) -> Mapping:
    """Give a plain list of codes as options without points."""
    options = Mapping(codes.line)
    for code, line in zip(codes, codes.lines, strict=True):
        options[str(code)] = None
        options.lines[str(code)] = line
    return options


def _merged(shared: Mapping, own: Mapping | None) -> Mapping:
    """Give a shared set with a question's own options: the same code adds to it, another comes behind."""
    options = _copy(shared)
    for code, entry in (own or {}).items():
        assert own is not None
        options[code] = _one_option(options.get(code), entry)
        options.lines[code] = own.lines[code]
    return options


def _one_option(shared: Any, own: Any) -> Any:
    """Give one option of a shared set with what the question says of it."""
    if shared is None or own is None:
        return own if shared is None else shared
    if not isinstance(own, Mapping):
        return own if not isinstance(shared, Mapping) else _with(_copy(shared), "points", own)
    fresh = _copy(shared) if isinstance(shared, Mapping) else _with(Mapping(own.line), "points", shared)
    for key, value in own.items():
        fresh[key] = value
        fresh.lines[key] = own.lines[key]
    return fresh


def _scale(entry: Any) -> Any:
    """Write out the terms of a scale: `q`, `-q`, or a mapping."""
    if isinstance(entry, Mapping) and isinstance(terms := entry.get("of"), Sequence):
        fresh = Sequence(terms.line)
        fresh.lines = list(terms.lines)
        fresh.extend(_term(term, line) for term, line in zip(terms, terms.lines, strict=True))
        entry["of"] = fresh
    return entry


def _term(term: Any, line: int) -> Any:
    """Write out one term; one that is reversed starts with a minus."""
    if isinstance(term, Mapping) and isinstance(term.get("ref"), str) and term["ref"].startswith("-"):
        fresh = _copy(term)
        fresh["ref"] = term["ref"][1:].strip()
        return _with(fresh, "reverse", True)
    if not isinstance(term, str):
        return term
    fresh = _with(Mapping(line), "ref", term.removeprefix("-").strip())
    return _with(fresh, "reverse", True) if term.startswith("-") else fresh


def _count(entry: Any) -> Any:
    """Write out a count that is a plain list of circumstances."""
    return _with(Mapping(entry.line), "of", entry) if isinstance(entry, Sequence) else entry


def _named(entry: Any) -> Any:
    """Write out a name that is only a text: plain words, or words by language."""
    if isinstance(entry, str) or (isinstance(entry, Mapping) and entry and not {"text", "tone"} & set(entry)):
        line = entry.line if isinstance(entry, Mapping) else 1
        return _with(Mapping(line), "text", entry)
    return entry


def _rule(entry: Any) -> Any:
    """Write out the names of a rule's values; `set` was its id."""
    if isinstance(entry, Mapping) and isinstance(values := entry.get("values"), Mapping):
        fresh = _copy(values)
        fresh.update({key: _value_name(value) for key, value in values.items()})
        entry["values"] = fresh
    return entry


def _value_name(entry: Any) -> Any:
    fields = {"text", "student", "tone", "days", "moments"}
    if isinstance(entry, str) or (isinstance(entry, Mapping) and entry and not fields & set(entry)):
        return _with(Mapping(entry.line if isinstance(entry, Mapping) else 1), "text", entry)
    return entry


def _by_id(whole: Mapping, part: str, key: str, complaints: list[Complaint]) -> None:
    """Keep a list of entries by their id, in the order of the file."""
    entries = whole.get(part)
    if not isinstance(entries, Sequence):
        if isinstance(entries, Mapping):
            _each(whole, part, lambda entry, path: entry)
        return
    fresh = Mapping(entries.line)
    for index, (entry, line) in enumerate(zip(entries, entries.lines, strict=True)):
        if not isinstance(entry, Mapping) or not isinstance(name := entry.get(key, entry.get("id")), str):
            complaints.append(((part, index), "E012", f"give this entry of `{part}` its name: `{key}: some_name`"))
            continue
        if name in fresh:
            first = fresh.lines[name]
            complaints.append(((part, index), "E013", f"`{name}` stands twice under `{part}` (first at line {first})"))
            continue
        written = _copy(entry)
        written.pop(key, None)
        fresh[name] = _with(written, "id", name, line)
        fresh.lines[name] = line
    whole[part] = fresh


def _pages(whole: Mapping) -> None:
    """Write out the pages: left out, one a question; a bare id, the page of that question."""
    pages, questions = whole.get("pages"), whole.get("questions")
    if pages is None and isinstance(questions, Mapping):
        pages = Sequence(whole.line)
        pages.extend(questions)
        pages.lines = [questions.lines[question] for question in questions]
    if not isinstance(pages, Sequence):
        return
    fresh = Sequence(pages.line)
    fresh.lines = list(pages.lines)
    fresh.extend(_page(page, line) for page, line in zip(pages, pages.lines, strict=True))
    _with(whole, "pages", fresh)


def _page(page: Any, line: int) -> Any:
    """Write out one page; one without an id bears that of its first question."""
    if isinstance(page, str):
        page = _with(Mapping(line), "id", page)
    elif isinstance(page, Sequence):
        fresh = Mapping(line)
        page = _with(fresh, "questions", page)
    if not isinstance(page, Mapping):
        return page
    written = _copy(page)
    questions = written.get("questions")
    if "questions" not in written and isinstance(written.get("id"), str):
        only = Sequence(line)
        only.append(written["id"])
        only.lines.append(line)
        return _with(written, "questions", only)
    if "id" not in written and isinstance(questions, Sequence) and questions:
        _with(written, "id", questions[0], line)
    return written
