"""The demo school: made-up people in every state."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from factories import NOW, make_settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit, demo, flags, rounds
from survey.records import open_profile, school_key
from survey.rounds import ClassRow
from survey.store.people import Student
from survey.store.surveying import Round, StoredReport
from survey.vault import Vault


@pytest.fixture
def round_(session: Session, vault: Vault, tmp_path: Path) -> Round:
    """Give the round of a demo school that was loaded now."""
    passwords = demo.make_passwords(tmp_path / "passwords.json")
    return demo.load(session, vault, passwords, NOW)


@pytest.fixture
def rows(session: Session, vault: Vault, round_: Round) -> list[ClassRow]:
    """Give the class as a mentor sees it."""
    (group,) = rounds.get_groups(session, vault, round_)
    return rounds.get_class(session, vault, round_, [group.group_id])


def test_class_of_thirty_is_in_every_state(rows: list[ClassRow]) -> None:
    assert len(rows) == 30
    states = Counter(row.status for row in rows)
    assert set(states) == {"not_started", "started", "sent", "final"} and min(states.values()) >= 5
    assert all(0 < row.done < row.total for row in rows if row.status == "started")
    assert all(row.done == row.total > 0 for row in rows if row.status in ("sent", "final"))


def test_class_has_each_priority_a_flag_and_several_municipalities(
    rows: list[ClassRow], session: Session, vault: Vault
) -> None:
    assert {row.priority for row in rows if row.priority} == {1, 2, 3, 4}
    assert any(row.flag for row in rows) and len(flags.get_flags(session, vault)) >= 3
    assert len({row.municipality for row in rows}) >= 5 and None in {row.municipality for row in rows}


def test_documents_wait_and_a_person_chose_otherwise_once(
    rows: list[ClassRow], session: Session, vault: Vault
) -> None:
    assert {row.report_state for row in rows if row.status == "final"} == {"waiting"}
    assert len(session.scalars(select(StoredReport)).all()) == 5
    assert demo.is_waiting(session)
    assert audit.verify(session, vault) is None


def test_people_are_plainly_made_up(round_: Round, session: Session, vault: Vault) -> None:
    key = school_key(session, vault)
    profiles = [open_profile(key, student) for student in session.scalars(select(Student))]
    assert len({profile.name for profile in profiles}) == 30
    assert all(profile.phone.startswith("06 0000 00") for profile in profiles)
    assert all(profile.email.endswith("@voorbeeld.nl") for profile in profiles)


def test_first_address_is_of_a_student_who_has_not_started(
    round_: Round, rows: list[ClassRow], session: Session, vault: Vault, tmp_path: Path
) -> None:
    settings = make_settings("sqlite://", tmp_path, base_url="http://127.0.0.1:5000")
    first = demo.find_addresses(session, settings, vault)
    assert first is not None and first == demo.find_addresses(session, settings, vault)
    invitation = rounds.find_invitation(session, vault, first.student.rpartition("/")[2])
    assert invitation is not None
    assert {row.status for row in rows if row.invitation_id == invitation.id} == {"not_started"}
    assert first.staff == "http://127.0.0.1:5000/staff/"
    assert first.cards.endswith("/cards")


def test_empty_database_has_no_address(session: Session, vault: Vault, tmp_path: Path) -> None:
    assert demo.is_empty(session)
    assert demo.find_addresses(session, make_settings("sqlite://", tmp_path), vault) is None


def test_passwords_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    assert demo.read_passwords(file) == {}
    made = demo.make_passwords(file)
    assert demo.read_passwords(file) == made
    assert len(set(made.values())) == len(made) >= 2
    assert all(len(password) >= 12 for password in made.values())
    assert file.stat().st_mode & 0o077 == 0
