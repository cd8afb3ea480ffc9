"""The shorthands of the file written out, so that its shape is the model's; lines are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from survey.definition.model import BandName, RuleValue
from survey.definition.others import add_others, place_others
from survey.definition.shape_scale import write_out_scale
from survey.definition.tree import Mapping, Sequence, copy_of, with_key
from survey.definition.unroll import Unrolled, unroll

Path = tuple[str | int, ...]
#: The texts of a question that may have several wordings.
WORDED = ("text", "hint", "why")
#: What a shorthand can get wrong: path in the file, code, message.
Complaint = tuple[Path, str, str]


def write_out(tree: Mapping) -> tuple[Mapping, list[Complaint]]:
    """Give the definition with every shorthand written out, and what stood in the way."""
    complaints: list[Complaint] = []
    whole = copy_of(tree)
    groups = unroll(whole)
    complaints += groups.complaints
    sets = _sets(whole.pop("answers", None), complaints)
    _each(whole, "questions", lambda entry, path: _question(entry, path, sets, complaints))
    others = _others(whole, complaints)
    _each(whole, "scales", lambda entry, path: write_out_scale(entry))
    _each(whole, "counts", lambda entry, path: _count(entry))
    _each(whole, "bands", lambda entry, path: _named(entry))
    for part, key in (("rules", "set"), ("flags", "id"), ("helplines", "id")):
        _by_id(whole, part, key, complaints)
    _each(whole, "rules", lambda entry, path: _rule(entry))
    _pages(whole, others, groups)
    whole.pop("groups", None)
    if groups.groups:
        whole["groups"] = groups.groups
    return whole, complaints


def _each(whole: Mapping, part: str, change: Callable[[Any, Path], Any]) -> None:
    """Change every entry of one part that is a mapping by id, and give it its id."""
    entries = whole.get(part)
    if not isinstance(entries, Mapping):
        return
    fresh = copy_of(entries)
    for key, entry in entries.items():
        changed = change(copy_of(entry) if isinstance(entry, Mapping) else entry, (part, key))
        if isinstance(changed, Mapping) and part != "bands":
            with_key(changed, "id", key, entries.lines[key])
        fresh[key] = changed
    whole[part] = fresh


def _sets(raw: Any, complaints: list[Complaint]) -> dict[str, Mapping]:
    """Give the shared option sets; one may be a plain list of codes."""
    if not isinstance(raw, Mapping):
        return {}
    sets = {name: _options(entry, ("answers", name), complaints) for name, entry in raw.items()}
    for name, entry in sets.items():
        if not isinstance(entry, Mapping):
            message = f"`{name}` needs its options: `code: points` lines, or a list of codes"
            complaints.append((("answers", name), "E017", message))
    return {name: entry for name, entry in sets.items() if isinstance(entry, Mapping)}


def _question(
    entry: Any, path: Path, sets: dict[str, Mapping], complaints: list[Complaint]
) -> Any:
    """Give a question its kind, and the options of the shared set that it names."""
    if not isinstance(entry, Mapping):
        return entry
    name = entry.pop("answers", None)
    shared = sets.get(name) if isinstance(name, str) else None
    if name is not None and shared is None:
        complaints.append(((*path, "answers"), "E011", _no_set(name, sets)))
    own = _options(entry.get("options"), (*path, "options"), complaints)
    if shared is not None:
        own = _merged(shared, own if isinstance(own, Mapping) else None)
    if name is not None and own is None:
        own = Mapping(entry.line)
    if own is not None:
        with_key(entry, "options", own, entry.lines.get("answers"))
    for word in WORDED:
        if word in entry:
            entry[word] = _wordings(entry[word])
    _option_wordings(entry)
    if "kind" not in entry and (own is not None or {"min", "max", "value"} & set(entry)):
        with_key(entry, "kind", "choice" if own is not None else "calculated" if "value" in entry else "number")
    return entry


def _option_wordings(entry: Mapping) -> None:
    """Write out the wordings of options that have several."""
    options = entry.get("options")
    if not isinstance(options, Mapping):
        return
    for code, option in options.items():
        if isinstance(option, Mapping) and isinstance(option.get("text"), Sequence):
            options[code] = with_key(copy_of(option), "text", _wordings(option["text"]))


def _wordings(text: Any) -> Any:
    """Write out a text that is a list: each row its `when` and its words by language."""
    if not isinstance(text, Sequence):
        return text
    fresh = Sequence(text.line)
    fresh.lines = list(text.lines)
    fresh.extend(_wording(row, line) for row, line in zip(text, text.lines, strict=True))
    return fresh


def _wording(row: Any, line: int) -> Any:
    if not isinstance(row, Mapping):
        return with_key(Mapping(line), "text", row)
    written, words = Mapping(row.line), copy_of(row)
    if "when" in words:
        with_key(written, "when", words.pop("when"), row.lines["when"])
    return with_key(written, "text", words.pop("text") if set(words) == {"text"} else words, line)


def _no_set(name: Any, sets: dict[str, Mapping]) -> str:
    if isinstance(name, dict | list):
        return "`answers:` names a shared set; write `options:` for options of this question alone"
    return f"no answer set `{name}` under `answers:` (there are: {', '.join(sets) or 'none'})"


def _options(raw: Any, path: Path, complaints: list[Complaint]) -> Any:
    """Give a plain list of codes as options: without points, but numbers alone are their own points."""
    if not isinstance(raw, Sequence):
        return raw
    options = Mapping(raw.line)
    are_numbers = all(isinstance(code, int | float) and not isinstance(code, bool) for code in raw)
    for index, (code, line) in enumerate(zip(raw, raw.lines, strict=True)):
        name = str(code).lower() if isinstance(code, bool) else str(code)
        if code is None or isinstance(code, dict | list):
            message = "a list of options holds codes alone; with points or words write `{code: points}`"
            complaints.append(((*path, index), "E017", message))
        elif name in options:
            complaints.append(((*path, index), "E005", f"`{name}` stands here twice; keep one"))
        else:
            options[name] = code if are_numbers else None
            options.lines[name] = line
    return options


def _others(whole: Mapping, complaints: list[Complaint]) -> dict[str, list[str]]:
    """Add the texts that options "other, namely" open; give them by question."""
    if not isinstance(whole.get("questions"), Mapping):
        return {}
    whole["questions"], others, taken = add_others(whole["questions"])
    for name in taken:
        message = f'`{name}` is what an option "other" calls its text; rename this question'
        complaints.append((("questions", name), "E013", message))
    return others


def _merged(shared: Mapping, own: Mapping | None) -> Mapping:
    """Give a shared set with a question's own options: the same code adds to it, another comes behind."""
    options = copy_of(shared)
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
        return own if not isinstance(shared, Mapping) else with_key(copy_of(shared), "points", own)
    fresh = copy_of(shared) if isinstance(shared, Mapping) else with_key(Mapping(own.line), "points", shared)
    for key, value in own.items():
        fresh[key] = value
        fresh.lines[key] = own.lines[key]
    return fresh


def _count(entry: Any) -> Any:
    """Write out a count that is a plain list of circumstances."""
    return with_key(Mapping(entry.line), "of", entry) if isinstance(entry, Sequence) else entry


def _named(entry: Any) -> Any:
    """Write out a name that is only a text: plain words, or words by language."""
    if isinstance(entry, str) or (isinstance(entry, Mapping) and entry and not {*BandName.model_fields} & set(entry)):
        line = entry.line if isinstance(entry, Mapping) else 1
        return with_key(Mapping(line), "text", entry)
    return entry


def _rule(entry: Any) -> Any:
    """Write out the names of a rule's values; `set` was its id."""
    if isinstance(entry, Mapping) and isinstance(values := entry.get("values"), Mapping):
        fresh = copy_of(values)
        fresh.update({key: _value_name(value) for key, value in values.items()})
        entry["values"] = fresh
    return entry


def _value_name(entry: Any) -> Any:
    if isinstance(entry, str) or (isinstance(entry, Mapping) and entry and not {*RuleValue.model_fields} & set(entry)):
        return with_key(Mapping(entry.line if isinstance(entry, Mapping) else 1), "text", entry)
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
        written = copy_of(entry)
        written.pop(key, None)
        fresh[name] = with_key(written, "id", name, line)
        fresh.lines[name] = line
    whole[part] = fresh


def _pages(whole: Mapping, others: dict[str, list[str]], groups: Unrolled) -> None:
    """Write out the pages: left out, one a question; a bare id, the page of that question or those of a group."""
    pages, questions = whole.get("pages"), whole.get("questions")
    if pages is None and isinstance(questions, Mapping):
        pages = _one_each(questions, {other for texts in others.values() for other in texts}, groups.of_groups)
    if not isinstance(pages, Sequence):
        return
    pages = _with_groups(pages, groups)
    fresh = Sequence(pages.line)
    fresh.lines = list(pages.lines)
    written = (_page(page, line) for page, line in zip(pages, pages.lines, strict=True))
    fresh.extend(place_others(page, others) for page in written)
    with_key(whole, "pages", fresh)


def _one_each(questions: Mapping, opened: set[str], of_groups: dict[str, str]) -> Sequence:
    """Give a page for each question, and the name of a group for all questions of it."""
    pages = Sequence(questions.line)
    for name, entry in questions.items():
        page = of_groups.get(name, name)
        if name not in opened and page not in pages and (name in of_groups or not _is_calculated(entry)):
            pages.append(page)
            pages.lines.append(questions.lines[name])
    return pages


def _with_groups(pages: Sequence, groups: Unrolled) -> Sequence:
    """Give the pages with those of each group where it is named."""
    fresh = Sequence(pages.line)
    seen: set[str] = set()
    for page, line in zip(pages, pages.lines, strict=True):
        of_group = isinstance(page, str) and page in groups.pages
        for each, where in groups.pages[page] if of_group else [(page, line)]:
            fresh.append(each)
            fresh.lines.append(line if of_group and page in seen else where)
        seen |= {page} if of_group else set()
    return fresh


def _is_calculated(entry: Any) -> bool:
    return isinstance(entry, Mapping) and entry.get("kind") == "calculated"


def _page(page: Any, line: int) -> Any:
    """Write out one page; one without an id bears that of its first question."""
    if isinstance(page, str):
        page = with_key(Mapping(line), "id", page)
    elif isinstance(page, Sequence):
        fresh = Mapping(line)
        page = with_key(fresh, "questions", page)
    if not isinstance(page, Mapping):
        return page
    written = copy_of(page)
    if "title" in written:
        written["title"] = _wordings(written["title"])
    questions = written.get("questions")
    if "questions" not in written and isinstance(written.get("id"), str):
        only = Sequence(line)
        only.append(written["id"])
        only.lines.append(line)
        return with_key(written, "questions", only)
    if "id" not in written and isinstance(questions, Sequence):
        with_key(written, "id", questions[0] if questions else "empty", line)
    return written
