"""The second proof: each code is taken once, in its time, for its owner only."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from factories import NOW, Campus
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import factors, throttle
from survey.store.credentials import Factor, RecoveryCode
from survey.store.people import Staff
from survey.store.scope import in_school
from survey.store.traces import Event
from survey.vault import Unreadable, Vault

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LATER = NOW + timedelta(minutes=5)


def code_at(secret: str, moment: object) -> str:
    """Return what an app shows at a moment."""
    return pyotp.TOTP(secret).at(moment)  # type: ignore[arg-type]


@pytest.fixture
def owner(session: Session, vault: Vault, school: Campus) -> tuple[Staff, str]:
    """Give a person with an app, and the app's secret."""
    staff = school.staff()
    secret, _ = factors.offer_app(session, vault, staff.id)
    factors.add_app(session, vault, staff.id, secret, code_at(secret, NOW), "Telefoon", NOW)
    return staff, secret


def test_app_is_stored_only_with_a_right_code(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    secret, _ = factors.offer_app(session, vault, staff.id)
    wrong = code_at(pyotp.random_base32(), NOW)
    with pytest.raises(factors.WrongCode):
        factors.add_app(session, vault, staff.id, secret, wrong, "Telefoon", NOW)
    assert not factors.has_factor(session, staff.id)


def test_first_app_makes_the_second_step_needed(session: Session, owner: tuple[Staff, str]) -> None:
    assert owner[0].proof == factors.SECOND
    assert session.scalars(select(Event.action)).all()[-1] == "factor.add"


def test_offer_is_of_one_person(session: Session, vault: Vault, school: Campus) -> None:
    staff, other = school.staff(), school.staff()
    secret, sealed = factors.offer_app(session, vault, staff.id)
    assert factors.open_offer(session, vault, staff.id, sealed) == secret and secret.encode() not in sealed
    with pytest.raises(Unreadable):
        factors.open_offer(session, vault, other.id, sealed)


def test_code_is_taken_once(session: Session, vault: Vault, owner: tuple[Staff, str]) -> None:
    staff, secret = owner
    assert not factors.is_right(session, vault, staff.id, code_at(secret, NOW), NOW)  # it confirmed the app
    code = code_at(secret, LATER)
    assert factors.is_right(session, vault, staff.id, f" {code[:3]} {code[3:]} ", LATER)
    assert not factors.is_right(session, vault, staff.id, code, LATER)
    assert not factors.is_right(session, vault, staff.id, code, LATER + timedelta(seconds=20))


def test_code_from_before_the_last_one_is_not_taken_either(
    session: Session, vault: Vault, owner: tuple[Staff, str]
) -> None:
    staff, secret = owner
    earlier = code_at(secret, LATER - timedelta(seconds=30))
    assert factors.is_right(session, vault, staff.id, code_at(secret, LATER), LATER)
    assert not factors.is_right(session, vault, staff.id, earlier, LATER)


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clock_may_differ_by_half_a_minute(
    session: Session, vault: Vault, owner: tuple[Staff, str], seconds: int, taken: bool
) -> None:
    staff, secret = owner
    code = code_at(secret, LATER + timedelta(seconds=seconds))
    assert factors.is_right(session, vault, staff.id, code, LATER) is taken


def test_code_of_a_colleague_opens_nothing(
    session: Session, vault: Vault, school: Campus, owner: tuple[Staff, str]
) -> None:
    other = school.staff()
    assert not factors.is_right(session, vault, other.id, code_at(owner[1], LATER), LATER)


@pytest.mark.parametrize("code", ["", "12345", "é12345", "0" * 10, "x" * 500, "\x00" * 6])
def test_nonsense_is_wrong_and_nothing_worse(session: Session, vault: Vault, owner: tuple[Staff, str], code: str) -> None:
    assert not factors.is_right(session, vault, owner[0].id, code, LATER)


def test_recovery_code_is_taken_once_however_it_is_typed(session: Session, vault: Vault, owner: tuple[Staff, str]) -> None:
    staff = owner[0]
    codes = factors.new_codes(session, vault, staff.id, NOW)
    assert len(set(codes)) == factors.CODES == factors.count_codes(session, staff.id)
    typed = codes[3].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert factors.is_right(session, vault, staff.id, typed, LATER)
    assert not factors.is_right(session, vault, staff.id, codes[3], LATER)
    assert factors.count_codes(session, staff.id) == factors.CODES - 1
    assert [event for event in session.scalars(select(Event.action)) if event.startswith("recovery")] == [
        "recovery.new",
        "recovery.use",
    ]


def test_new_codes_replace_the_old_ones_and_are_kept_as_hashes(
    session: Session, vault: Vault, owner: tuple[Staff, str]
) -> None:
    staff = owner[0]
    old = factors.new_codes(session, vault, staff.id, NOW)
    new = factors.new_codes(session, vault, staff.id, NOW)
    kept = "".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code.replace("-", "") in kept for code in (*old, *new))
    assert not factors.is_right(session, vault, staff.id, old[0], LATER)
    assert factors.is_right(session, vault, staff.id, new[0], LATER)


def test_recovery_code_of_a_colleague_opens_nothing(
    session: Session, vault: Vault, school: Campus, owner: tuple[Staff, str]
) -> None:
    codes = factors.new_codes(session, vault, owner[0].id, NOW)
    assert not factors.is_right(session, vault, school.staff().id, codes[0], LATER)


def test_few_tries_shut_the_throttle_of_one_person(session: Session, vault: Vault, school: Campus) -> None:
    staff, other = school.staff(), school.staff()
    for _ in range(throttle.LIMITS["second"].of_one):
        factors.count_try(session, vault, staff.id, NOW)
    with pytest.raises(throttle.TooManyAttempts):
        factors.count_try(session, vault, staff.id, NOW)
    factors.count_try(session, vault, other.id, NOW)
    factors.forget_tries(session, vault, staff.id)
    factors.count_try(session, vault, staff.id, NOW)


def test_factors_are_of_one_school(session: Session, vault: Vault, owner: tuple[Staff, str], other_school: Campus) -> None:
    staff_id = owner[0].id
    session.flush()
    in_school(session, other_school.school.id)
    assert factors.get_factors(session, vault, staff_id) == []


def test_taking_all_away_leaves_no_code_either(session: Session, vault: Vault, owner: tuple[Staff, str]) -> None:
    staff = owner[0]
    factors.new_codes(session, vault, staff.id, NOW)
    factors.remove_all(session, vault, staff.id, "staff:beheer", NOW)
    assert session.scalars(select(Factor)).all() == [] and factors.count_codes(session, staff.id) == 0


@given(st.emails())
def test_address_for_the_app_carries_any_name(email: str) -> None:
    assert pyotp.parse_uri(factors.address(SECRET, email)).secret == SECRET
