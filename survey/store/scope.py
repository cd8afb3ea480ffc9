"""Every statement stays within one school: what names none is refused, what names one reaches no other's rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Alias, ColumnClause, Row, Select, Table, TableClause, TextClause, inspect
from sqlalchemy.event import listens_for
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.visitors import ExternallyTraversible

from survey.store.base import Base, OfSchool

ACROSS = "across_schools"


class NoSchool(Exception):
    """A statement touches a school's rows and does not name the school."""


class OtherSchool(Exception):
    """A row of another school than the session's would be stored."""


def in_school(session: Session, school_id: str) -> None:
    """Bind the session to one school; what it had loaded of other schools leaves it.

    Raises OtherSchool when it holds unsaved changes of another school.
    """
    if session.info.get("school_id") == school_id:
        return
    session.info["school_id"] = school_id
    unsaved = {id(row) for row in (*session.new, *session.dirty, *session.deleted)}
    for row in list(session):
        if isinstance(row, OfSchool) and inspect(row).dict.get("school_id") != school_id:
            if id(row) in unsaved:
                raise OtherSchool(f"an unsaved {type(row).__name__} of another school is in this session")
            session.expunge(row)


@listens_for(Session, "do_orm_execute")
def _stay_within(state: ORMExecuteState) -> None:
    """Add the school to a statement on mapped classes; raise NoSchool where that cannot be done."""
    if state.execution_options.get(ACROSS) or not isinstance(state.statement, ClauseElement):
        return
    if names := _named_within(state.session, state.statement):
        if _writes_past_criteria(state):
            raise NoSchool(f"{names}: ask through the mapped classes, store through the session")
        state.statement = state.statement.options(_only(state.session.info["school_id"]))


def get_values(session: Session, statement: Select[Any]) -> Sequence[Row[Any]]:
    """Return the rows of a SELECT of columns within the session's school, as the driver gives them.

    What the ORM does for each row takes a quarter of the time of 15,000 rows. Raises NoSchool as `execute` does.
    """
    if not _named_within(session, statement):
        raise NoSchool("only schools' data is asked for by its values")
    session.flush()
    return session.connection().execute(statement.options(_only(session.info["school_id"]))).all()


def _named_within(session: Session, statement: ClauseElement) -> str:
    """Return the names of the schools' tables that a statement asks through mapped classes, in words.

    Raises NoSchool where the session is of no school, and for a table that came in by another way.
    """
    touched = touched_tables(statement)
    names = ", ".join(sorted(touched))
    if touched and session.info.get("school_id") is None:
        raise NoSchool(f"{names}: call in_school first, or give {ACROSS}=<reason>")
    if not all(touched.values()):
        raise NoSchool(f"{names}: ask through the mapped classes, store through the session")
    return names


def _writes_past_criteria(state: ORMExecuteState) -> bool:
    """Return whether the statement writes rows by their values or keys, where no criterion can be added."""
    return state.is_insert or (isinstance(state.parameters, list) and not state.is_select)


def _only(school_id: str) -> ExecutableOption:
    """Return the option that limits every class of a school's data, wherever it stands in the statement."""
    return with_loader_criteria(
        OfSchool, lambda cls: cls.school_id == school_id, include_aliases=True, propagate_to_loaders=False
    )


def touched_tables(statement: ExternallyTraversible) -> dict[str, bool]:
    """Return the tables of schools' data in a statement, each with whether it came in by its mapped class only."""
    touched: dict[str, bool] = {}
    seen: set[tuple[int, frozenset[str]]] = set()
    waiting: list[tuple[ExternallyTraversible, frozenset[str]]] = [(statement, frozenset())]
    while waiting:
        element, asked = waiting.pop()
        if (id(element), asked) in seen:
            continue
        seen.add((id(element), asked))
        if isinstance(element, Select):
            asked = _asked(element)
        mapped = _is_mapped(element)
        for name in _scoped_names(element):
            # A load by primary key compares plain columns of the class that the same SELECT asks.
            touched[name] = touched.get(name, True) and (mapped or name in asked)
        if not mapped:
            waiting.extend((part, asked) for part in _parts(element))
    return touched


def _asked(select: Select[Any]) -> frozenset[str]:
    """Return the tables of schools' data that a SELECT asks by their mapped class."""
    return frozenset(name for column in select._raw_columns if _is_mapped(column) for name in _scoped_names(column))


def _is_mapped(element: ExternallyTraversible) -> bool:
    """Return whether an element came into a statement by a mapped class."""
    return "parententity" in getattr(element, "_annotations", ())


def _parts(element: ExternallyTraversible) -> Iterable[ExternallyTraversible]:
    """Return what an element is made of; a column leads to its table."""
    if isinstance(element, Select):
        # Its own get_children adds the tables of its columns, stripped of the mapping that we look for.
        return super(Select, element).get_children()
    if isinstance(element, ColumnClause):
        return () if element.table is None or isinstance(element.table, Table) else (element.table,)
    return element.get_children()


def _scoped_names(element: ExternallyTraversible) -> Iterable[str]:
    """Return the tables of schools' data that an element itself stands for or names in raw text."""
    table = element.table if isinstance(element, ColumnClause) else element
    if isinstance(table, Alias):
        table = table.element
    if isinstance(table, Table):
        return (table.name,) if "school_id" in table.c else ()
    if isinstance(element, TextClause):
        return _named_in(element.text)
    if isinstance(element, TableClause) or (isinstance(element, ColumnClause) and element.is_literal):
        return _named_in(element.name)
    return ()


def _named_in(text: str) -> Iterable[str]:
    """Return the tables of schools' data whose names occur in a raw text."""
    words = set(re.findall(r"\w+", text.lower()))
    return [name for name, table in Base.metadata.tables.items() if "school_id" in table.c and name in words]


@listens_for(Session, "before_flush")
def _store_within(session: Session, context: object, instances: object) -> None:
    """Refuse to store, change or delete a row of another school than the session's."""
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, OfSchool):
            _check_row(session.info.get("school_id"), row)


def _check_row(school_id: str | None, row: OfSchool) -> None:
    """Raise NoSchool or OtherSchool unless the row is and was of this school."""
    if school_id is None:
        raise NoSchool(f"{type(row).__name__}: call in_school before storing it")
    schools = {*get_history(row, "school_id").sum()}
    if schools != {school_id}:
        raise OtherSchool(f"{type(row).__name__} belongs to another school than this session")
