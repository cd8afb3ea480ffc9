"""Translations beside a definition's file: put into its texts, with what is missing, old or different in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from survey.definition.bundle import BESIDE, Bundle, beside_name
from survey.definition.check.texts import names_in
from survey.definition.finding import Finding
from survey.definition.places import LANGUAGE, Place, find_places
from survey.definition.po import BrokenFile, Catalogue, Entry, read_catalogue
from survey.definition.tree import Mapping, Sequence, copy_of, with_key

#: In the head of a file: who speaks the language from birth and read the translation.
CHECKED_BY = "x-checked-by"
_NAMED = re.compile(rf"\.([^.]+){re.escape(BESIDE)}$")


@dataclass(slots=True)
class Translated:
    """What translations brought: findings at their lines, and the languages that they add."""

    findings: list[Finding] = field(default_factory=list)
    languages: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


def language_of(name: str) -> str:
    """Give the language that the name of a translation tells: `ar` of `1.ar.po`."""
    found = _NAMED.search(name)
    return found[1] if found else ""


def translate(tree: Mapping, files: Bundle) -> tuple[Mapping, Translated]:
    """Put the translations beside a file into its texts; give the tree, and what is to be said of it."""
    done = Translated()
    beside = [(name, content) for name, content in files.beside if name.endswith(BESIDE)]
    if not beside:
        return tree, done
    declared = tree.get("languages")
    first = declared[0] if isinstance(declared, Sequence) and declared and isinstance(declared[0], str) else None
    if first is None:
        message = "say in which language the file itself is, before another is put beside it: `languages: [nl]`"
        done.findings.append(Finding(files.name, 1, "E294", message))
        return tree, done
    places = find_places(tree, first)
    for name, content in beside:
        _take(_Reading(beside_name(files.name, name), language_of(name), places), content, done)
    tree = copy_of(tree)
    tree["languages"] = _with(declared, done.languages)
    if done.unchecked:
        tree["unchecked_languages"] = _with(tree.get("unchecked_languages"), done.unchecked)
        tree.lines.setdefault("unchecked_languages", 1)
    return tree, done


@dataclass(frozen=True, slots=True)
class _Reading:
    """One translation that is being read."""

    file: str
    language: str
    places: list[Place]


def _take(reading: _Reading, content: bytes, done: Translated) -> None:
    """Read one file and put in what can be used of it."""
    try:
        read = read_catalogue(content)
    except BrokenFile as error:
        done.findings.append(Finding(reading.file, error.line, "E291", f"this is no PO file: {error.message}"))
        return
    said = read.head.get("language", "").replace("_", "-")
    if not LANGUAGE.fullmatch(reading.language) or said not in ("", reading.language):
        message = f"its head says `Language: {said}` and its name `{reading.language}`; make them the same code"
        done.findings.append(Finding(reading.file, read.line, "E291", message))
        return
    done.languages += (reading.language,)
    if not read.head.get(CHECKED_BY):
        done.unchecked += (reading.language,)
        advice = "let somebody do so, and write the name in the head: `X-Checked-By: ...`"
        message = f"nobody who speaks `{reading.language}` from birth has read this translation; {advice}"
        done.findings.append(Finding(reading.file, read.line, "W298", message))
    done.findings += _put(reading, read)


def _put(reading: _Reading, read: Catalogue) -> list[Finding]:
    """Put each text in its place; give what cannot be, and what is not there."""
    by_place: dict[str, list[Entry]] = {}
    for entry in read.entries:
        by_place.setdefault(entry.place, []).append(entry)
    findings, absent = [], []
    for place in reading.places:
        entries = by_place.pop(place.name, [])
        fitting = [entry for entry in entries if entry.original == place.original]
        if entries:
            findings += _judge(reading, place, (fitting or entries)[0], bool(fitting))
        elif place.to_student and not place.is_language(reading.language):
            absent.append(place)
    for entries in by_place.values():
        message = f"there is no text `{entries[0].place}`; take this entry out"
        findings.append(Finding(reading.file, entries[0].line, "W293", message))
    if absent:
        more = f" and {len(absent) - 1} more" if absent[1:] else ""
        message = f"`{absent[0].name}`{more} is not here; `survey translate export` adds what lacks"
        findings.append(Finding(reading.file, read.line, "W292", message))
    return findings


def _judge(reading: _Reading, place: Place, entry: Entry, is_fresh: bool) -> list[Finding]:
    """Put one translation in its place, or give why not."""
    code, message = "", ""
    if place.is_language(reading.language):
        code, message = "E295", f"`{place.name}` is in `{reading.language}` in the file itself; keep one of them"
    elif not is_fresh:
        code, message = "W297", f"the words of `{place.name}` changed since they were translated; translate them again"
    elif entry.is_fuzzy:
        code, message = "W292", f"`{place.name}` is marked fuzzy, so it does not count; check it and take the mark off"
    elif not entry.words.strip():
        code, message = "W292", f"`{place.name}` is not translated"
    elif different := names_in(entry.words) ^ names_in(entry.original):
        names = " and ".join(f"`{{{name}}}`" for name in sorted(different))
        code, message = "E296", f"{names} stands in only one of the words and their translation; let them agree"
    if code:
        is_heard = place.to_student or code.startswith("E") or code == "W297"
        return [Finding(reading.file, entry.line, code, message)] if is_heard else []
    words = place.holder[place.key]
    if not isinstance(words, Mapping):
        fresh = Mapping(place.line)
        for language, text in place.words.items():
            with_key(fresh, language, text, place.line)
        place.holder[place.key] = words = fresh
    with_key(words, reading.language, entry.words, entry.line)
    words.elsewhere[reading.language] = reading.file, entry.line
    return []


def _with(listed: object, languages: tuple[str, ...]) -> Sequence:
    """Give a list of languages with more of them behind it, each once."""
    fresh = Sequence(listed.line if isinstance(listed, Sequence) else 1)
    known = list(listed) if isinstance(listed, Sequence) else []
    fresh.extend([*known, *(language for language in languages if language not in known)])
    fresh.lines = [fresh.line] * len(fresh)
    return fresh
