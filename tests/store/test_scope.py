"""One school never reaches another's rows: every table, every way to ask, and the source itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from factories import NOW, Campus
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Executable,
    Integer,
    LargeBinary,
    delete,
    exists,
    func,
    insert,
    inspect,
    literal_column,
    select,
    table,
    text,
    true,
    union,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from survey.store.base import Base, OfSchool
from survey.store.people import Group, School, Staff, Student
from survey.store.scope import NoSchool, OtherSchool, get_values, in_school
from survey.store.types import new_id

ROOT = Path(__file__).resolve().parent.parent.parent
SCOPED = sorted(
    (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, OfSchool)),
    key=lambda cls: cls.__tablename__,  # the same order in each process that runs tests
)
Twin = aliased(Student)


def fill(campus: Campus) -> dict[type[OfSchool], OfSchool]:
    """Store a row in every table of a school's data; return them by class."""
    mentor = campus.staff()
    group = campus.group(mentor)
    student = campus.student(group)
    round_ = campus.round()
    invitation, _ = campus.invitation(round_, student)
    rows: dict[type[OfSchool], OfSchool] = {type(row): row for row in (mentor, group, student, round_, invitation)}
    keys = {"school": campus.school.id, "definition": round_.digest}
    keys |= {type(row).__tablename__: row.id for row in (mentor, group, student, round_, invitation)}
    for known in Base.metadata.sorted_tables:  # each after those that it refers to
        cls = next((cls for cls in SCOPED if cls.__table__ is known), None)
        if cls is not None and cls not in rows:
            rows[cls] = make_row(cls, keys)
            campus.session.add(rows[cls])
            campus.session.flush()
            keys[known.name] = getattr(rows[cls], "id", "")
    return rows


def make_row(cls: type[OfSchool], keys: dict[str, str]) -> OfSchool:
    """Return a row with something in each column that must be filled: what it refers to, else a value of its type."""
    kinds = {DateTime: NOW, Date: NOW.date(), Integer: 1, LargeBinary: b"", Boolean: False}
    made: dict[str, object] = {}
    for column in inspect(cls).columns:
        key = next(iter(column.foreign_keys), None)
        if key is not None and not column.nullable:
            made[column.key] = keys[key.column.table.name]
        elif key is None and not column.nullable and column.default is None and not column.primary_key:
            type_ = getattr(column.type, "impl", column.type)
            text_ = new_id()[: getattr(column.type, "length", None) or 20]
            made[column.key] = next((value for kind, value in kinds.items() if isinstance(type_, kind)), text_)
    return cls(**made)


@pytest.fixture
def ours(school: Campus) -> dict[type[OfSchool], OfSchool]:
    rows = fill(school)
    school.session.commit()
    return rows


@pytest.fixture
def theirs(other_school: Campus) -> dict[type[OfSchool], OfSchool]:
    rows = fill(other_school)
    other_school.session.commit()
    other_school.session.expunge_all()
    return rows


def key_of(row: OfSchool) -> Any:
    """Return the primary key of a row."""
    return inspect(row).identity


def test_test_fills_every_table(ours: dict[type[OfSchool], OfSchool]) -> None:
    assert set(ours) == set(SCOPED)


def test_every_table_with_a_school_is_scoped() -> None:
    named = {mapper.class_ for mapper in Base.registry.mappers if "school_id" in mapper.local_table.c}
    assert named == set(SCOPED)


def test_every_other_table_holds_nothing_of_a_school() -> None:
    """Schools themselves, files of questionnaires, and tries to sign in with an address that may be nobody's."""
    others = {table.name for table in Base.metadata.sorted_tables if "school_id" not in table.c}
    assert others == {"school", "definition", "sign_in_attempt", "code_attempt"}


def test_without_a_school_nothing_is_asked_or_changed(session: Session) -> None:
    for cls in SCOPED:
        for statement in (select(cls), update(cls).values(school_id="x"), delete(cls)):
            with pytest.raises(NoSchool):
                session.execute(statement)
        with pytest.raises(NoSchool):
            session.get(cls, "x")


def test_a_school_reads_its_own_rows_only(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    own, others = ({cls: key_of(row) for cls, row in rows.items()} for rows in (ours, theirs))
    for cls in SCOPED:
        assert [key_of(row) for row in session.scalars(select(cls))] == [own[cls]]
        assert session.scalar(select(func.count()).select_from(cls)) == 1, cls
    session.expunge_all()
    for cls in SCOPED:
        assert session.get(cls, others[cls]) is None, cls
        assert session.get(cls, own[cls]) is not None, cls


def test_a_school_changes_its_own_rows_only(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    everyone = {"across_schools": "the test counts"}
    for cls in SCOPED:
        key = inspect(cls).primary_key[0]
        attribute = inspect(cls).get_property_by_column(key).class_attribute
        assert session.execute(update(cls).values({key.name: attribute})).rowcount == 1, cls  # type: ignore[attr-defined]
        theirs_by_key = attribute == key_of(theirs[cls])[0]
        assert session.execute(delete(cls).where(theirs_by_key)).rowcount == 0, cls  # type: ignore[attr-defined]
        assert len(session.execute(select(attribute), execution_options=everyone).all()) == 2, cls


ASKS: dict[str, Callable[[], Executable]] = {
    "columns": lambda: select(Student.school_id),
    "aggregate": lambda: select(func.max(Student.school_id)),
    "alias": lambda: select(Twin.school_id),
    "join": lambda: select(Student.school_id).join(Group, true()),
    "joined table": lambda: select(Group.school_id).select_from(Student).join(Group, true()),
    "subquery": lambda: select(select(Student.school_id).subquery()),
    "common table expression": lambda: select(select(Student.school_id).cte()),
    "scalar subquery": lambda: select(select(func.max(Student.school_id)).scalar_subquery()),
    "exists": lambda: select(School.id).where(exists().where(Student.school_id == School.id)),
    "exists of select": lambda: select(School.id).where(select(Student.id).where(Student.school_id == School.id).exists()),
    "in subquery": lambda: select(School.id).where(School.id.in_(select(Student.school_id))),
    "union": lambda: union(select(Student.school_id), select(Group.school_id)),
    "union inside": lambda: select(union_all(select(Student.school_id), select(Twin.school_id)).subquery()),
    "labels and order": lambda: select(Student.school_id.label("x")).order_by(Student.number_index).limit(5),
    "grouped": lambda: select(Student.school_id).group_by(Student.school_id),
}


def test_any_shape_of_question_stays_within(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    own = ours[Student].school_id
    assert {name: {row[0] for row in session.execute(ask())} for name, ask in ASKS.items()} == {name: {own} for name in ASKS}


REFUSED: dict[str, Callable[[], Executable]] = {
    "table": lambda: select(Student.__table__),
    "column of a table": lambda: select(Student.__table__.c.id),
    "table beside a class": lambda: select(Group.id).join(Student.__table__, true()),
    "table in a subquery": lambda: select(School.id).where(School.id.in_(select(Student.__table__.c.school_id))),
    "table under an alias": lambda: select(Student.__table__.alias().c.id),
    "update of a table": lambda: update(Student.__table__).values(municipality=None),
    "delete from a table": lambda: delete(Student.__table__),
    "text": lambda: text("SELECT id FROM student"),
    "text in upper case": lambda: text('SELECT id FROM "STUDENT"'),
    "text in a condition": lambda: select(School.id).where(text("EXISTS (SELECT 1 FROM student)")),
    "text under a class": lambda: select(Student).from_statement(text("SELECT * FROM student")),
    "literal column": lambda: select(literal_column("(SELECT count(*) FROM student)")),
    "named table": lambda: select(text("id")).select_from(table("student")),
    "insert": lambda: insert(Student).values(id="x"),
    "insert from select": lambda: insert(School).from_select(["id"], select(Student.__table__.c.id)),
}


@pytest.mark.parametrize("ask", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_limited_is_refused(school: Campus, ask: Callable[[], Executable]) -> None:
    with pytest.raises(NoSchool):
        school.session.execute(ask())


def test_update_by_keys_is_refused(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    rows = [{"id": key_of(theirs[Student])[0], "municipality": None}]
    with pytest.raises(NoSchool):
        session.execute(update(Student), rows)


def test_statement_without_school_data_needs_none(session: Session) -> None:
    assert session.execute(text("SELECT 1")).scalar() == 1
    assert session.scalars(select(School)).all() == []


def test_another_school_later_gets_its_own_answer(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    """The same statement is compiled once; the school in it may not be."""
    for rows in (ours, theirs, ours):
        in_school(session, rows[Student].school_id)
        assert session.scalars(select(Student.id)).all() == [key_of(rows[Student])[0]]


def test_rows_of_a_school_leave_with_it(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    session.scalars(select(Student), execution_options={"across_schools": "the test loads both"}).all()
    in_school(session, theirs[Student].school_id)
    assert session.get(Student, key_of(ours[Student])) is None
    assert session.get(Student, key_of(theirs[Student])) is not None


def test_school_is_not_left_with_unsaved_changes(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    student = ours[Student]
    assert isinstance(student, Student)
    student.municipality = "GM0363"
    with pytest.raises(OtherSchool):
        in_school(session, theirs[Student].school_id)


def test_row_of_another_school_is_not_stored(school: Campus, theirs: dict[type[OfSchool], OfSchool]) -> None:
    school.session.add(Group(school_id=theirs[Group].school_id, name="V2B", mentor_id=key_of(theirs[Staff])[0]))
    with pytest.raises(OtherSchool):
        school.session.flush()


def test_row_does_not_move_to_another_school(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    ours[Group].school_id = theirs[Group].school_id
    with pytest.raises(OtherSchool):
        session.flush()


def test_row_of_another_school_is_not_deleted_or_merged(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    everyone = {"across_schools": "the test loads both"}
    query = select(Group).where(Group.id == key_of(theirs[Group])[0])
    session.delete(session.scalars(query, execution_options=everyone).one())
    with pytest.raises(OtherSchool):
        session.flush()


def test_nothing_is_stored_without_a_school(session: Session) -> None:
    session.add(Group(school_id="x", name="V2B", mentor_id="x"))
    with pytest.raises(NoSchool):
        session.flush()


# What would go past the session. Each of these is allowed in the files named, for the reason given there.
PAST = re.compile(
    r"\.engine\.(?!dispose)|exec_driver_sql|__table__|session\.connection\(|driver_connection"
    r"|\bbulk_(save|insert|update)\w*\(|\b(sa|sqlalchemy)\.(text|create_engine)\("
)
IMPORTS = {"text", "create_engine", "TextClause", "literal_column"}
ALLOWED = {
    "survey/store/database.py",  # opens the database
    "survey/store/scope.py",  # is the guard
    "survey/store/migrations/env.py",  # changes tables, not a school's rows
    "survey/backup.py",  # moves every row of every school, still sealed, and shows none
    "survey/cli/backup.py",  # opens the transactions for that
}


def sources() -> list[Path]:
    """Return the modules that have to go through the guard."""
    found = sorted((ROOT / "survey").rglob("*.py"))
    return [path for path in found if str(path.relative_to(ROOT)) not in ALLOWED and path.parent.name != "versions"]


def test_source_goes_past_the_guard_nowhere() -> None:
    for path in sources():
        source = path.read_text(encoding="utf-8")
        lines = [line.partition("#")[0] for line in source.splitlines()]
        assert [f"{path}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if PAST.search(line)] == []
        imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
        taken = {alias.name for node in imports if (node.module or "").startswith("sqlalchemy") for alias in node.names}
        assert not taken & IMPORTS, path


def test_every_exception_to_the_guard_gives_its_reason() -> None:
    for path in sorted((ROOT / "survey").rglob("*.py")):
        for given in re.findall(r"across_schools[\"']?\s*[=:]\s*(\S+)", path.read_text(encoding="utf-8")):
            if path.name != "scope.py":
                assert given.strip("\"'{}(),") not in ("True", "1", ""), f"{path} gives no reason"


def test_values_are_of_the_own_school_alone(
    session: Session, ours: dict[type[OfSchool], OfSchool], theirs: dict[type[OfSchool], OfSchool]
) -> None:
    statement = select(Student.id, Group.id).join(Group, Group.id == Student.group_id)
    assert [tuple(row) for row in get_values(session, statement)] == [(*key_of(ours[Student]), *key_of(ours[Group]))]
    assert theirs[Student] != ours[Student]
    with pytest.raises(NoSchool):
        get_values(session, select(Student.__table__.c.id))
    del session.info["school_id"]
    with pytest.raises(NoSchool):
        get_values(session, statement)
