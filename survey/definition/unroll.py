"""Groups of questions written out: one question for each time, so that all else knows plain questions only.

Why: docs/decisions/repeating-groups.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from survey.definition.complaint import say_problem
from survey.definition.group import OF_GROUP, Group, GroupEntry
from survey.definition.tree import Line, Mapping, Sequence, copy_of, with_key
from survey.expression import ExpressionError
from survey.expression.rewrite import Times, rename, spread

Path = tuple[str | int, ...]
Complaint = tuple[Path, str, str]
#: Words of the file behind which an expression stands.
EXPRESSIONS = frozenset({"show_if", "when", "value"})
_PIPE = re.compile(r"\{(answer|plural):([A-Za-z][A-Za-z0-9_]*)")


@dataclass(slots=True)
class Unrolled:
    """What groups became: questions and pages, and how expressions elsewhere name them."""

    groups: dict[str, Group] = field(default_factory=dict)
    pages: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)  # of each group, in order
    times: dict[str, Times] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def of_groups(self) -> dict[str, str]:
        """Give the group of each question that came of one."""
        return {
            name: group.id
            for group in self.groups.values()
            for name in (*(each for time in group.instances for each in time), *group.another)
        }


def unroll(whole: Mapping) -> Unrolled:
    """Write out every group in a definition (its questions change in place), and all that names one."""
    done = Unrolled()
    questions = whole.get("questions")
    if not isinstance(questions, Mapping) or not any(_is_group(entry) for entry in questions.values()):
        return done
    writers: dict[str, _Writer] = {}
    for name, entry in questions.items():
        if _is_group(entry) and (group := _read(name, entry, questions, done)) is not None:
            writers[name] = _Writer(name, _spread(entry, ("questions", name), done), group, done)
    fresh = Mapping(questions.line)
    for name, entry in questions.items():
        if name in writers:
            _add(fresh, writers[name].questions(), questions, name, done)
        elif not _is_group(entry):
            with_key(fresh, name, _spread(entry, ("questions", name), done), questions.lines[name])
    whole["questions"] = fresh
    for part in [key for key in whole if key not in ("questions", "examples", "groups")]:
        whole[part] = _spread(whole[part], (part,), done)
    _terms(whole, done)
    _sections(whole, done)
    _examples(whole, done)
    return done


def _add(fresh: Mapping, written: Mapping, questions: Mapping, group: str, done: Unrolled) -> None:
    """Add the questions of a group, and complain of a name that is taken."""
    for name, entry in written.items():
        if name in questions:
            message = f"`{name}` is what the group `{group}` calls a question of its own; rename this one"
            done.complaints.append((("questions", name), "E013", message))
        else:
            with_key(fresh, name, entry, written.lines[name])


def _is_group(entry: Any) -> bool:
    return isinstance(entry, Mapping) and "repeat" in entry


def _read(name: str, entry: Mapping, questions: Mapping, done: Unrolled) -> GroupEntry | None:
    """Read one group; None when it cannot be, with what is wrong."""
    path: Path = ("questions", name)
    try:
        group = GroupEntry.model_validate({"id": name, **entry})
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            done.complaints.append(((*path, *problem["loc"]), *say_problem(problem, GroupEntry)))
        return None
    for inner in group.questions:
        if inner in questions:
            message = f"`{inner}` is a question outside `{name}` too; rename one"
            done.complaints.append(((*path, "questions", inner), "E101", message))
    if group.repeat.times is not None:
        asked = questions.get(group.repeat.times)
        most = asked.get("max") if isinstance(asked, Mapping) else None
        if not isinstance(most, int | float) or most > group.repeat.max:
            message = f"`{group.repeat.times}` must be a number question with a `max:` of {group.repeat.max} or less"
            done.complaints.append(((*path, "repeat", "times"), "E123", message))
    return group


class _Writer:
    """Writes out one group."""

    def __init__(self, name: str, entry: Mapping, group: GroupEntry, done: Unrolled) -> None:
        self.name, self.entry, self.group, self.done = name, entry, group, done
        inner = entry["questions"]
        self.inner: Mapping = inner
        count = group.repeat.max
        self.ids = [{each: f"{name}_{time}_{each}" for each in inner} for time in range(1, count + 1)]
        self.base = str(entry["show_if"]) if entry.get("show_if") is not None else "true"
        self.conditions = [self._condition(time) for time in range(1, count + 1)]
        done.times[name] = Times({each: tuple(ids[each] for ids in self.ids) for each in inner}, tuple(self.conditions))
        another = tuple(f"{name}_{time}_another" for time in range(self._least(), count)) if self._asks() else ()
        done.groups[name] = Group(
            id=name,
            max=count,
            times=group.repeat.times,
            questions=tuple(inner),
            instances=tuple(tuple(ids.values()) for ids in self.ids),
            another=another,
        )
        done.pages[name] = [page for time in range(1, count + 1) for page in self._pages(time)]

    def _asks(self) -> bool:
        return self.group.repeat.another is not None

    def _least(self) -> int:
        return self.group.repeat.min or 1

    def _condition(self, time: int) -> str:
        """Give the condition on which the questions are asked for the n-th time."""
        if self.group.repeat.times is not None:
            times = f"{self.group.repeat.times} >= {time}"
            return times if self.base == "true" else f"({self.base}) and {times}"
        return self.base if time <= self._least() else f"{self.name}_{time - 1}_another == yes"

    def questions(self) -> Mapping:
        """Give every question, time after time, with its line in the file."""
        fresh = Mapping(self.entry.line)
        for time, ids in enumerate(self.ids, 1):
            for each, entry in self.inner.items():
                line = self.inner.lines[each]
                with_key(fresh, ids[each], self._question(entry, time, line), line)
            if self._asks() and self._least() <= time < self.group.repeat.max:
                with_key(fresh, f"{self.name}_{time}_another", self._another(time), self.entry.lines["repeat"])
        return fresh

    def _question(self, entry: Any, time: int, line: int) -> Any:
        """Give one question of one time: its own words, those of the group, and its condition."""
        if not isinstance(entry, Mapping):
            return with_key(Mapping(line), "text", entry) if entry is not None else Mapping(line)
        written = self._for(entry, time)
        for word in OF_GROUP:
            if word in self.entry and word not in written:
                with_key(written, word, self._for(self.entry[word], time), self.entry.lines[word])
        if written.get("kind") == "calculated" or ("value" in written and "kind" not in written):
            return written
        own, condition = written.get("show_if"), self.conditions[time - 1]
        if own is not None and condition != "true":
            written["show_if"] = f"({condition}) and ({own})"
            written.lines["show_if"] = _without_inside(written.lines["show_if"])
        elif condition != "true":
            with_key(written, "show_if", condition, _without_inside(self.entry.lines.get("show_if", line)))
        return written

    def _another(self, time: int) -> Mapping:
        """Give the question for one more."""
        repeat = self.entry["repeat"]
        said, line = repeat["another"], repeat.lines["another"]
        is_whole = isinstance(said, Mapping) and {"text", "options", "hint"} & set(said)
        entry = copy_of(said) if is_whole else with_key(Mapping(line), "text", said, line)
        written: Mapping = self._question(with_key(entry, "kind", "yes_no", line), time, line)
        return written

    def _pages(self, time: int) -> list[tuple[Any, int]]:
        """Give the pages of one time, each with its line."""
        named: Any = self.entry.get("pages")
        pages: list[tuple[Any, int]] = []
        if isinstance(named, Sequence):
            pages = [(self._page(page, time), line) for page, line in zip(named, named.lines, strict=True)]
        else:
            calculated = {each for each, entry in self.inner.items() if isinstance(entry, Mapping) and "value" in entry}
            shown = [each for each in self.inner if each not in calculated]
            pages = [(self.ids[time - 1][each], self.inner.lines[each]) for each in shown]
        if self._asks() and self._least() <= time < self.group.repeat.max:
            pages.append((f"{self.name}_{time}_another", self.entry.lines["repeat"]))
        return pages

    def _page(self, page: Any, time: int) -> Any:
        """Give one page of one time, with the title of the group above several questions."""
        ids = self.ids[time - 1]
        if isinstance(page, str):
            return ids.get(page, page)
        written = self._for(page, time) if isinstance(page, Mapping) else Mapping(getattr(page, "line", 1))
        questions = written.get("questions") if isinstance(page, Mapping) else page
        if isinstance(questions, Sequence):
            renamed = Sequence(questions.line)
            renamed.extend(ids.get(each, each) if isinstance(each, str) else each for each in questions)
            renamed.lines = list(questions.lines)
            with_key(written, "questions", renamed)
        if isinstance(written.get("id"), str):
            written["id"] = f"{self.name}_{time}_{written['id']}"
        if "title" in self.entry and "title" not in written:
            with_key(written, "title", self._for(self.entry["title"], time), self.entry.lines["title"])
        return written

    def _for(self, value: Any, time: int) -> Any:
        """Give a value of the file for one time: its number, and its own questions in texts and conditions."""
        ids = self.ids[time - 1]

        def text(said: str) -> str:
            said = said.replace("{number}", str(time))
            return _PIPE.sub(lambda place: f"{{{place[1]}:{ids.get(place[2], place[2])}", said)

        def expression(source: str, line: int) -> tuple[str, int]:
            written = rename(source, ids)
            return written, line if written == source else _without_inside(line)

        return _changed(value, text, expression)


def _without_inside(line: int) -> int:
    """Give a place of which the text was changed, so that its columns are no longer those of the file."""
    return Line(line, getattr(line, "column", 0), getattr(line, "file", None))


def _changed(value: Any, text: Callable[[str], str], expression: Callable[[str, int], tuple[str, int]]) -> Any:
    """Give a copy of a value with its texts and its expressions changed."""
    if isinstance(value, Mapping):
        fresh = copy_of(value)
        for key, entry in value.items():
            if key in EXPRESSIONS and isinstance(entry, str):
                fresh[key], fresh.lines[key] = expression(entry, value.lines[key])
            else:
                fresh[key] = _changed(entry, text, expression)
        return fresh
    if isinstance(value, Sequence):
        longer = Sequence(value.line)
        longer.extend(_changed(entry, text, expression) for entry in value)
        longer.lines = list(value.lines)
        return longer
    return text(value) if isinstance(value, str) else value


def _spread(value: Any, path: Path, done: Unrolled) -> Any:
    """Give a part of a definition in which every expression over a group names the questions of each time."""
    if isinstance(value, Sequence):
        fresh = Sequence(value.line)
        fresh.extend(_spread(entry, (*path, index), done) for index, entry in enumerate(value))
        fresh.lines = list(value.lines)
        return fresh
    if not isinstance(value, Mapping):
        return value
    written = copy_of(value)
    for key, entry in value.items():
        if key not in EXPRESSIONS or not isinstance(entry, str):
            written[key] = _spread(entry, (*path, key), done)
            continue
        try:
            written[key] = spread(entry, done.times)
        except ExpressionError as error:
            message = f"{error.message} (column {error.column} of `{entry}`)"
            done.complaints.append(((*path, key), "E106", message))
            written[key] = "true" if key != "value" else 0
        if written[key] != entry:
            written.lines[key] = _without_inside(value.lines[key])
    return written


def _terms(whole: Mapping, done: Unrolled) -> None:
    """Write out the terms of scales that are a question of a group: one for each time."""
    scales = whole.get("scales")
    for scale in scales.values() if isinstance(scales, Mapping) else ():
        terms = scale.get("of") if isinstance(scale, Mapping) else None
        if not isinstance(terms, Sequence):
            continue
        fresh = Sequence(terms.line)
        for term, line in zip(terms, terms.lines, strict=True):
            ref = term.get("ref") if isinstance(term, Mapping) else term
            named = _named(ref.removeprefix("-").strip(), done) if isinstance(ref, str) else None
            for each in (term,) if named is None else named:
                if named is not None:
                    sign = "-" if str(ref).startswith("-") else ""
                    each = _with_ref(term, f"{sign}{each}") if isinstance(term, Mapping) else f"{sign}{each}"
                fresh.append(each)
                fresh.lines.append(line)
        scale["of"] = fresh


def _with_ref(term: Mapping, ref: str) -> Mapping:
    fresh = copy_of(term)
    fresh["ref"] = ref
    return fresh


def _sections(whole: Mapping, done: Unrolled) -> None:
    """Write out the groups and their questions that sections of the document show."""
    report = whole.get("report")
    sections = report.get("sections") if isinstance(report, Mapping) else None
    for index, section in enumerate(sections if isinstance(sections, Sequence) else ()):
        questions = section.get("questions") if isinstance(section, Mapping) else None
        if not isinstance(questions, Sequence):
            continue
        fresh = Sequence(questions.line)
        for place, (each, line) in enumerate(zip(questions, questions.lines, strict=True)):
            named = _named(each, done) if isinstance(each, str) else None
            if named is None and isinstance(each, str) and (group := each.partition(".")[0]) in done.groups:
                message = f"`{group}` asks no `{each.partition('.')[2]}`"
                done.complaints.append((("report", "sections", index, "questions", place), "E102", message))
                continue
            fresh.extend([each] if named is None else named)
            fresh.lines += [line] * (1 if named is None else len(named))
        section["questions"] = fresh


def _named(name: str, done: Unrolled) -> tuple[str, ...] | None:
    """Give the questions that `group` or `group.question` stands for; None for anything else."""
    if name in done.groups:
        return tuple(each for time in done.groups[name].instances for each in time)
    group, _, question = name.partition(".")
    return done.times[group].questions.get(question) if group in done.times and question else None


def _examples(whole: Mapping, done: Unrolled) -> None:
    """Write out the answers of examples that are given time by time: `jobs: [{hours: 12}, {hours: 8}]`."""
    examples = whole.get("examples")
    if not isinstance(examples, Sequence):
        return
    whole["examples"] = written = Sequence(examples.line)
    written.lines = list(examples.lines)
    written.extend(_example(example, done) for example in examples)


def _example(example: Any, done: Unrolled) -> Any:
    """Write out the answers of one example."""
    answers = example.get("answers") if isinstance(example, Mapping) else None
    if not isinstance(answers, Mapping) or not set(answers) & set(done.groups):
        return example
    fresh = Mapping(answers.line)
    for name, given in answers.items():
        for each, value in _answers(name, given, done).items():
            with_key(fresh, each, value, answers.lines[name])
    changed = copy_of(example)
    changed["answers"] = fresh
    return changed


def _answers(name: str, given: Any, done: Unrolled) -> dict[str, Any]:
    """Give the answers to a group by question: as many times as are given, and no more asked for."""
    group = done.groups.get(name)
    if group is None or not isinstance(given, list):
        return {name: given}
    found: dict[str, Any] = {}
    for time, answers in enumerate(given, 1):
        for each, value in answers.items() if isinstance(answers, dict) else ():
            found[f"{name}_{time}_{each}"] = value
        if (another := f"{name}_{time}_another") in group.another:
            found[another] = "yes" if time < len(given) else "no"
    return found
