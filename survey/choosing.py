"""What a list of students is asked for, and what of it the database tells: who is chosen, in which order, how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from survey.handover.state import Stage
from survey.sitting import Status
from survey.store.inviting import is_of
from survey.store.people import Group, Student, mentor_of
from survey.store.surveying import Invitation, RaisedFlag, Round, Sitting, StoredReport

UNKNOWN = "unknown"  # in filters: no municipality, no priority
LAST = 99

#: Kinds of work.
TODAY, UNFINISHED, DISCUSS, FINALISE = "today", "unfinished", "discuss", "finalise"
AGREED, HAND_OVER = "agreed", "hand_over"
WORK = (TODAY, UNFINISHED, DISCUSS, FINALISE, AGREED, HAND_OVER)
#: What is counted beside them; MATCHING are the rows that all limits leave.
FILLED, MATCHING = "filled", "matching"
COUNTED = (*WORK, FILLED, MATCHING)
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


def sorted_by(wish: Wish) -> ColumnElement[Any]:
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


def base(joined: Collection[type[Any]], *columns: Any) -> Select[Any]:
    """Return the statement that every list begins with: who is asked in which round; of Sitting only where it is."""
    statement = select(*columns).select_from(Invitation).join(Student, Student.id == Invitation.student_id)
    if Group in joined:
        statement = statement.join(Group, Group.id == Student.group_id)
    if Round in joined:
        statement = statement.join(Round, Round.id == Invitation.round_id)
    if Sitting in joined:
        statement = statement.outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
    return statement.where(Invitation.revoked_at.is_(None))


def limits(wish: Wish, now: datetime) -> list[ColumnElement[bool]]:
    """Return all that the database can choose by, within the reach and without."""
    found = within(wish)
    if wish.state:
        found.append(holds(wish.state, now))
    if wish.priority:
        wanted = None if wish.priority == UNKNOWN else int(wish.priority) if wish.priority.isdecimal() else -1
        found.append(Sitting.priority.is_(None) if wanted is None else Sitting.priority == wanted)
    if wish.municipality:
        is_unknown = wish.municipality == UNKNOWN
        found.append(Student.municipality.is_(None) if is_unknown else Student.municipality == wish.municipality)
    if wish.flag:
        raised, is_open = select(RaisedFlag.sitting_id), RaisedFlag.taken_at.is_(None)
        chosen = {"open": raised.where(is_open), "taken": raised.where(~is_open)}.get(wish.flag, raised)
        is_raised = Sitting.id.in_(chosen)
        found.append(or_(~is_raised, Sitting.id.is_(None)) if wish.flag == "none" else is_raised)
    return found


def within(wish: Wish) -> list[ColumnElement[bool]]:
    """Return what keeps a list within reach, and to the class, the round and the mentor that are asked for."""
    found = [is_of(id_) for id_ in (wish.mentor_id, wish.mentor or None) if id_ is not None]
    if wish.group:
        found.append(Student.group_id == wish.group)
    if wish.round:
        found.append(Invitation.round_id == wish.round)
    return found


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
        # Agreed by everybody who has to: somebody makes it final, and then it may leave.
        AGREED: Sitting.stage == Stage.AGREED,
        HAND_OVER: Sitting.stage == Stage.FINAL,
        # No work of the school: the student has the word, the document was sent, or the student said no.
        "reading": Sitting.stage.in_((Stage.CONCEPT, Stage.READ)),
        "handed_over": Sitting.stage == Stage.SENT,
        "refused": Sitting.stage.in_((Stage.REFUSED, Stage.WITHDRAWN)),
        "not_started": Sitting.id.is_(None),
        "started": is_begun,
        "filled": Sitting.status.in_((Status.SENT, Status.FINAL)),
    }
    return conditions.get(state, Invitation.id.is_not(None))


def _conditions(wish: Wish, now: datetime) -> list[ColumnElement[bool]]:
    """Return what makes a row one of each of COUNTED."""
    matching = and_(true(), *limits(wish, now))
    return [matching if kind == MATCHING else holds(kind, now) for kind in COUNTED]


def marks(wish: Wish, now: datetime) -> ColumnElement[int]:
    """Return a column that tells of a row which of COUNTED it is: a bit for each."""
    conditions = enumerate(_conditions(wish, now))
    return reduce(add, (case((condition, 1 << place), else_=0) for place, condition in conditions))


#: The bit of `marks` that says that a row matches.
CHOSEN = 1 << COUNTED.index(MATCHING)


def read_marks(found: Counter[int]) -> Counter[str]:
    """Return what `count_work` does, given how often each value of `marks` is there."""
    work = Counter({"all": found.total()})
    for bits, rows in found.items():
        work.update({kind: rows for place, kind in enumerate(COUNTED) if bits >> place & 1})
    return work


def count_work(session: Session, wish: Wish, now: datetime) -> Counter[str]:
    """Return how many rows are of each of COUNTED within reach, class, round and mentor; "all" of them too."""
    return _read_counts(session.execute(base({Sitting}, *_counts(wish, now)).where(*within(wish))).one())


def count_classes(session: Session, wish: Wish, now: datetime) -> dict[tuple[str, str], Counter[str]]:
    """Return what `count_work` does for each round and class, by their ids, in one query."""
    place = (Invitation.round_id, Student.group_id)
    statement = base({Sitting}, *place, *_counts(wish, now)).where(*within(wish)).group_by(*place)
    return {(row[0], row[1]): _read_counts(row[2:]) for row in session.execute(statement)}


def _counts(wish: Wish, now: datetime) -> list[ColumnElement[int]]:
    return [func.count(), *(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in _conditions(wish, now))]


def _read_counts(found: Sequence[Any]) -> Counter[str]:
    return Counter(dict(zip(("all", *COUNTED), map(int, found), strict=True)))


def get_places(session: Session) -> list[str]:
    """Return the municipalities in which the school's students live."""
    places = select(Student.municipality).where(Student.municipality.is_not(None)).distinct()
    return [code for code in session.scalars(places) if code]


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
