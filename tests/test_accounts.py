"""Staff accounts: who gets in, who is kept out, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from factories import NOW, PASSWORD, Campus
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import accounts, throttle
from survey.access import Role
from survey.store.people import SignInAttempt, Staff, StaffSession
from survey.store.scope import in_school
from survey.store.traces import Event
from survey.vault import Vault


def sign_in(session: Session, vault: Vault, email: str, password: str = PASSWORD, now: datetime = NOW) -> str | None:
    """Go through the three steps; return the token, None when the password is not right."""
    attempt = accounts.begin_sign_in(session, vault, email, now)
    return accounts.finish_sign_in(session, vault, attempt, now) if accounts.is_right(attempt, password) else None


def test_right_password_opens_a_session_of_that_person(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff(Role.coordinator, "Bram Verhoeven")
    token = sign_in(session, vault, school.email(staff))
    assert token
    found = accounts.find_signed_in(session, vault, token, NOW)
    assert found is not None
    assert (found.id, found.role, found.name, found.school_id) == (
        staff.id,
        Role.coordinator,
        "Bram Verhoeven",
        school.school.id,
    )


def test_address_is_found_in_any_case_and_with_spaces(session: Session, vault: Vault, school: Campus) -> None:
    email = school.email(school.staff())
    assert sign_in(session, vault, f"  {email.upper()} ")


@pytest.mark.parametrize("password", ["", "fout", PASSWORD + " ", PASSWORD.upper()])
def test_wrong_password_opens_nothing(session: Session, vault: Vault, school: Campus, password: str) -> None:
    assert sign_in(session, vault, school.email(school.staff()), password) is None
    assert session.scalar(select(func.count()).select_from(StaffSession)) == 0


def test_unknown_address_compares_a_hash_too(session: Session, vault: Vault) -> None:
    attempt = accounts.begin_sign_in(session, vault, "niemand@voorbeeld.nl", NOW)
    assert attempt.password.startswith("$argon2id$")
    assert not accounts.is_right(attempt, PASSWORD)


def test_new_accounts_and_nobody_have_hashes_of_one_cost(session: Session, vault: Vault, school: Campus) -> None:
    staff = accounts.add_staff(
        session, vault, school.school, Role.mentor, "Joke Prins", "joke@voorbeeld.nl", "twaalf tekens!", NOW
    )
    nobody = accounts.begin_sign_in(session, vault, "niemand@voorbeeld.nl", NOW).password
    assert staff.password.split("$")[:4] == nobody.split("$")[:4]


def test_account_that_was_added_signs_in(session: Session, vault: Vault, school: Campus) -> None:
    accounts.add_staff(
        session, vault, school.school, Role.mentor, "Joke Prins", "Joke@Voorbeeld.nl", "twaalf tekens!", NOW
    )
    token = sign_in(session, vault, "joke@voorbeeld.nl", "twaalf tekens!")
    assert token
    found = accounts.find_signed_in(session, vault, token, NOW)
    assert found is not None and found.name == "Joke Prins"


def test_weak_password_and_taken_address_are_refused(session: Session, vault: Vault, school: Campus) -> None:
    email = school.email(school.staff())
    with pytest.raises(accounts.WeakPassword):
        accounts.add_staff(session, vault, school.school, Role.mentor, "Kort", "kort@voorbeeld.nl", "elf tekens.", NOW)
    with pytest.raises(accounts.EmailTaken):
        accounts.add_staff(session, vault, school.school, Role.mentor, "Dubbel", email.upper(), "twaalf tekens!", NOW)


def test_disabled_account_neither_signs_in_nor_stays_in(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    token = sign_in(session, vault, school.email(staff))
    staff.disabled_at = NOW
    session.flush()
    assert token and accounts.find_signed_in(session, vault, token, NOW) is None
    assert sign_in(session, vault, school.email(staff)) is None


def test_session_ends_when_idle(session: Session, vault: Vault, school: Campus) -> None:
    token = sign_in(session, vault, school.email(school.staff()))
    assert token
    assert accounts.find_signed_in(session, vault, token, NOW + accounts.IDLE)
    assert accounts.find_signed_in(session, vault, token, NOW + accounts.IDLE + timedelta(seconds=1)) is None


def test_session_that_is_used_ends_after_a_working_day(session: Session, vault: Vault, school: Campus) -> None:
    token = sign_in(session, vault, school.email(school.staff()))
    assert token
    moment = NOW
    while moment - NOW <= accounts.LONGEST:
        found = accounts.find_signed_in(session, vault, token, moment)
        assert found is not None
        accounts.touch(session, found, moment)
        moment += timedelta(minutes=14)
    assert accounts.find_signed_in(session, vault, token, moment) is None


def test_token_is_kept_only_as_a_hash(session: Session, vault: Vault, school: Campus) -> None:
    token = sign_in(session, vault, school.email(school.staff()))
    kept = session.scalars(select(StaffSession.token_hash)).one()
    assert token and token not in kept and len(kept) == 64


def test_every_sign_in_has_a_new_session(session: Session, vault: Vault, school: Campus) -> None:
    email = school.email(school.staff())
    assert sign_in(session, vault, email) != sign_in(session, vault, email)


def test_signing_out_ends_that_session_only(session: Session, vault: Vault, school: Campus) -> None:
    email = school.email(school.staff())
    first, second = sign_in(session, vault, email), sign_in(session, vault, email)
    assert first and second
    person = accounts.find_signed_in(session, vault, first, NOW)
    assert person
    accounts.sign_out(session, vault, person, NOW)
    assert accounts.find_signed_in(session, vault, first, NOW) is None
    assert accounts.find_signed_in(session, vault, second, NOW)


@pytest.mark.parametrize("exists", [True, False])
def test_throttle_shuts_for_an_address_whether_or_not_it_exists(
    session: Session, vault: Vault, school: Campus, exists: bool
) -> None:
    email = school.email(school.staff()) if exists else "niemand@voorbeeld.nl"
    for _ in range(throttle.LIMITS["password"].of_one):
        accounts.begin_sign_in(session, vault, email, NOW)
    with pytest.raises(throttle.TooManyAttempts):
        accounts.begin_sign_in(session, vault, email, NOW)


def test_throttle_opens_again_and_forgets(session: Session, vault: Vault, school: Campus) -> None:
    email = school.email(school.staff())
    for _ in range(throttle.LIMITS["password"].of_one):
        accounts.begin_sign_in(session, vault, email, NOW)
    later = NOW + throttle.WINDOW + timedelta(seconds=1)
    assert sign_in(session, vault, email, now=later)
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_throttle_of_one_address_leaves_others_alone(session: Session, vault: Vault, school: Campus) -> None:
    email = school.email(school.staff())
    for _ in range(throttle.LIMITS["password"].of_one):
        accounts.begin_sign_in(session, vault, "niemand@voorbeeld.nl", NOW)
    assert sign_in(session, vault, email)


def test_many_addresses_together_shut_the_throttle(
    session: Session, vault: Vault, school: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(throttle.LIMITS, "password", throttle.Limit(8, 20))
    for number in range(20):
        accounts.begin_sign_in(session, vault, f"niemand{number}@voorbeeld.nl", NOW)
    with pytest.raises(throttle.TooManyAttempts):
        accounts.begin_sign_in(session, vault, school.email(school.staff()), NOW)


def test_sign_in_binds_the_session_to_that_school_alone(
    session: Session, vault: Vault, school: Campus, other_school: Campus
) -> None:
    token = sign_in(session, vault, school.email(school.staff()))
    in_school(session, other_school.school.id)
    assert token and accounts.find_signed_in(session, vault, token, NOW)
    assert set(session.scalars(select(Staff.school_id))) == {school.school.id}


def test_sign_in_and_out_are_recorded(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    token = sign_in(session, vault, school.email(staff))
    person = accounts.find_signed_in(session, vault, token or "", NOW)
    assert person
    accounts.sign_out(session, vault, person, NOW)
    events = session.execute(select(Event.actor, Event.action).order_by(Event.number)).all()
    assert [tuple(event) for event in events] == [
        (f"staff:{staff.id}", "staff.sign_in"),
        (f"staff:{staff.id}", "staff.sign_out"),
    ]
