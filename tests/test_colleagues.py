"""Accounts as an administrator looks after them: links that work once, nobody locked out, no class without a mentor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories import NOW, Campus
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import accounts, colleagues, factors, mail
from survey.access import Role
from survey.records import school_key
from survey.store.credentials import AccountLink
from survey.store.people import Staff
from survey.store.traces import Event, Mail
from survey.vault import Vault

BASE = "https://overstap.voorbeeld.nl"
NEW = accounts.hash_password("paard batterij nietje juist", ())


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    """Have a queue to plan mail on."""
    with app.app_context():
        yield


def invite(session: Session, vault: Vault, role: Role = Role.mentor, email: str = "joke@voorbeeld.nl") -> Staff:
    """Invite Joke."""
    return colleagues.invite(session, vault, BASE, role, "Joke Prins", email, "staff:beheer", NOW)


def token_of(session: Session, vault: Vault) -> str:
    """Return the token in the newest mail."""
    key = school_key(session, vault)
    rows = session.scalars(select(Mail)).all()
    links = {row.id: str(mail.read(key, row).values["link"]) for row in rows}
    newest = session.scalars(select(AccountLink).where(AccountLink.used_at.is_(None))).one()
    (link,) = [one for one in links.values() if vault.token_hash(one.rsplit("/", 1)[1]) == newest.token_hash]
    assert link.startswith(f"{BASE}/staff/welcome/")
    return link.rsplit("/", 1)[1]


def test_invited_person_signs_in_with_the_password_of_the_link(session: Session, vault: Vault, school: Campus) -> None:
    staff = invite(session, vault)
    attempt = accounts.begin_sign_in(session, vault, "joke@voorbeeld.nl", NOW)
    assert not accounts.is_right(attempt, "")
    found = colleagues.find_link(session, vault, token_of(session, vault), NOW + timedelta(days=6))
    assert found is not None and found[1] is staff
    assert colleagues.use_link(session, vault, found[0].id, NEW, NOW)
    attempt = accounts.begin_sign_in(session, vault, "joke@voorbeeld.nl", NOW)
    assert accounts.is_right(attempt, "paard batterij nietje juist")


def test_link_works_once_and_not_for_ever(session: Session, vault: Vault, school: Campus) -> None:
    invite(session, vault)
    token = token_of(session, vault)
    assert colleagues.find_link(session, vault, token, NOW + timedelta(days=7, seconds=1)) is None
    found = colleagues.find_link(session, vault, token.lower(), NOW)
    assert found is not None
    assert colleagues.use_link(session, vault, found[0].id, NEW, NOW)
    assert not colleagues.use_link(session, vault, found[0].id, NEW, NOW)
    assert colleagues.find_link(session, vault, token, NOW) is None


def test_newer_link_ends_the_older_and_a_closed_account_all(session: Session, vault: Vault, school: Campus) -> None:
    staff = invite(session, vault)
    old = token_of(session, vault)
    colleagues.send_link(session, vault, BASE, staff, colleagues.RESET, NOW)
    session.flush()
    new = token_of(session, vault)
    assert colleagues.find_link(session, vault, old, NOW) is None
    assert colleagues.find_link(session, vault, new, NOW + timedelta(hours=2)) is None
    assert colleagues.find_link(session, vault, new, NOW) is not None
    staff.disabled_at = NOW
    session.flush()
    assert colleagues.find_link(session, vault, new, NOW) is None


def test_password_of_a_link_ends_every_session(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    attempt = accounts.begin_sign_in(session, vault, school.email(staff), NOW)
    token = accounts.finish_sign_in(session, vault, attempt, NOW)
    assert colleagues.write_forgotten(session, vault, BASE, staff.email_index, NOW)
    session.flush()
    found = colleagues.find_link(session, vault, token_of(session, vault), NOW)
    assert found is not None and colleagues.use_link(session, vault, found[0].id, NEW, NOW)
    assert accounts.find_signed_in(session, vault, token, NOW) is None


def test_forgotten_password_of_nobody_and_of_who_left_writes_nothing(
    session: Session, vault: Vault, school: Campus
) -> None:
    staff = school.staff()
    staff.disabled_at = NOW
    session.flush()
    for index in (staff.email_index, accounts.email_index(vault, "niemand@voorbeeld.nl")):
        assert not colleagues.write_forgotten(session, vault, BASE, index, NOW)
    assert session.scalars(select(Mail)).all() == []


def test_token_lies_sealed_only(session: Session, vault: Vault, school: Campus) -> None:
    invite(session, vault)
    token = token_of(session, vault)
    link = session.scalars(select(AccountLink)).one()
    assert token not in (link.id, link.token_hash)
    assert token.encode() not in session.scalars(select(Mail.content)).one()


def test_address_is_of_one_account_over_all_schools(
    session: Session, vault: Vault, school: Campus, other_school: Campus
) -> None:
    taken = other_school.email(other_school.staff())
    other_school.session.commit()
    with pytest.raises(accounts.EmailTaken):
        invite(session, vault, email=taken.upper())


def test_last_administrator_stays(session: Session, vault: Vault, school: Campus) -> None:
    only = school.staff(Role.administrator)
    invite(session, vault, Role.administrator)  # has no password yet, so cannot help
    with pytest.raises(colleagues.LastAdministrator):
        colleagues.close(session, vault, only, "staff:x", NOW)
    with pytest.raises(colleagues.LastAdministrator):
        colleagues.change_role(session, vault, only, Role.mentor, "staff:x", NOW)
    second = school.staff(Role.administrator)
    colleagues.close(session, vault, only, "staff:x", NOW)
    session.flush()
    with pytest.raises(colleagues.LastAdministrator):
        colleagues.close(session, vault, second, "staff:x", NOW)


def test_administrator_of_another_school_does_not_count(
    session: Session, vault: Vault, school: Campus, other_school: Campus
) -> None:
    other_school.staff(Role.administrator)
    other_school.session.commit()
    only = school.staff(Role.administrator)
    with pytest.raises(colleagues.LastAdministrator):
        colleagues.close(session, vault, only, "staff:x", NOW)


def test_who_has_classes_hands_them_over_first(session: Session, vault: Vault, school: Campus) -> None:
    leaver, successor, coordinator = school.staff(), school.staff(name="Joke Prins"), school.staff(Role.coordinator)
    group, passed = school.group(leaver), school.student(school.group(coordinator))
    passed.mentor_id = leaver.id
    session.flush()
    for refused in (Role.region, Role.operator):
        with pytest.raises(colleagues.HasClasses):
            colleagues.change_role(session, vault, leaver, refused, "staff:x", NOW)
    with pytest.raises(colleagues.HasClasses):
        colleagues.close(session, vault, leaver, "staff:x", NOW)
    assert colleagues.hand_over(session, vault, leaver, successor, "staff:x", NOW) == 1
    assert group.mentor_id == passed.mentor_id == successor.id
    session.flush()
    colleagues.close(session, vault, leaver, "staff:x", NOW)
    assert leaver.disabled_at == NOW
    subjects = set(session.scalars(select(Event.subject).where(Event.action.in_(("class.hand_over", "student.pass")))))
    assert subjects == {f"class:{group.id}", f"student:{passed.id}"}


def test_other_role_signs_out_and_is_recorded(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    token = accounts.finish_sign_in(
        session, vault, accounts.begin_sign_in(session, vault, school.email(staff), NOW), NOW
    )
    colleagues.change_role(session, vault, staff, Role.coordinator, "staff:x", NOW)
    assert staff.role == "coordinator" and accounts.find_signed_in(session, vault, token, NOW) is None
    assert "staff.role_coordinator" in session.scalars(select(Event.action)).all()


def test_list_shows_state_classes_and_closed_accounts_last(session: Session, vault: Vault, school: Campus) -> None:
    mentor, gone = school.staff(name="Zoë de Wit"), school.staff(name="Anna Bos")
    school.group(mentor, "V2B")
    school.group(mentor, "H1A")
    gone.disabled_at = NOW
    invite(session, vault)
    session.flush()
    found = colleagues.get_colleagues(session, vault)
    assert [(one.name, one.state, one.classes) for one in found] == [
        ("Joke Prins", "invited", ()),
        ("Zoë de Wit", "active", ("H1A", "V2B")),
        ("Anna Bos", "closed", ()),
    ]


def test_lost_phone_means_setting_up_again(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    factors.new_codes(session, vault, staff.id, NOW)
    colleagues.clear_factors(session, vault, staff, "staff:x", NOW)
    assert staff.proof == factors.SECOND and factors.count_codes(session, staff.id) == 0
