"""The list of students across classes and rounds: chosen, sorted and cut to a page; few queries, however many rows.

What the database can tell, it tells: state, class, round, priority, municipality. Names and what answers say are
sealed; they are opened by `opened` (docs/decisions/lists.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from survey.municipalities import name_of
from survey.opened import Name, find_names, find_summaries, nonce, nonce_of
from survey.profile import fold
from survey.records import open_name, school_key
from survey.sitting import Status
from survey.store.inviting import is_of
from survey.store.people import Group, Staff, Student, mentor_of
from survey.store.surveying import Invitation, RaisedFlag, Round, Sitting, StoredReport
from survey.summary import NOTHING, Summary
from survey.vault import Vault

PAGE = 50
UNKNOWN = "unknown"  # in filters: no municipality, no priority
LAST = 99

#: Kinds of work.
TODAY, UNFINISHED, DISCUSS, FINALISE, HAND_OVER = "today", "unfinished", "discuss", "finalise", "hand_over"
WORK = (TODAY, UNFINISHED, DISCUSS, FINALISE, HAND_OVER)
#: What can be sorted by.
SORTS = (
    "priority", "name", "state", "destination", "asked", "arranged", "municipality", "group", "round", "mentor",
    "spoken", "sent", "document",
)  # fmt: skip
OPENED = {"destination", "asked", "arranged"}  # that is sealed by the sitting's key
PLAIN = {"priority", "state", "group", "round", "spoken", "sent", "document"}  # that the database sorts by
JOINED: dict[str, tuple[type[Any], ...]] = {"group": (Group,), "mentor": (Group,), "round": (Round,)}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is asked for; what is empty limits nothing."""

    mentor_id: str | None = None  # the reach: whose students; None for who sees all
    search: str = ""
    group: str = ""
    round: str = ""
    state: str = ""
    priority: str = ""
    destination: str = ""
    asked: str = ""
    municipality: str = ""
    flag: str = ""  # open, taken, none
    mentor: str = ""
    sort: str = "priority"
    is_descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class ListRow:
    """One student in one round, as plain values; codes and ids are said in words by the definition."""

    invitation_id: str
    student_id: str
    sitting_id: str | None
    digest: str  # of the round's definition
    name: str
    group_id: str
    group: str
    round_id: str
    round: str
    mentor: str
    status: str | None  # None: not started
    done: int
    total: int
    priority: int | None
    summary: Summary
    municipality: str | None
    spoken_at: datetime | None
    is_spoken: bool  # since the answers were sent
    sent_at: datetime | None
    flag: str  # open, taken, or ""
    report_id: str | None
    report_state: str | None
    stage: str = "none"  # handover.state.Stage of the newest version


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list, and how many there are in all."""

    rows: list[ListRow]
    total: int
    pages: int
    page: int


def find(session: Session, vault: Vault, wish: Wish, now: datetime, total: int | None = None) -> Found:
    """Return the page of the list that is wished for; a page beyond the last is the last.

    `total` spares counting where it is known: a wish of no more than a reach, class, round, mentor and state.
    """
    if wish.sort in PLAIN and not (wish.search or wish.destination or wish.asked):
        is_counted = not (wish.priority or wish.municipality or wish.flag)
        return _find_plain(session, vault, wish, now, total if is_counted else None)
    ids = find_ids(session, vault, wish, now)
    pages, page = _paging(len(ids), wish.page)
    return Found(get_rows(session, vault, ids[(page - 1) * PAGE : page * PAGE]), len(ids), pages, page)


def _find_plain(session: Session, vault: Vault, wish: Wish, now: datetime, total: int | None) -> Found:
    """Let the database sort and cut: nothing sealed is opened but the page itself."""
    if total is None:
        total = session.scalars(_narrow(_base({Sitting}, func.count()), wish, now)).one()
    pages, page = _paging(total, wish.page)
    column = _sorted_by(wish)
    statement = _narrow(_base({Sitting, *JOINED.get(wish.sort, ())}, Invitation.id), wish, now)
    ordered = statement.order_by(
        column.is_(None), column.desc() if wish.is_descending else column, Sitting.sent_at, Invitation.id
    )
    ids = session.scalars(ordered.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Found(get_rows(session, vault, ids), total, pages, page)


def _paging(total: int, wanted: int) -> tuple[int, int]:
    """Return how many pages there are, and which of them is shown."""
    pages = max(1, -(-total // PAGE))
    return pages, min(max(wanted, 1), pages)


def find_ids(session: Session, vault: Vault, wish: Wish, now: datetime) -> list[str]:
    """Return the invitations that are wished for, in their order; the number of queries does not grow with them."""
    is_opened = wish.sort in OPENED or wish.destination or wish.asked
    joined = {*JOINED.get(wish.sort, ())}
    if is_opened or wish.sort != "name" or wish.state or wish.priority or wish.flag:
        joined.add(Sitting)
    columns = [Invitation.id, Student.id, nonce(Student.profile), _sorted_by(wish)]
    columns += [Sitting.id, nonce(Sitting.summary)] if is_opened else [literal(None), literal(None)]
    found = session.execute(_narrow(_base(joined, *columns), wish, now)).all()
    names = find_names(session, vault, {row[2]: row[1] for row in found})
    summaries = find_summaries(session, vault, {row[4]: row[5] for row in found if row[4]}) if is_opened else {}
    sought = fold(wish.search)
    say = _sayer(session, vault, wish.sort)
    rows = []
    for invitation_id, _, one, plain, sitting_id, _ in found:
        name, summary = names[one], summaries.get(sitting_id, NOTHING)
        if sought not in name.sought:
            continue
        if wish.destination not in ("", summary.destination) or wish.asked not in ("", summary.asked):
            continue
        rows.append((_place(wish.sort, plain, summary, name, say), name.order, invitation_id))
    return _order(rows, wish.is_descending)


def _order(rows: list[tuple[Any, tuple[str, str, str], str]], is_descending: bool) -> list[str]:
    """Return ids by place and then name; what has no place comes last, whichever way it is sorted."""
    placed = sorted((row for row in rows if row[0] is not None), key=lambda row: row[1:])
    placed.sort(key=lambda row: row[0], reverse=is_descending)
    rest = sorted(row[1:] for row in rows if row[0] is None)
    return [row[2] for row in placed] + [id_ for _, id_ in rest]


def _place(sort: str, plain: Any, summary: Summary, name: Name, say: Callable[[Any], Any]) -> Any:
    """Return by what a row is sorted; None where it has no such thing."""
    match sort:
        case "name":
            return name.order
        case "destination":
            return summary.destination
        case "asked":
            return summary.asked
        case "arranged":
            return None if summary.low is None else (summary.low, summary.high)
    return None if plain is None else say(plain)


def _sorted_by(wish: Wish) -> ColumnElement[Any]:
    """Return the column that the database gives to sort by."""
    columns: dict[str, Any] = {
        # A flag before any priority; what has none comes last, and of those the ones that did not start.
        "priority": case(
            (Sitting.id.in_(_flagged()), 0),
            (Sitting.id.is_(None), LAST),
            else_=func.coalesce(Sitting.priority, LAST - 1),
        ),
        "state": case(
            (Sitting.id.is_(None), 0),
            (Sitting.status == Status.STARTED, 1),
            (and_(Sitting.status == Status.SENT, _is_unspoken()), 2),
            (Sitting.status == Status.SENT, 3),
            else_=4,
        ),
        "municipality": Student.municipality,
        "group": Group.name,
        "round": Round.name,
        "mentor": mentor_of(),
        "spoken": Student.spoken_at,
        "sent": Sitting.sent_at,
        "document": _newest_report(StoredReport.state),
    }
    column: ColumnElement[Any] = columns.get(wish.sort, Invitation.id)
    return column


def _sayer(session: Session, vault: Vault, sort: str) -> Callable[[Any], Any]:
    """Return how a plain value is read to be sorted: a municipality and a mentor by their names."""
    if sort == "municipality":
        return lambda code: fold(name_of(code))
    if sort == "mentor":
        mentors = {id_: fold(name) for id_, name in _names_of_staff(session, vault).items()}
        return lambda id_: mentors[id_]
    if sort in ("group", "round"):
        return fold
    return lambda plain: plain


def _base(joined: Collection[type[Any]], *columns: Any) -> Select[Any]:
    """Return the statement that every list begins with: who is asked in which round; of Sitting only where it is."""
    statement = select(*columns).select_from(Invitation).join(Student, Student.id == Invitation.student_id)
    if Group in joined:
        statement = statement.join(Group, Group.id == Student.group_id)
    if Round in joined:
        statement = statement.join(Round, Round.id == Invitation.round_id)
    if Sitting in joined:
        statement = statement.outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
    return statement.where(Invitation.revoked_at.is_(None))


def _narrow(statement: Select[Any], wish: Wish, now: datetime) -> Select[Any]:
    """Return the statement with all that the database can choose by."""
    statement = _within(statement, wish)
    if wish.state:
        statement = statement.where(holds(wish.state, now))
    if wish.priority:
        wanted = None if wish.priority == UNKNOWN else int(wish.priority) if wish.priority.isdecimal() else -1
        chosen = Sitting.priority.is_(None) if wanted is None else Sitting.priority == wanted
        statement = statement.where(chosen)
    if wish.municipality:
        is_unknown = wish.municipality == UNKNOWN
        place = Student.municipality.is_(None) if is_unknown else Student.municipality == wish.municipality
        statement = statement.where(place)
    if wish.flag:
        raised = select(RaisedFlag.sitting_id)
        is_open = RaisedFlag.taken_at.is_(None)
        found = {"open": raised.where(is_open), "taken": raised.where(~is_open)}.get(wish.flag, raised)
        is_raised = Sitting.id.in_(found)
        statement = statement.where(or_(~is_raised, Sitting.id.is_(None)) if wish.flag == "none" else is_raised)
    return statement


def _within(statement: Select[Any], wish: Wish) -> Select[Any]:
    """Return the statement within reach, of the class, the round and the mentor that are asked for."""
    if wish.mentor_id is not None:
        statement = statement.where(is_of(wish.mentor_id))
    if wish.mentor:
        statement = statement.where(is_of(wish.mentor))
    if wish.group:
        statement = statement.where(Student.group_id == wish.group)
    if wish.round:
        statement = statement.where(Invitation.round_id == wish.round)
    return statement


def _flagged() -> Select[str]:
    """Return the sittings with a flag that nobody has taken up."""
    return select(RaisedFlag.sitting_id).where(RaisedFlag.taken_at.is_(None))


def _is_unspoken() -> ColumnElement[bool]:
    """Return whether no talk is in the log since the answers were sent."""
    return or_(Student.spoken_at.is_(None), Student.spoken_at < Sitting.sent_at)


def holds(state: str, now: datetime) -> ColumnElement[bool]:
    """Return what makes a row work of this kind, or how far it is; what does not exist holds for every row."""
    is_begun = Sitting.status == Status.STARTED
    conditions: dict[str, ColumnElement[bool]] = {
        TODAY: Sitting.id.in_(_flagged()),
        # Who did not finish in a round that is closed cannot any more: that is no work.
        UNFINISHED: and_(
            or_(Sitting.id.is_(None), is_begun), Invitation.round_id.in_(select(Round.id).where(Round.closes_at > now))
        ),
        DISCUSS: and_(Sitting.status == Status.SENT, _is_unspoken()),
        FINALISE: and_(Sitting.status == Status.SENT, ~_is_unspoken()),
        HAND_OVER: Sitting.status == Status.FINAL,
        "not_started": Sitting.id.is_(None),
        "started": is_begun,
        "filled": Sitting.status.in_((Status.SENT, Status.FINAL)),
    }
    return conditions.get(state, Invitation.id.is_not(None))


def count_work(session: Session, wish: Wish, now: datetime) -> Counter[str]:
    """Return how many rows are work of each kind within reach, class, round and mentor; "all" and "filled" too."""
    kinds = (*WORK, "filled")
    counted = (func.coalesce(func.sum(case((holds(kind, now), 1), else_=0)), 0) for kind in kinds)
    found = session.execute(_within(_base({Sitting}, func.count(), *counted), wish)).one()
    return Counter(dict(zip(("all", *kinds), map(int, found), strict=True)))


def get_places(session: Session) -> list[str]:
    """Return the municipalities in which the school's students live."""
    places = select(Student.municipality).where(Student.municipality.is_not(None)).distinct()
    return [code for code in session.scalars(places) if code]


def get_rows(session: Session, vault: Vault, ids: Collection[str]) -> list[ListRow]:
    """Return these rows of the list in this order, opened; a handful of queries, however many rows."""
    if not ids:
        return []
    statement = _base({Group, Round, Sitting}, Invitation, Student, Group, Round, Sitting, mentor_of())
    found = session.execute(statement.where(Invitation.id.in_(ids))).all()
    sittings = [row[4] for row in found if row[4] is not None]
    around = _Around(
        names=find_names(session, vault, {nonce_of(row[1].profile): row[1].id for row in found}),
        mentors=_names_of_staff(session, vault),
        summaries=find_summaries(
            session, vault, {one.id: nonce_of(one.summary) if one.summary else None for one in sittings}
        ),
        flags=_flags_of(session, sittings),
        reports=_reports_of(session, sittings),
    )
    rows = {row[0].id: _row(around, row) for row in found}
    return [rows[id_] for id_ in ids if id_ in rows]


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands beside the rows of a page, each found in one query."""

    names: dict[bytes, Name]
    mentors: dict[str, str]
    summaries: dict[str, Summary]
    flags: dict[str, str]
    reports: dict[str, tuple[str, str]]


def _row(around: _Around, found: Row[Invitation, Student, Group, Round, Sitting | None, str]) -> ListRow:
    invitation, student, group, round_, sitting, mentor_id = found
    report_id, report_state = around.reports.get(sitting.id, (None, None)) if sitting else (None, None)
    return ListRow(
        invitation_id=invitation.id,
        student_id=student.id,
        sitting_id=sitting.id if sitting else None,
        digest=sitting.digest if sitting else round_.digest,
        name=around.names[nonce_of(student.profile)].shown,
        group_id=group.id,
        group=group.name,
        round_id=round_.id,
        round=round_.name,
        mentor=around.mentors[mentor_id],
        status=sitting.status if sitting else None,
        done=sitting.done if sitting else 0,
        total=sitting.total if sitting else 0,
        priority=sitting.priority if sitting else None,
        summary=around.summaries.get(sitting.id, NOTHING) if sitting else NOTHING,
        municipality=student.municipality,
        spoken_at=student.spoken_at,
        is_spoken=is_spoken(student, sitting),
        sent_at=sitting.sent_at if sitting else None,
        flag=around.flags.get(sitting.id, "") if sitting else "",
        report_id=report_id,
        report_state=report_state,
        stage=sitting.stage if sitting else "none",
    )


def is_spoken(student: Student, sitting: Sitting | None) -> bool:
    """Return whether a talk is in the log since the answers were sent."""
    if sitting is None or sitting.sent_at is None or student.spoken_at is None:
        return False
    return student.spoken_at >= sitting.sent_at


def _names_of_staff(session: Session, vault: Vault) -> dict[str, str]:
    key = school_key(session, vault)
    return {staff.id: open_name(key, staff) for staff in session.scalars(select(Staff))}


def _flags_of(session: Session, sittings: Iterable[Sitting]) -> dict[str, str]:
    """Return "open" or "taken" by sitting; open when one of its flags is."""
    ids = [one.id for one in sittings]
    statement = select(RaisedFlag.sitting_id, RaisedFlag.taken_at).where(RaisedFlag.sitting_id.in_(ids))
    found: dict[str, str] = {}
    for sitting_id, taken_at in session.execute(statement):
        if taken_at is None or sitting_id not in found:
            found[sitting_id] = "open" if taken_at is None else "taken"
    return found


def _reports_of(session: Session, sittings: Iterable[Sitting]) -> dict[str, tuple[str, str]]:
    """Return id and state of the newest document by sitting."""
    statement = (
        select(StoredReport.sitting_id, StoredReport.id, StoredReport.state)
        .where(StoredReport.sitting_id.in_([one.id for one in sittings]), StoredReport.kind != "copy")
        .order_by(StoredReport.number, StoredReport.kind)  # concept, then final
    )
    return {sitting_id: (id_, state) for sitting_id, id_, state in session.execute(statement)}


def _newest_report(column: Any) -> Any:
    """Return a column of the newest document of a sitting, as a value of the outer row."""
    return (
        select(column)
        .where(StoredReport.sitting_id == Sitting.id, StoredReport.kind != "copy")
        .order_by(StoredReport.number.desc(), StoredReport.kind.desc())
        .limit(1)
        .correlate(Sitting)
        .scalar_subquery()
    )
