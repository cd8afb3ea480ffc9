"""Tries at the door: counted before anything is compared, in a table, so that every process sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.store.people import SignInAttempt

WINDOW = timedelta(minutes=15)


class TooManyAttempts(Exception):
    """The throttle is shut for this address or person, whether or not it belongs to somebody."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries that are not (yet) right the window may hold: for one address or person, and for all."""

    of_one: int
    of_all: int
    window: timedelta = WINDOW


#: What is tried -> its limit. A second proof is only asked of who knew the password, so few tries are enough. A birth
#: date is one of some 3,500: at this pace half of them take more than five months, and a round is open for some weeks.
LIMITS = {
    "password": Limit(8, 300),
    "second": Limit(5, 300),
    "forgotten": Limit(3, 1000),
    "born": Limit(10, 10_000, timedelta(days=1)),
}


def count(session: Session, kind: str, index: str, now: datetime) -> None:
    """Count one try for a keyed hash of who or what is tried; raise TooManyAttempts.

    The caller commits before it goes on: tries that run side by side then see each other.
    """
    limit = LIMITS[kind]
    take_turn(session, f"{kind} {index}")
    is_over = SignInAttempt.at < now - limit.window
    session.execute(delete(SignInAttempt).where(SignInAttempt.kind == kind, is_over))
    mine = func.count().filter(SignInAttempt.email_index == index)
    asked = select(func.count(), mine).select_from(SignInAttempt).where(SignInAttempt.kind == kind)
    of_all, of_one = session.execute(asked).one()
    if of_one >= limit.of_one or of_all >= limit.of_all:
        raise TooManyAttempts
    session.add(SignInAttempt(kind=kind, email_index=index, at=now))


def take_turn(session: Session, key: str) -> None:
    """Wait until nobody else counts under this key, and keep it to the end of the transaction.

    Else tries that PostgreSQL runs side by side do not see each other (READ COMMITTED): of 32 at once 19 came through a
    limit of 5. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def forget(session: Session, kind: str, index: str) -> None:
    """Forget the tries of one address or person, after one that was right."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.kind == kind, SignInAttempt.email_index == index))
