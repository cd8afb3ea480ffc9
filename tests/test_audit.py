"""The record of events: numbered within a school, and the first row that was tampered with is named."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import NOW, Campus, make_campus
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from survey.audit import Broken, record, verify
from survey.store.database import engine_options
from survey.store.people import School
from survey.store.scope import NoSchool, in_school
from survey.store.traces import Event
from survey.vault import Vault


def write(campus: Campus, number: int = 5) -> None:
    """Record some events, one an hour."""
    for hour in range(number):
        actor = "system" if hour == 0 else f"staff:{hour}"
        record(campus.session, campus.vault, actor, "student.view", f"student:{hour}", NOW + timedelta(hours=hour))
    campus.session.commit()
    campus.session.expire_all()


def test_events_are_numbered_within_their_school(school: Campus, other_school: Campus) -> None:
    write(school, 3)
    write(other_school, 2)
    assert school.session.scalars(select(Event.number).order_by(Event.number)).all() == [1, 2, 3]
    assert other_school.session.scalars(select(Event.number).order_by(Event.number)).all() == [1, 2]


def test_untouched_record_is_whole(school: Campus, other_school: Campus) -> None:
    write(school)
    write(other_school, 1)
    assert verify(school.session, school.vault) is None
    assert verify(other_school.session, school.vault) is None


def test_event_says_who_did_what_when(school: Campus) -> None:
    event = record(school.session, school.vault, "staff:a", "student.view", "student:b", NOW)
    assert (event.actor, event.action, event.subject, event.at) == ("staff:a", "student.view", "student:b", NOW)
    assert event.school_id == school.school.id


def test_event_is_undone_with_its_transaction(school: Campus) -> None:
    write(school, 2)
    record(school.session, school.vault, "system", "round.close", "round:1", NOW)
    school.session.rollback()
    school.session.expire_all()
    assert verify(school.session, school.vault) is None
    write(school, 1)
    assert verify(school.session, school.vault) is None


def test_event_needs_a_school(session: Session, vault: Vault) -> None:
    with pytest.raises(NoSchool):
        record(session, vault, "system", "round.close", "round:1", NOW)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "staff:9"),
        ("action", "student.see"),
        ("subject", "student:9"),
        ("at", NOW + timedelta(microseconds=1)),
        ("chain", "0" * 64),
    ],
)
def test_changed_row_is_named(school: Campus, column: str, value: object) -> None:
    write(school)
    school.session.execute(update(Event).where(Event.number == 3).values({column: value}))
    school.session.expire_all()
    assert verify(school.session, school.vault) == Broken(3, "changed")


def remove_second(session: Session) -> None:
    session.execute(delete(Event).where(Event.number == 2))


def remove_second_and_close_the_gap(session: Session) -> None:
    remove_second(session)
    for number in (3, 4, 5):
        session.execute(update(Event).where(Event.number == number).values(number=number - 1))


def swap_second_and_third(session: Session) -> None:
    for number, other in ((2, 99), (3, 2), (99, 3)):
        session.execute(update(Event).where(Event.number == number).values(number=other))


def insert_as_second(session: Session) -> None:
    for number in (5, 4, 3, 2):
        session.execute(update(Event).where(Event.number == number).values(number=number + 1))
    add_copy(session, 2)


def append(session: Session) -> None:
    add_copy(session, 6)


def cut_the_last(session: Session) -> None:
    session.execute(delete(Event).where(Event.number == 5))


def cut_the_last_and_count_again(session: Session) -> None:
    cut_the_last(session)
    session.execute(update(School).values(events=4))


def cut_all(session: Session) -> None:
    session.execute(delete(Event))
    session.execute(update(School).values(events=0, events_seal=""))


def add_copy(session: Session, number: int) -> None:
    """Store a copy of the first event under a number."""
    first = session.scalars(select(Event).where(Event.number == 1)).one()
    copy = {name: getattr(first, name) for name in ("school_id", "at", "actor", "action", "subject", "chain")}
    session.add(Event(**copy, number=number))
    session.flush()


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (remove_second, Broken(2, "missing")),
        (remove_second_and_close_the_gap, Broken(2, "changed")),
        (swap_second_and_third, Broken(2, "changed")),
        (insert_as_second, Broken(2, "changed")),
        (append, Broken(6, "changed")),
        (cut_the_last, Broken(5, "missing")),
        (cut_the_last_and_count_again, Broken(5, "missing")),
        (cut_all, Broken(1, "missing")),
    ],
)
def test_first_bad_row_is_named(school: Campus, tamper: Callable[[Session], None], broken: Broken) -> None:
    write(school)
    tamper(school.session)
    school.session.expire_all()
    assert verify(school.session, school.vault) == broken


def test_record_of_another_school_does_not_pass_for_ours(school: Campus, other_school: Campus) -> None:
    write(school, 1)
    write(other_school, 1)
    theirs = other_school.session.scalars(select(Event)).one()
    other_school.session.commit()
    school.session.execute(update(Event).values(chain=theirs.chain))
    school.session.expire_all()
    assert verify(school.session, school.vault) == Broken(1, "changed")


def test_without_the_key_no_row_can_be_forged(school: Campus) -> None:
    write(school)
    forger = Vault(b"f" * 32)
    record(school.session, forger, "staff:9", "student.view", "student:1", NOW)
    school.session.expire_all()
    assert verify(school.session, school.vault) == Broken(6, "changed")


def test_events_of_many_at_once_form_one_chain(own_database: str, vault: Vault) -> None:
    engine = create_engine(own_database, **engine_options(own_database))
    with Session(engine) as session:
        school_id = make_campus(session, vault).school.id
        session.commit()

    def work(person: int) -> None:
        for _ in range(5):
            with Session(engine) as session, session.begin():
                in_school(session, school_id)
                record(session, vault, f"staff:{person}", "student.view", "student:1", NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with Session(engine) as session:
        in_school(session, school_id)
        assert verify(session, vault) is None
        assert session.get_one(School, school_id).events == 40
    engine.dispose()
