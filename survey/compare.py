"""What changed between two versions of a questionnaire, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.definition.model import Definition, Page
from survey.expression import Expression
from survey.kinds import Choice, Question
from survey.kinds.question import Frozen
from survey.plainly import Words, say_condition, say_number

#: What changed of a question, by the word of the file: the message that says so.
OF_QUESTION = {
    "kind": "{name}: another kind of question",
    "hint": "{name}: another hint",
    "why": "{name}: says otherwise why it is asked",
    "purpose": "{name}: another purpose",
    "ground": "{name}: another legal ground",
    "says": "{name}: its answers are said otherwise in the result",
    "topic": "{name}: another topic",
    "required": "{name}: may be left empty, or no longer",
    "checks": "{name}: other checks of its answer",
    "sensitive": "{name}: sensitive, or no longer",
    "about": "{name}: asks another personal fact",
    "prefill": "{name}: filled in from other data of the school",
    "value": "{name}: reckoned otherwise",
}
#: What changed of the whole, by the word of the file.
OF_WHOLE = {
    "title": "another title",
    "intro": "another introduction",
    "notice": "another text on who sees what",
    "done": "another text after sending",
    "ground": "another legal ground",
    "topics": "other topics",
    "bands": "bands are said otherwise",
    "helplines": "other help lines",
    "report": "another lay-out of the document",
}
#: Parts that have an id, by the word of the file: how one is called.
PARTS = {"scales": "scale", "counts": "count", "rules": "rule", "flags": "flag"}
#: What changed of a scale, count, rule or flag, by the word of the file; of any other word: that it is other.
OF_PART = {
    "text": "{sort} {name}: another name",
    "of": "{sort} {name}: made of other things",
    "bands": "{sort} {name}: other band limits",
    "lift": "{sort} {name}: other answers move its band",
    "missing": "{sort} {name}: missing answers count otherwise",
    "cases": "{sort} {name}: other rows in its table",
    "values": "{sort} {name}: its values are said otherwise",
    "when": "{sort} {name}: another condition",
    "within": "{sort} {name}: another term",
    "to": "{sort} {name}: goes to somebody else",
    "sentences": "{sort} {name}: other sentences to students",
    "sentences_report": "{sort} {name}: other sentences to receivers",
}
OTHER_PART = "{sort} {name}: reckoned otherwise"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: a message of the catalogue with its values, and how it was and is."""

    group: str  # "whole", "questions", or a word of PARTS
    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    counts: bool = False  # it can change what stored answers come to

    def say(self, words: Words) -> str:
        """Give the change as one sentence."""
        values = {name: words.text(value) if name == "sort" else value for name, value in self.values.items()}
        said = words.text(self.message, **values)
        if not self.before and not self.after:
            return said
        was = words.text("was {before}, is {after}", before=self.before or "–", after=self.after or "–")
        return f"{said}: {was}"


def compare(before: Definition, after: Definition, words: Words) -> list[Change]:
    """Give what changed, in the order of the file; names and conditions in the language of `words`."""
    return [
        *_whole(before, after),
        *_questions(before, after, words),
        *(change for part in PARTS for change in _parts(part, before, after, words)),
    ]


def _whole(before: Definition, after: Definition) -> Iterator[Change]:
    added = [code for code in after.languages if code not in before.languages]
    gone = [code for code in before.languages if code not in after.languages]
    if added:
        yield Change("whole", "new languages: {names}", {"names": ", ".join(added)})
    if gone:
        yield Change("whole", "languages taken out: {names}", {"names": ", ".join(gone)})
    for word, message in OF_WHOLE.items():
        if getattr(before, word) != getattr(after, word):
            yield Change("whole", message)


def _questions(before: Definition, after: Definition, words: Words) -> Iterator[Change]:
    for name, question in before.questions.items():
        if name not in after.questions:
            yield Change("questions", "taken out: {name}", {"name": _called(question, words)}, counts=True)
    for name, question in after.questions.items():
        old = before.questions.get(name)
        if old is None:
            yield Change("questions", "new: {name}", {"name": _called(question, words)}, counts=True)
        else:
            yield from _question(old, question, before, after, words)
    yield from _order(before, after, words)


def _question(old: Question, new: Question, before: Definition, after: Definition, words: Words) -> Iterator[Change]:
    """Give what changed of one question."""
    name = {"name": _called(new, words)}
    if old.text != new.text:
        yield Change("questions", "{name}: other words", name, words.words(old.text), words.words(new.text))
    if old.show_if != new.show_if:
        was, now = (say_condition(one, each.show_if, words) for one, each in ((before, old), (after, new)))
        always = words.text("always asked")
        yield Change("questions", "{name}: asked on another condition", name, was or always, now or always, True)
    for readers, message in (("seen_by", "{name}: read by others"), ("shared_with", "{name}: goes to others")):
        was, now = (", ".join(words.text(who) for who in getattr(each, readers)) for each in (old, new))
        if was != now:
            yield Change("questions", message, name, was or words.text("nobody"), now or words.text("nobody"))
    if isinstance(old, Choice) and isinstance(new, Choice):
        yield from _options(old, new, words)
    elif any(getattr(old, word, None) != getattr(new, word, None) for word in ("min", "max", "unit", "max_length")):
        yield Change("questions", "{name}: other limits or unit", name, counts=True)
    for word, message in OF_QUESTION.items():
        if getattr(old, word, None) != getattr(new, word, None):
            yield Change("questions", message, name, counts=word in ("kind", "value", "required"))


def _options(old: Choice, new: Choice, words: Words) -> Iterator[Change]:
    """Give what changed of the options of one question."""
    name = {"name": _called(new, words)}
    for code, option in old.options.items():
        if code not in new.options:
            values = {**name, "option": words.words(option.text) or code}
            yield Change("questions", "{name}: option “{option}” taken out", values, counts=True)
    for code, option in new.options.items():
        values = {**name, "option": words.words(option.text) or code}
        was = old.options.get(code)
        if was is None:
            yield Change("questions", "{name}: new option “{option}”", values, counts=True)
            continue
        if was.text != option.text:
            said = words.words(was.text), words.words(option.text)
            yield Change("questions", "{name}: other words for option “{option}”", values, said[0], said[1])
        if (was.points, was.state) != (option.points, option.state):
            had, has = (say_number(each.points) or str(each.state or "") for each in (was, option))
            yield Change("questions", "{name}: other points for “{option}”", values, had, has, True)
        if was.show_if != option.show_if:
            yield Change("questions", "{name}: option “{option}” on another condition", values, counts=True)
    common = [code for code in old.options if code in new.options]
    if common != [code for code in new.options if code in old.options]:
        yield Change("questions", "{name}: options in another order", name)


def _order(before: Definition, after: Definition, words: Words) -> Iterator[Change]:
    """Give the questions that stand elsewhere, and pages with another condition."""
    was = [name for page in before.pages for name in page.questions if name in after.questions]
    now = [name for page in after.pages for name in page.questions if name in before.questions]
    for name in _moved(was, now):
        yield Change("questions", "moved: {name}", {"name": _called(after.questions[name], words)})
    old = {page.id: page for page in before.pages}
    for page in after.pages:
        if page.id in old and old[page.id].show_if != page.show_if:
            always, pair = words.text("always asked"), ((before, old[page.id]), (after, page))
            was_if, now_if = (say_condition(one, each.show_if, words) or always for one, each in pair)
            yield Change("questions", "page {name}: on another condition", {"name": page.id}, was_if, now_if, True)
    if _together(before.pages, was) != _together(after.pages, was):
        yield Change("questions", "other questions stand together on a page")


def _together(pages: Iterable[Page], known: list[str]) -> set[frozenset[str]]:
    """Give which of the known questions stand together."""
    groups = (frozenset(page.questions) & frozenset(known) for page in pages)
    return {group for group in groups if len(group) > 1}


def _moved(was: list[str], now: list[str]) -> list[str]:
    """Give as few as can be of those that changed places: those outside the longest order that stayed."""
    place = {name: index for index, name in enumerate(was)}
    best: list[tuple[int, int]] = []  # by place in `now`: the longest kept order that ends there, and the one before
    for index, name in enumerate(now):
        before = [(best[i][0], i) for i in range(index) if place[now[i]] < place.get(name, -1)]
        length, link = max(before, default=(0, -1))
        best.append((length + 1, link))
    kept, at = set(), max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        kept.add(now[at])
        at = best[at][1]
    return [name for name in now if name not in kept]


def _parts(part: str, before: Definition, after: Definition, words: Words) -> Iterator[Change]:
    """Give what changed of the scales, counts, rules or flags."""
    old: Mapping[str, Any] = getattr(before, part)
    new: Mapping[str, Any] = getattr(after, part)
    sort = PARTS[part]
    for name, entry in old.items():
        if name not in new:
            yield Change(part, "{sort} {name}: taken out", {"sort": sort, "name": _called(entry, words)}, counts=True)
    for name, entry in new.items():
        values = {"sort": sort, "name": _called(entry, words)}
        if name not in old:
            yield Change(part, "{sort} {name}: new", values, counts=True)
            continue
        for word in type(entry).model_fields:
            was, now = getattr(old[name], word), getattr(entry, word)
            if was == now:
                continue
            said = _said(before, after, was, now, words)
            counts = word not in ("text", "sentences", "sentences_report", "values", "student", "helplines", "topic")
            yield Change(part, OF_PART.get(word, OTHER_PART), values, said[0], said[1], counts)


def _said(before: Definition, after: Definition, was: Any, now: Any, words: Words) -> tuple[str, str]:
    """Give how something was and is, where that can be said on one line."""
    if isinstance(was, Expression) or isinstance(now, Expression):
        pair = [(before, was), (after, now)]
        said = [say_condition(one, each, words) if isinstance(each, Expression) else "" for one, each in pair]
        return said[0], said[1]
    if isinstance(was, tuple) and isinstance(now, tuple) and all(_is_edge(each) for each in (*was, *now)):
        return _edges(was), _edges(now)
    if isinstance(was, str | int) and isinstance(now, str | int):
        return str(was), str(now)
    return "", ""


def _is_edge(entry: object) -> bool:
    return isinstance(entry, Frozen) and {"below", "label"} <= set(type(entry).model_fields)


def _edges(edges: tuple[Any, ...]) -> str:
    """Give the bands of a scale on one line: `good < 1, help`."""
    below = (f" < {say_number(edge.below)}" if edge.below is not None else "" for edge in edges)
    return ", ".join(f"{edge.label}{end}" for edge, end in zip(edges, below, strict=True))


def _called(entry: Any, words: Words) -> str:
    """Give what an entry is called: its words between quotes and its id."""
    said = " ".join(words.words(entry.text).split())
    short = said if len(said) <= 60 else f"{said[:59].rstrip()}…"
    return f"“{short}” ({entry.id})" if short else entry.id
