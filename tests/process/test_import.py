"""A list on its way in while its worker is killed: all of it or nothing, and once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from machine import Machine
from school_list import make_rows, to_csv
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import imports
from survey.access import Role
from survey.imports import Choices, State
from survey.intake import guess, read_file, same_heading
from survey.store.intake import StoredImport
from survey.store.people import Staff, Student
from survey.store.traces import Event
from survey.vault import Vault

pytestmark = pytest.mark.process

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "journey.yaml"
ROWS = 300


class Desk:
    """A coordinator with one list, beside a machine that may be killed."""

    def __init__(self, session: Session, vault: Vault) -> None:
        self.session, self.vault = session, vault

    def bring(self) -> None:
        """Send a list, and choose its columns."""
        now, content = datetime.now(UTC), to_csv(make_rows(ROWS))
        who = self.session.scalars(select(Staff).where(Staff.role == Role.coordinator.value)).one()
        row = imports.receive(self.session, self.vault, who.id, "lijst.csv", content, now)
        mapped = guess(read_file(content), imports.get_remembered(self.session, self.vault))
        headings = {same_heading(mapped.headings[column]): field for field, column in mapped.columns.items()}
        self.session.flush()
        chosen = Choices("lijst.csv", dict(mapped.columns), headings, mapped.sheet.name, mapped.heading)
        imports.choose_columns(self.session, self.vault, row, chosen, now)
        self.session.commit()

    def decide(self) -> None:
        """Decide to store it."""
        row = self.session.scalars(select(StoredImport)).one()
        imports.decide(self.session, self.vault, row, {}, False, f"staff:{row.staff_id}", datetime.now(UTC))
        self.session.commit()

    def look(self) -> StoredImport:
        """Give the list as it stands now, and hold no lock: the worker wants it."""
        row = self.session.scalars(select(StoredImport).execution_options(populate_existing=True)).one()
        self.session.expunge(row)
        self.session.rollback()
        return row

    def count(self) -> tuple[int, int]:
        """Give how many students there are, and how often a list was stored."""
        students, stored = select(func.count()).select_from(Student), select(func.count()).where(Event.action == "import.store")
        found = self.session.scalar(students) or 0, self.session.scalar(stored) or 0
        self.session.rollback()
        return found

    def end_lease(self) -> None:
        """Let two minutes be over, and the attempts not be the last."""
        row = self.session.scalars(select(StoredImport)).one()
        row.due_at, row.attempts = datetime.now(UTC), 0
        self.session.commit()

    def wait(self, holds: Callable[[StoredImport], bool]) -> None:
        """Wait until something holds of the list."""
        deadline = time.monotonic() + 60
        while not holds(row := self.look()):
            assert time.monotonic() < deadline, f"still {row.state}"
            time.sleep(0.02)


@pytest.fixture
def desk(machine: Machine) -> Iterator[Desk]:
    """Return a coordinator of a school with one student."""
    machine.admit(QUESTIONNAIRE, 1)
    with machine.inside() as (app, session):
        yield Desk(session, app.extensions["vault"])


def test_list_is_stored_once_and_whole_however_often_its_worker_is_killed(
    machine: Machine, desk: Desk, full: bool
) -> None:
    """R7: kill -9 at any moment between taking the list up and having stored it."""
    nothing, all_ = (1, 0), (1 + ROWS, 1)
    desk.bring()
    machine.start_worker()
    desk.wait(lambda row: row.state == State.CHECKED)
    desk.decide()
    chance = random.Random(7)
    for _ in range(20 if full else 2):
        desk.wait(lambda row: row.attempts == 1)
        time.sleep(chance.uniform(0, 0.3))
        machine.kill(machine.worker)
        is_stored = desk.look().state == State.STORED
        assert desk.count() == (all_ if is_stored else nothing)
        if is_stored:  # sooner than it was killed
            return
        desk.end_lease()
        machine.start_worker()
    desk.wait(lambda row: row.state == State.STORED)
    assert desk.count() == all_
