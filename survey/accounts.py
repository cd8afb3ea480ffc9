"""Staff accounts: passwords, sign-in behind a throttle, and sessions that are kept on the server.

Signing in takes three steps, because argon2 takes a tenth of a second in which no writer may be kept waiting:
`begin_sign_in` (counted, to be committed), `is_right` (no database), `finish_sign_in`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey import audit
from survey.access import Role
from survey.records import open_name
from survey.store.people import School, SignInAttempt, Staff, StaffSession
from survey.store.scope import in_school
from survey.vault import Vault

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
TOUCH = timedelta(minutes=1)  # how old `seen_at` may be before it is written again
WINDOW = timedelta(minutes=15)
TRIES = 8  # wrong passwords for one address in the window
TRIES_OF_ALL = 300  # wrong passwords for all addresses together in the window
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LONGEST_EMAIL = 254  # RFC 5321

_hasher = PasswordHasher()


class TooManyAttempts(Exception):
    """The throttle is shut for this address, whether or not it belongs to somebody."""


class WeakPassword(ValueError):
    """A password that is too short, or too long to hash cheaply."""


class EmailTaken(ValueError):
    """Another account signs in with this address."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted attempt: the account it is for, when there is one, and the hash to compare with."""

    email_index: str
    staff_id: str | None
    school_id: str | None
    password: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    id: str
    school_id: str
    role: Role
    name: str
    session_id: str
    seen_at: datetime

    @property
    def actor(self) -> str:
        """Return how the audit names this person."""
        return f"staff:{self.id}"


def add_staff(
    session: Session,
    vault: Vault,
    school: School,
    role: Role,
    name: str,
    email: str,
    password: str,
    now: datetime,
    phone: str = "",
) -> Staff:
    """Add an account to a school. Raises WeakPassword, EmailTaken."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    index = _email_index(vault, email)
    if _find_staff(session, index, disabled=True) is not None:
        raise EmailTaken(f"{email} has an account")
    in_school(session, school.id)
    staff = Staff(
        school_id=school.id, role=role.value, email_index=index, password=_hasher.hash(password), profile=b""
    )
    session.add(staff)
    session.flush()
    profile = {"name": name, "email": email, "phone": phone}
    staff.profile = vault.seal_json(vault.school_key(school), f"staff:{staff.id}:profile", profile)
    audit.record(session, vault, "system", "staff.add", f"staff:{staff.id}", now)
    return staff


def begin_sign_in(session: Session, vault: Vault, email: str, now: datetime) -> Attempt:
    """Count one attempt for this address before its password is looked at; raise TooManyAttempts.

    The caller commits before it goes on: attempts that run side by side then see each other.
    """
    index = _email_index(vault, email[:LONGEST_EMAIL])
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
    mine = func.count().filter(SignInAttempt.email_index == index)
    of_all, of_mine = session.execute(select(func.count(), mine).select_from(SignInAttempt)).one()
    if of_mine >= TRIES or of_all >= TRIES_OF_ALL:
        raise TooManyAttempts
    session.add(SignInAttempt(email_index=index, at=now))
    staff, nobodys = _find_staff(session, index), _nobodys_password()
    if staff is None:
        return Attempt(index, None, None, nobodys)
    return Attempt(index, staff.id, staff.school_id, staff.password)


def is_right(attempt: Attempt, password: str) -> bool:
    """Compare the password; takes as long for an address that is nobody's. Needs no database."""
    try:
        _hasher.verify(attempt.password, password[:LONGEST_PASSWORD])
    except VerifyMismatchError:
        return False
    return attempt.staff_id is not None


def finish_sign_in(session: Session, vault: Vault, attempt: Attempt, now: datetime) -> str:
    """Open a new session for an attempt that was right; return its token, which is kept only as a hash."""
    assert attempt.staff_id is not None and attempt.school_id is not None
    in_school(session, attempt.school_id)
    session.execute(delete(SignInAttempt).where(SignInAttempt.email_index == attempt.email_index))
    session.execute(
        delete(StaffSession).where(StaffSession.staff_id == attempt.staff_id, StaffSession.seen_at < now - LONGEST)
    )
    token = secrets.token_urlsafe(32)
    opened = StaffSession(
        school_id=attempt.school_id, staff_id=attempt.staff_id, token_hash=_hash(token), started_at=now, seen_at=now
    )
    session.add(opened)
    audit.record(session, vault, f"staff:{attempt.staff_id}", "staff.sign_in", f"staff:{attempt.staff_id}", now)
    return token


def find_signed_in(session: Session, vault: Vault, token: str, now: datetime) -> Person | None:
    """Return who holds this token and set the session's school; None when it is unknown, idle or too old."""
    statement = (
        select(StaffSession, Staff, School)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .join(School, School.id == Staff.school_id)
        .where(StaffSession.token_hash == _hash(token), Staff.disabled_at.is_(None))
        .execution_options(across_schools="the cookie says which school")
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    opened, staff, school = found
    if now - opened.seen_at > IDLE or now - opened.started_at > LONGEST:
        return None
    in_school(session, school.id)
    name = open_name(vault.school_key(school), staff)
    return Person(staff.id, school.id, Role(staff.role), name, opened.id, opened.seen_at)


def touch(session: Session, person: Person, now: datetime) -> None:
    """Remember that this session was used; needed when `seen_at` is older than TOUCH."""
    session.execute(update(StaffSession).where(StaffSession.id == person.session_id).values(seen_at=now))


def sign_out(session: Session, vault: Vault, person: Person, now: datetime) -> None:
    """End this session; the cookie that is left opens nothing."""
    session.execute(delete(StaffSession).where(StaffSession.id == person.session_id))
    audit.record(session, vault, person.actor, "staff.sign_out", f"staff:{person.id}", now)


def _find_staff(session: Session, index: str, disabled: bool = False) -> Staff | None:
    statement = select(Staff).where(Staff.email_index == index)
    if not disabled:
        statement = statement.where(Staff.disabled_at.is_(None))
    return session.scalars(statement.execution_options(across_schools="an address is unique over all")).one_or_none()


def _email_index(vault: Vault, email: str) -> str:
    return vault.blind("email", email.strip().casefold())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _nobodys_password() -> str:
    """Return a hash that no password answers, made once with the cost of the others."""
    return _hasher.hash(secrets.token_urlsafe(32))
