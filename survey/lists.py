"""The list of students across classes and rounds: chosen, sorted and cut to a page; few queries, however many rows.

What the database can tell, it tells (`choosing`): state, class, round, priority, municipality. Names and what answers
say are sealed; they are opened by `opened` (docs/decisions/lists.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import literal
from sqlalchemy.orm import Session

from survey import choosing
from survey.choosing import CHOSEN, JOINED, MATCHING, OPENED, PLAIN, Wish
from survey.list_rows import ListRow, get_rows, names_of_staff
from survey.municipalities import name_of
from survey.opened import Name, find_names, find_summaries, nonce, summary_nonce
from survey.profile import fold
from survey.store.people import Student
from survey.store.scope import get_values
from survey.store.surveying import Invitation, Sitting
from survey.summary import Summary
from survey.vault import Vault

PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list, how many there are in all, and the work in its reach (choosing.count_work)."""

    rows: list[ListRow]
    total: int
    pages: int
    page: int
    work: Counter[str]


@dataclass(frozen=True, slots=True)
class Order:
    """The invitations of a list in their order, and how many rows it was chosen from have which marks."""

    ids: list[str]
    marks: Counter[int]


def find(session: Session, vault: Vault, wish: Wish, now: datetime) -> Found:
    """Return the page of the list that is wished for; a page beyond the last is the last."""
    if wish.sort in PLAIN and not (wish.search or wish.destination or wish.asked):
        return _find_plain(session, vault, wish, now)
    order = _find_opened(session, vault, wish, now, is_counted=True)
    pages, page = _paging(len(order.ids), wish.page)
    rows = get_rows(session, vault, order.ids[(page - 1) * PAGE : page * PAGE])
    return Found(rows, len(order.ids), pages, page, choosing.read_marks(order.marks))


def _find_plain(session: Session, vault: Vault, wish: Wish, now: datetime) -> Found:
    """Let the database count, sort and cut: nothing sealed is opened but the page itself."""
    work = choosing.count_work(session, wish, now)
    pages, page = _paging(work[MATCHING], wish.page)
    column = choosing.sorted_by(wish)
    statement = choosing.base({Sitting, *JOINED.get(wish.sort, ())}, Invitation.id).where(*choosing.limits(wish, now))
    ordered = statement.order_by(
        column.is_(None), column.desc() if wish.is_descending else column, Sitting.sent_at, Invitation.id
    )
    ids = session.scalars(ordered.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Found(get_rows(session, vault, ids), work[MATCHING], pages, page, work)


def _paging(total: int, wanted: int) -> tuple[int, int]:
    """Return how many pages there are, and which of them is shown."""
    pages = max(1, -(-total // PAGE))
    return pages, min(max(wanted, 1), pages)


def find_ids(session: Session, vault: Vault, wish: Wish, now: datetime) -> list[str]:
    """Return the invitations that are wished for, in their order; the number of queries does not grow with them."""
    return _find_opened(session, vault, wish, now).ids


def _find_opened(session: Session, vault: Vault, wish: Wish, now: datetime, is_counted: bool = False) -> Order:
    """Choose and sort by what is sealed, in memory; where it `is_counted` the same query tells of the work in reach.

    Each value that a row is asked for costs time 15,000 times, so it is asked for where it is needed only.
    """
    is_opened = bool(wish.sort in OPENED or wish.destination or wish.asked)
    has_column = wish.sort not in {"name", *OPENED}
    statement = choosing.base(
        {Sitting, *JOINED.get(wish.sort, ())},
        Invitation.id,
        nonce(Student.profile),
        summary_nonce() if is_opened else literal(None),
        choosing.sorted_by(wish) if has_column else literal(None),
        choosing.marks(wish, now) if is_counted else literal(CHOSEN),
    )
    reach = choosing.within(wish) if is_counted else choosing.limits(wish, now)
    found = get_values(session, statement.where(*reach))
    if not found:
        return Order([], Counter())
    ids, profiles, sealed, plain, marks = zip(*found, strict=True)
    names = find_names(session, vault, profiles, ids, Invitation.id)
    summaries = find_summaries(session, vault, sealed, ids) if is_opened else []
    chosen = [row for row, bits in enumerate(marks) if bits & CHOSEN]
    if sought := fold(wish.search):
        chosen = [row for row in chosen if sought in names[row].sought]
    if wish.destination:
        chosen = [row for row in chosen if summaries[row].destination == wish.destination]
    if wish.asked:
        chosen = [row for row in chosen if summaries[row].asked == wish.asked]
    places = _places(wish.sort, names, summaries, plain, lambda: _sayer(session, vault, wish.sort))
    by_name = [name.order + id_ for name, id_ in zip(names, ids, strict=True)]
    return Order([ids[row] for row in _order(chosen, places, by_name, wish.is_descending)], Counter(marks))


def _order(
    rows: list[int], places: Sequence[Any], by_name: Sequence[str], is_descending: bool
) -> Iterable[int]:
    """Return rows by place and then name; what has no place comes last, whichever way it is sorted."""
    rows.sort(key=by_name.__getitem__)
    placed = [row for row in rows if places[row] is not None]
    placed.sort(key=places.__getitem__, reverse=is_descending)
    return chain(placed, (row for row in rows if places[row] is None))


def _places(
    sort: str,
    names: Sequence[Name],
    summaries: Sequence[Summary],
    plain: Sequence[Any],
    sayer: Callable[[], Callable[[Any], Any]],
) -> Sequence[Any]:
    """Return by what each row is sorted; None where it has no such thing. Each plain value is read by `sayer` once."""
    match sort:
        case "name":
            return [name.order for name in names]
        case "destination":
            return [one.destination for one in summaries]
        case "asked":
            return [one.asked for one in summaries]
        case "arranged":
            return [None if one.low is None else (one.low, one.high) for one in summaries]
    say = sayer()
    said = {value: None if value is None else say(value) for value in set(plain)}
    return [said[value] for value in plain]


def _sayer(session: Session, vault: Vault, sort: str) -> Callable[[Any], Any]:
    """Return how a plain value is read to be sorted: a municipality and a mentor by their names."""
    match sort:
        case "municipality":
            return lambda code: fold(name_of(code))
        case "mentor":
            mentors = {id_: fold(name) for id_, name in names_of_staff(session, vault).items()}
            return lambda id_: mentors[id_]
        case "group" | "round":
            return fold
    return lambda plain: plain
