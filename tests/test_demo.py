"""The demo school: made-up people in every state."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from factories import NOW, make_settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit, classes, demo, flags, inviting, mail, rounds
from survey.classes import ClassRow
from survey.config import Settings
from survey.records import open_profile, school_key
from survey.store.people import Group, Student
from survey.store.surveying import Sitting, StoredReport
from survey.store.traces import Mail
from survey.vault import Vault


def test_demo_school_has_thirty_made_up_people_in_every_state(session: Session, vault: Vault, tmp_path: Path) -> None:
    """One test, because loading takes seconds."""
    round_ = demo.load(session, vault, demo.make_passwords(tmp_path / "passwords.json"), NOW)
    (group,) = session.scalars(select(Group))
    rows = classes.get_class(session, vault, round_, [group.id])
    check_states(rows)
    check_people(session, vault)
    check_addresses(session, vault, rows, make_settings("sqlite://", tmp_path, base_url="http://127.0.0.1:5000"))
    assert len(flags.get_flags(session, vault)) >= 3
    kinds = Counter(session.scalars(select(StoredReport.kind)))
    assert kinds == {"concept": 5, "final": 2, "copy": 2} and demo.is_waiting(session)
    check_mails(session, vault, rows, make_settings("sqlite://", tmp_path))
    assert set(session.scalars(select(Sitting.stage))) == {"none", "concept", "agreed", "refused", "final"}
    check_final(rows)
    assert audit.verify(session, vault) is None


def check_states(rows: list[ClassRow]) -> None:
    assert len(rows) == 30
    states = Counter(row.status for row in rows)
    assert set(states) == {"not_started", "started", "sent", "final"} and min(states.values()) >= 5
    assert all(0 < row.done < row.total for row in rows if row.status == "started")
    assert all(row.done == row.total > 0 for row in rows if row.status in ("sent", "final"))
    assert {row.priority for row in rows if row.priority} == {1, 2, 3, 4}
    assert {row.report_state for row in rows if row.status == "final"} == {"waiting"}
    assert any(row.flag for row in rows)
    assert len({row.municipality for row in rows}) >= 5 and None in {row.municipality for row in rows}


def check_final(rows: list[ClassRow]) -> None:
    """Who is handed over has something to hand over."""
    given = [row for row in rows if row.stage == "final"]
    assert len(given) == 2
    assert all(row.asked != "nee" and row.not_arranged and row.not_arranged[0] > 0 for row in given)


def check_people(session: Session, vault: Vault) -> None:
    key = school_key(session, vault)
    profiles = [open_profile(key, student) for student in session.scalars(select(Student))]
    assert len({profile.name for profile in profiles}) == 30
    assert all(profile.phone.startswith("06 0000 00") for profile in profiles)
    assert all(profile.email.endswith("@voorbeeld.nl") for profile in profiles)


def check_mails(session: Session, vault: Vault, rows: list[ClassRow], settings: Settings) -> None:
    """Who is not finished is written to at the next sweep; the others are not."""
    before = set(session.scalars(select(Mail.id)))
    while inviting.write_due(session, vault, settings, NOW):
        pass
    key = school_key(session, vault)
    mails = [row for row in session.scalars(select(Mail)) if row.id not in before]
    assert {mail.read(key, row).template for row in mails} == {"student"}
    assert len(mails) == sum(row.status in ("not_started", "started") for row in rows) > 10


def check_addresses(session: Session, vault: Vault, rows: list[ClassRow], settings: Settings) -> None:
    first = demo.find_addresses(session, settings, vault)
    assert first is not None and first == demo.find_addresses(session, settings, vault)
    invitation = rounds.find_invitation(session, vault, first.student.rpartition("/")[2])
    assert invitation is not None
    assert {row.status for row in rows if row.invitation_id == invitation.id} == {"not_started"}
    assert first.staff == "http://127.0.0.1:5000/staff/" and first.cards.endswith("/cards")


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
