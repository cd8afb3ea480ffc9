"""The throttle under tries side by side: each sees those before it, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from factories import NOW
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from survey import codes, throttle
from survey import vault as vaults
from survey.store.database import engine_options
from survey.vault import CODE_CHARACTERS, Vault

TRIES = 12


@pytest.fixture
def engine(own_database: str) -> Iterator[Engine]:
    """Connect as many at once as try."""
    made = create_engine(own_database, pool_size=TRIES, **engine_options(own_database))
    yield made
    made.dispose()


def count_let_through(engine: Engine, attempt: Callable[[Session, int], object]) -> int:
    """Let all try at once, each in a transaction of its own; return how many were not refused."""
    start = Barrier(TRIES)

    def go(number: int) -> bool:
        with Session(engine) as session:
            start.wait()
            try:
                attempt(session, number)
            except (throttle.TooManyAttempts, codes.TooManyCodes):
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(TRIES) as pool:
        return sum(pool.map(go, range(TRIES)))


def test_tries_at_once_are_no_more_than_tries_in_turn(engine: Engine) -> None:
    limit = throttle.LIMITS["second"].of_one
    assert count_let_through(engine, lambda session, _: throttle.count(session, "second", "ab" * 32, NOW)) == limit == 5


def test_codes_typed_at_once_are_no_more_than_codes_typed_in_turn(
    engine: Engine, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vaults.SCRYPT, "n", 2)
    monkeypatch.setattr(codes, "TRIES", 5)

    def enter(session: Session, number: int) -> None:
        body = f"{number:0{CODE_CHARACTERS}}"
        codes.find_by_code(session, vault, body + codes.check_character(body), "192.0.2.7", NOW)

    assert count_let_through(engine, enter) == 5


@pytest.mark.parametrize("own_database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_another_person_is_not_kept_waiting(engine: Engine) -> None:
    with Session(engine) as one, Session(engine) as other:
        throttle.count(one, "second", "ab" * 32, NOW)
        throttle.count(other, "second", "cd" * 32, NOW)
