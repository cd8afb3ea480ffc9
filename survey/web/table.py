"""A list of students as a page shows it: work, filters, columns, rows and pages, all in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from survey import choosing, lists
from survey.choosing import AGREED, DISCUSS, FINALISE, HAND_OVER, TODAY, UNFINISHED, UNKNOWN, WORK, Wish
from survey.definition.model import Definition, Report
from survey.i18n import Catalogue
from survey.kinds import Choice as Choosing
from survey.list_rows import ListRow
from survey.lists import Found
from survey.municipalities import name_of
from survey.records import get_definition
from survey.sitting import Status
from survey.store.surveying import Round
from survey.web.current import now, session, vault, words
from survey.web.overview import (
    Count,
    Filter,
    Sign,
    make_filter,
    priority_signs,
    say_answer,
    say_bounds,
    say_report,
    say_state,
    say_value,
)
from survey.web.wishes import COLUMNS, USUAL, write_query


@dataclass(frozen=True, slots=True)
class Head:
    """A heading of the table, by which it can be sorted."""

    name: str
    text: str
    url: str
    direction: str  # of aria-sort, or ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; the first that is there of a sign, a link and a text is shown."""

    label: str
    text: str
    sign: Sign | None = None
    url: str | None = None
    done: int = 0
    total: int = 0  # 0 where there is no progress to show


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    id: str
    url: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Pager:
    """Which page of the list this is, and the way to the others."""

    text: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """All that the template of a list shows."""

    path: str  # without a query
    query: str  # the one that is shown
    counts: tuple[Count, ...]
    search: str
    filters: tuple[Filter, ...]  # those that stand above the table
    more: tuple[Filter, ...]  # those behind a fold
    has_more: bool  # whether one behind the fold limits the list
    hidden: tuple[tuple[str, str], ...]  # what the form of filters keeps of the address
    columns: Filter
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    pager: Pager
    total: int
    of_all: int
    is_limited: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What the filters choose from: names by id, and the questionnaires of the rounds."""

    rounds: Sequence[Round]
    groups: Mapping[str, str]
    mentors: Mapping[str, str]

    def definitions(self) -> list[Definition]:
        """Return the questionnaires of these rounds, each once."""
        digests = dict.fromkeys(round_.digest for round_ in self.rounds)
        return [get_definition(session(), digest) for digest in digests]


def compose(
    wish: Wish,
    columns: tuple[str, ...],
    around: Around,
    path: str,
    fixed: tuple[str, ...] = (),
    usual: tuple[str, ...] = USUAL,
) -> Table:
    """Ask for a list and put its page together; what is `fixed` is a page's own, and no filter of it.

    The address names columns only where they are not the page's usual ones.
    """
    said = words()
    found = lists.find(session(), vault(), wish, now())
    shown = replace(wish, group="") if "group" in fixed else wish  # a class stands in the path of its page

    def query(**changes: Any) -> str:
        return write_query(shown, () if columns == usual else columns, **changes)

    def address(**changes: Any) -> str:
        return f"{path}?{query(**changes)}"

    near, far = _filters(wish, around, fixed, said)
    keep = [(name, getattr(shown, name)) for name in fixed if getattr(shown, name)]
    keep += [("sort", wish.sort)] if wish.sort != "priority" else []
    keep += [("down", "1")] if wish.is_descending else []
    return Table(
        path=path,
        query=query(page=found.page),
        counts=tuple(_counts(found.work, wish, lambda state: address(state=state), said)),
        search=wish.search,
        filters=near,
        more=far,
        has_more=any(getattr(wish, one.name) for one in far),
        hidden=tuple(keep),
        columns=_choose_columns(columns, fixed, said),
        heads=tuple(_head(name, wish, address, said) for name in ("name", *columns)),
        lines=make_lines(found.rows, columns, said),
        pager=_pager(found, lambda page: address(page=page), said),
        total=found.total,
        of_all=found.work["all"],
        is_limited=any(getattr(wish, one.name) for one in (*near, *far)) or bool(wish.search),
    )


def say_columns(said: Catalogue) -> dict[str, str]:
    """Return what the columns are called."""
    return {
        "name": said.text("Student"),
        "state": said.text("State"),
        "group": said.text("Class"),
        "round": said.text("Round"),
        "mentor": said.text("Mentor"),
        "destination": said.text("Is going to"),
        "asked": said.text("Asks for help"),
        "arranged": said.text("Still to arrange"),
        "priority": said.text("Priority"),
        "municipality": said.text("Municipality"),
        "spoken": said.text("Spoken on"),
        "sent": said.text("Filled in on"),
        "document": said.text("Document"),
    }


def say_work(said: Catalogue) -> dict[str, str]:
    """Return what the kinds of work are called."""
    return {
        TODAY: said.text("talk today"),
        UNFINISHED: said.text("not finished"),
        DISCUSS: said.text("to discuss"),
        FINALISE: said.text("to finalise"),
        AGREED: said.text("to make final"),
        HAND_OVER: said.text("to hand over"),
    }


def _counts(work: Counter[str], wish: Wish, address: Callable[[str], str], said: Catalogue) -> list[Count]:
    """Return the numbers above the table; each opens its rows, and the one that is open closes them again."""
    names, counts = say_work(said), []
    for state in WORK:
        is_open = wish.state == state
        is_alarm = state == TODAY and work[state] > 0
        counts.append(Count(str(work[state]), names[state], address("" if is_open else state), is_alarm, is_open))
    share = round(work["filled"] * 100 / work["all"]) if work["all"] else 0
    of_all = said.text("{n} of {total}", n=work["filled"], total=work["all"])
    return [*counts, Count(of_all, said.text("filled in ({share}%)", share=share), None)]


def _filters(
    wish: Wish, around: Around, fixed: tuple[str, ...], said: Catalogue
) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """Return the filters that stand above the table, and those behind a fold."""
    every, unknown = {"": said.text("all")}, {UNKNOWN: said.text("unknown")}
    definitions, columns = around.definitions(), say_columns(said)
    states = every | say_work(said) | _other_states(said)
    rounds = every | {round_.id: round_.name for round_ in around.rounds}
    groups = every | dict(sorted(around.groups.items(), key=lambda one: one[1]))
    mentors = every | dict(sorted(around.mentors.items(), key=lambda one: one[1]))
    places = every | _places() | unknown
    flags = every | {
        "open": said.text("waits for somebody"),
        "taken": said.text("taken up"),
        "none": said.text("no flag"),
    }
    priorities = every | _priorities(definitions, said) | unknown
    near = {"state": states, "group": groups, "round": rounds, "priority": priorities}
    far = {
        "destination": every | _destinations(definitions, said),
        "asked": every | _asked(definitions, said),
        "municipality": places,
        "mentor": mentors,
    }
    labels = {**columns, "flag": said.text("Flag")}

    def shown(options: Mapping[str, Mapping[str, str]]) -> tuple[Filter, ...]:
        return tuple(
            make_filter(name, labels[name], values, getattr(wish, name))
            for name, values in options.items()
            if name not in fixed and len(values) > 1
        )

    return shown(near), shown({**far, "flag": flags})


def _other_states(said: Catalogue) -> dict[str, str]:
    """Return what the states are called that are no work of the school's."""
    return {
        "not_started": said.text("not started"),
        "started": said.text("busy"),
        "reading": said.text("waits for the student"),
        "handed_over": said.text("handed over"),
        "refused": said.text("shares nothing"),
    }


def _places() -> dict[str, str]:
    """Return the municipalities that the school's students live in, by name."""
    return dict(sorted(((code, name_of(code)) for code in choosing.get_places(session())), key=lambda one: one[1]))


def _priorities(definitions: Sequence[Definition], said: Catalogue) -> dict[str, str]:
    found: dict[str, str] = {}
    for definition in definitions:
        for value, sign in priority_signs(definition, said).items():
            found.setdefault(value, sign.text)
    return found


def _destinations(definitions: Sequence[Definition], said: Catalogue) -> dict[str, str]:
    found: dict[str, str] = {}
    for definition in definitions:
        question = definition.questions.get((definition.report or Report()).destination or "")
        for code in question.options if isinstance(question, Choosing) else ():
            found.setdefault(code, say_answer(definition, question.id if question else None, code, said))
    return found


def _asked(definitions: Sequence[Definition], said: Catalogue) -> dict[str, str]:
    found: dict[str, str] = {}
    for definition in definitions:
        rule_id = (definition.report or Report()).asked
        rule = definition.rules.get(rule_id or "")
        values = dict.fromkeys([*(str(case.value) for case in rule.cases), str(rule.unknown)]) if rule else {}
        for value in values:
            found.setdefault(value, say_value(definition, rule_id, value, said))
    return found


def _choose_columns(columns: tuple[str, ...], fixed: tuple[str, ...], said: Catalogue) -> Filter:
    names = {name: text for name, text in say_columns(said).items() if name in COLUMNS and name not in fixed}
    filter_ = make_filter("column", said.text("Columns"), names, "")
    chosen = tuple(one.__class__(one.value, one.text, one.value in columns) for one in filter_.options)
    return Filter(filter_.name, filter_.label, chosen)


def _head(name: str, wish: Wish, address: Callable[..., str], said: Catalogue) -> Head:
    is_sorted = wish.sort == name
    direction = ("descending" if wish.is_descending else "ascending") if is_sorted else ""
    url = address(sort=name, is_descending=is_sorted and not wish.is_descending)
    return Head(name, say_columns(said)[name], url, direction)


def _pager(found: Found, address: Callable[[int], str], said: Catalogue) -> Pager:
    return Pager(
        text=said.text("Page {n} of {total}", n=found.page, total=found.pages) if found.pages > 1 else "",
        before=address(found.page - 1) if found.page > 1 else None,
        after=address(found.page + 1) if found.page < found.pages else None,
    )


def make_lines(rows: Sequence[ListRow], columns: Sequence[str], said: Catalogue) -> tuple[Line, ...]:
    """Return rows in words, with these columns after the name."""
    return tuple(_line(row, columns, said) for row in rows)


def _line(row: ListRow, columns: Sequence[str], said: Catalogue) -> Line:
    definition, names = get_definition(session(), row.digest), say_columns(said)
    return Line(
        id=row.invitation_id,
        url=url_for("staff.show_student", student_id=row.student_id, round=row.round_id),
        name=row.name,
        cells=tuple(_cell(name, names[name], row, definition, said) for name in columns),
    )


def _cell(name: str, label: str, row: ListRow, definition: Definition, said: Catalogue) -> Cell:
    """Return what a column says of a row."""
    report, summary = definition.report or Report(), row.summary
    texts: dict[str, Callable[[], str]] = {
        "group": lambda: row.group,
        "round": lambda: row.round,
        "mentor": lambda: row.mentor,
        "destination": lambda: say_answer(definition, report.destination, summary.destination, said),
        "asked": lambda: say_value(definition, report.asked, summary.asked, said),
        "arranged": lambda: say_bounds(_bounds(row), said),
        "municipality": lambda: name_of(row.municipality) if row.municipality else said.text("unknown"),
        "spoken": lambda: said.day_of_month(row.spoken_at) if row.spoken_at else "",
        "sent": lambda: said.day_of_month(row.sent_at) if row.sent_at else "",
    }
    if name in texts:
        return Cell(label, texts[name]())
    if name == "document":
        is_ready = row.report_state == "ready" and row.stage != "withdrawn"  # then nothing is given out
        url = url_for("downloads.show_pdf", report_id=row.report_id) if is_ready else None
        return Cell(label, say_report(row.report_state, row.stage, said), url=url)
    if name == "priority":
        sign = None
        if row.priority is not None:
            sign = priority_signs(definition, said).get(str(row.priority), Sign(str(row.priority), "none"))
        if row.flag == "open":  # whatever the rules say comes after the talk, as the order of the rows has it
            sign = Sign(said.text("today, then {priority}", priority=sign.text) if sign else said.text("today"), "help")
        return Cell(label, "", sign)
    if row.flag == "open":
        return Cell(label, "", Sign(said.text("talk today"), "help"))
    is_busy = row.status == Status.STARTED
    state = say_state(row.status, row.done, row.total, said, row.is_spoken)
    return Cell(label, state, done=row.done, total=row.total if is_busy else 0)


def _bounds(row: ListRow) -> tuple[int, int] | None:
    low, high = row.summary.low, row.summary.high
    return None if low is None or high is None else (low, high)
