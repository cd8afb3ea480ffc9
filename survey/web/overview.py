"""A class as staff see it: counts that are work, filters, and the rows of the table, all in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from survey.classes import NOT_STARTED, ClassRow
from survey.definition.model import Definition, Report
from survey.i18n import Catalogue
from survey.municipalities import name_of
from survey.sitting import Status

#: Kinds of work, each with the rows that it holds.
TODAY, UNFINISHED, DISCUSS, HAND_OVER = "today", "unfinished", "discuss", "hand_over"
UNKNOWN = "unknown"  # in filters: no municipality, no priority
LONGEST_SEARCH = 100
MARKS = {"good": "✓", "mind": "!", "help": "!!", "none": ""}
LAST = 99


@dataclass(frozen=True, slots=True)
class Sign:
    """A band or priority: a mark, words, and the tone that tints it."""

    text: str
    tone: str

    @property
    def mark(self) -> str:
        """Return the mark before the words, so that the tint is never alone."""
        return MARKS[self.tone]


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a filter."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One list to choose from above the table."""

    name: str
    label: str
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is work, with the address of its rows."""

    n: str
    text: str
    url: str | None
    alarm: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    url: str
    name: str
    today: Sign | None
    state: str
    done: int
    total: int  # 0 where there is no progress to show
    cells: tuple[str, str, str]  # destination, asks for help, still to arrange
    priority: Sign | None
    municipality: str
    document: str
    document_url: str | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for."""

    search: str
    state: str
    municipality: str
    priority: str
    sort: str

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Chosen:
        """Read the address; what it does not say, or says wrongly, is everything in order of priority."""
        sort = "name" if given.get("sort") == "name" else "priority"
        search = given.get("search", "").strip()[:LONGEST_SEARCH]
        return cls(search, given.get("state", ""), given.get("municipality", ""), given.get("priority", ""), sort)

    @property
    def any(self) -> bool:
        """Return whether rows can be missing from the table."""
        return bool(self.search or self.state or self.municipality or self.priority)


def holds(state: str, row: ClassRow) -> bool:
    """Return whether a row is work of this kind; of a kind that does not exist every row is."""
    match state:
        case "today":
            return row.flag
        case "unfinished":
            return row.status in (NOT_STARTED, Status.STARTED)
        case "discuss":
            return row.status == Status.SENT
        case "hand_over":
            return row.status == Status.FINAL
    return True


def select_rows(rows: list[ClassRow], chosen: Chosen) -> list[ClassRow]:
    """Return the rows that the address asks for, flags first and then by priority, or by name."""
    kept = [row for row in rows if _matches(row, chosen)]
    if chosen.sort == "name":
        return kept
    return sorted(kept, key=lambda row: (not row.flag, row.priority or LAST, row.status == NOT_STARTED))


def _matches(row: ClassRow, chosen: Chosen) -> bool:
    return (
        chosen.search.casefold() in row.name.casefold()
        and holds(chosen.state, row)
        and chosen.municipality in ("", row.municipality or UNKNOWN)
        and chosen.priority in ("", str(row.priority or UNKNOWN))
    )


def count_work(rows: list[ClassRow], chosen: Chosen, path: str, words: Catalogue) -> list[Count]:
    """Return the numbers above the table; each opens its rows, and the one that is open closes them again."""
    names = {
        TODAY: words.text("talk today"),
        UNFINISHED: words.text("not finished"),
        DISCUSS: words.text("to discuss"),
        HAND_OVER: words.text("to hand over"),
    }
    counts = []
    for state, name in names.items():
        n = sum(holds(state, row) for row in rows)
        is_open = chosen.state == state
        url = path if is_open else f"{path}&state={state}"
        counts.append(Count(str(n), name, url, alarm=state == TODAY and n > 0, current=is_open))
    filled = sum(not holds(UNFINISHED, row) for row in rows)
    share = filled * 100 // len(rows) if rows else 0
    of_all = words.text("{n} of {total}", n=filled, total=len(rows))
    return [*counts, Count(of_all, words.text("filled in ({share}%)", share=share), None)]


def make_filters(rows: list[ClassRow], chosen: Chosen, definition: Definition, words: Catalogue) -> list[Filter]:
    """Return the filters with what occurs in these rows."""
    states = {
        "": words.text("all"),
        TODAY: words.text("talk today"),
        UNFINISHED: words.text("not finished"),
        DISCUSS: words.text("to discuss"),
        HAND_OVER: words.text("to hand over"),
    }
    places = sorted((name_of(code), code) for code in {row.municipality for row in rows if row.municipality})
    unknown = {UNKNOWN: words.text("unknown")}
    municipalities = {"": words.text("all")} | {code: name for name, code in places}
    if any(row.municipality is None for row in rows):
        municipalities |= unknown
    priorities = {"": words.text("all")}
    priorities |= {value: sign.text for value, sign in priority_signs(definition, words).items()} | unknown
    sorts = {"priority": words.text("highest priority first"), "name": words.text("by name")}
    return [
        _filter("state", words.text("State"), states, chosen.state),
        _filter("municipality", words.text("Municipality"), municipalities, chosen.municipality),
        _filter("priority", words.text("Priority"), priorities, chosen.priority),
        _filter("sort", words.text("Order"), sorts, chosen.sort),
    ]


def _filter(name: str, label: str, options: dict[str, str], chosen: str) -> Filter:
    return Filter(name, label, tuple(Choice(value, text, value == chosen) for value, text in options.items()))


def priority_signs(definition: Definition, words: Catalogue) -> dict[str, Sign]:
    """Return how each priority of a questionnaire is said, "2 · eigen mentor nodigt uit"."""
    rule = definition.rules.get((definition.report or Report()).priority or "")
    if rule is None:
        return {}
    return {
        value: Sign(f"{value} · {words.words(named.text)}" if named.text else value, named.tone)
        for value, named in sorted(rule.values.items())
    }


def make_line(row: ClassRow, definition: Definition, round_id: str, words: Catalogue) -> Line:
    """Return a row of the table in words."""
    report = definition.report or Report()
    today = Sign(words.text("talk today"), "help") if row.flag else None
    is_busy = row.status == Status.STARTED
    priority = None
    if row.priority is not None:
        priority = priority_signs(definition, words).get(str(row.priority), Sign(str(row.priority), "none"))
    return Line(
        url=url_for("staff.show_student", student_id=row.student_id, round=round_id),
        name=row.name,
        today=today,
        state=say_state(row.status, row.done, row.total, words),
        done=row.done if is_busy else 0,
        total=row.total if is_busy else 0,
        cells=(
            _say_answer(definition, report.destination, row.destination, words),
            say_value(definition, report.asked, row.asked, words),
            say_bounds(row.not_arranged, words),
        ),
        priority=priority,
        municipality=name_of(row.municipality) if row.municipality else words.text("unknown"),
        document=say_report(row.report_state, words),
        document_url=url_for("downloads.show_pdf", report_id=row.report_id) if row.report_state == "ready" else None,
    )


def say_state(status: str, done: int, total: int, words: Catalogue) -> str:
    """Return how far a student is."""
    match status:
        case Status.STARTED:
            return words.text("{n} of {total}", n=done, total=total)
        case Status.SENT:
            return words.text("to discuss")
        case Status.FINAL:
            return words.text("finalised")
    return words.text("not started")


def say_value(definition: Definition, rule_id: str | None, value: str | int | None, words: Catalogue) -> str:
    """Return what a value of a rule is called, or the value itself; "" without one."""
    if rule_id is None or value is None:
        return ""
    named = definition.rules[rule_id].values.get(str(value))
    return (words.words(named.text) if named else "") or str(value)


def say_bounds(bounds: tuple[int, int] | None, words: Catalogue) -> str:
    """Return a count in words, with both bounds where answers are missing."""
    if bounds is None:
        return ""
    low, high = bounds
    if low == high:
        return words.plural("{n} point", "{n} points", low)
    return words.text("{low} to {high} points", low=low, high=high)


def say_report(state: str | None, words: Catalogue) -> str:
    """Return the state of a document; "" where none was asked for."""
    names = {
        "waiting": words.text("is being made"),
        "working": words.text("is being made"),
        "ready": words.text("concept"),
        "failed": words.text("failed"),
    }
    return names.get(state or "", "")


def _say_answer(definition: Definition, question_id: str | None, value: str | None, words: Catalogue) -> str:
    if question_id is None or value is None:
        return ""
    return str(definition.questions[question_id].say(value, words.language))
