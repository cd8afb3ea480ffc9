"""What hangs on a row: the rows of every table that refer to it, whichever room they are of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from survey.store.base import Base


def count(session: Session, table: type[Any], ids: Collection[str]) -> dict[str, int]:
    """Return how many rows refer to these rows, by table; a query for each table, none where nothing refers."""
    found: dict[str, int] = {}
    for other, column in references(table):
        number = session.scalar(select(func.count()).select_from(other).where(column.in_(ids))) if ids else 0
        if number:
            found[other.__tablename__] = found.get(other.__tablename__, 0) + number
    return found


def erase(session: Session, table: type[Any], ids: Collection[str]) -> dict[str, int]:
    """Delete these rows and all that refers to them, the furthest first; return how many, by table."""
    gone: dict[str, int] = {}
    for other, column in references(table):
        if other is table:  # rows that follow each other go together
            continue
        below = list(session.scalars(select(other.id).where(column.in_(ids)))) if ids else []
        if below:
            for name, number in erase(session, other, below).items():
                gone[name] = gone.get(name, 0) + number
    if ids:
        for row in session.scalars(select(table).where(table.id.in_(ids))).all():
            session.delete(row)
        session.flush()
        gone[table.__tablename__] = gone.get(table.__tablename__, 0) + len(ids)
    return gone


def move(session: Session, table: type[Any], source: str, target: str, besides: Collection[type[Any]] = ()) -> None:
    """Let all that refers to one row refer to another of the same table, but for the tables that are `besides`."""
    for other, column in references(table):
        if other not in besides:
            session.execute(update(other).where(column == source).values({column.key: target}))


def references(table: type[Any]) -> Iterator[tuple[type[Any], InstrumentedAttribute[Any]]]:
    """Yield the mapped classes that refer to a table with the column by which they do."""
    name = table.__tablename__
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        for column in mapper.columns:
            if any(key.column.table.name == name for key in column.foreign_keys):
                yield mapper.class_, getattr(mapper.class_, column.key)
