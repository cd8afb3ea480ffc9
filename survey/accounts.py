"""Staff accounts: passwords, sign-in behind a throttle, and sessions that are kept on the server.

Signing in takes three steps, because argon2 takes a tenth of a second in which no writer may be kept waiting:
`begin_sign_in` (counted, to be committed), `is_right` (no database), `finish_sign_in`. Who must give a second proof
as well is half-way in then, until `complete`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from survey import account_news, audit, passwords, throttle
from survey.access import Role
from survey.records import open_name, school_key
from survey.store.people import School, Staff, StaffSession
from survey.store.scope import in_school
from survey.store.types import new_id
from survey.vault import Vault

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
TOUCH = timedelta(minutes=1)  # how old `seen_at` may be before it is written again
HALFWAY = timedelta(minutes=10)  # between the password and the second proof
STEP_UP = timedelta(minutes=10)  # how old the last proof may be before data leaves the school
LONGEST_EMAIL = 254  # RFC 5321
PASSWORD_ONLY = "password"  # Staff.proof of the demo's accounts: no second proof is asked

_hasher = PasswordHasher()


class WeakPassword(ValueError):
    """A password that is refused; says why as passwords.weakness does: short, long, common."""


class EmailTaken(ValueError):
    """Another account signs in with this address."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted attempt: the account it is for, when there is one, and the hash to compare with."""

    email_index: str
    staff_id: str | None
    school_id: str | None
    password: str
    proof: str = "second"  # what signing in takes: Staff.proof


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    id: str
    school_id: str
    role: Role
    name: str
    session_id: str
    seen_at: datetime
    started_at: datetime
    proved_at: datetime | None  # None while the second proof is still asked
    proof: str  # Staff.proof

    @property
    def actor(self) -> str:
        """Return how the audit names this person."""
        return f"staff:{self.id}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A browser in which somebody is signed in."""

    id: str
    device: str  # browser and system in a few words; empty when it does not say
    started_at: datetime
    seen_at: datetime
    is_this: bool


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
    proof: str = "second",
) -> Staff:
    """Add an account to a school. Raises WeakPassword, EmailTaken.

    Without a password nobody can sign in until one is chosen by a link; `proof` is "password" for the demo's only.
    """
    hashed = hash_password(password, (name, email, school.name)) if password else ""
    index = email_index(vault, email)
    if find_by_index(session, index, disabled=True) is not None:
        raise EmailTaken(f"{email} has an account")
    in_school(session, school.id)
    staff = Staff(
        school_id=school.id,
        role=role.value,
        email_index=index,
        password=hashed,
        proof=proof,
        profile=b"",
    )
    session.add(staff)
    session.flush()
    profile = {"name": name, "email": email, "phone": phone}
    staff.profile = vault.seal_json(vault.school_key(school), f"staff:{staff.id}:profile", profile)
    audit.record(session, vault, "system", "staff.add", f"staff:{staff.id}", now)
    return staff


def hash_password(password: str, about: Iterable[str]) -> str:
    """Return what is stored of a new password; raise WeakPassword. Takes a tenth of a second, on purpose."""
    if (weakness := passwords.weakness(password, about)) is not None:
        raise WeakPassword(weakness)
    return _hasher.hash(password)


def set_password(session: Session, vault: Vault, staff: Staff, hashed: str, now: datetime, keep: str = "") -> None:
    """Store a password that `hash_password` gave; end every session of this person but the one to `keep`."""
    is_new, staff.password = not staff.password, hashed
    throttle.forget(session, "password", staff.email_index)
    end_sessions(session, staff.id, keep)
    audit.record(session, vault, f"staff:{staff.id}", "staff.password_set", f"staff:{staff.id}", now)
    if not is_new:
        account_news.tell(session, vault, staff.id, "password", now)


def begin_sign_in(session: Session, vault: Vault, email: str, now: datetime) -> Attempt:
    """Count one attempt for this address before its password is looked at; raise throttle.TooManyAttempts.

    The caller commits before it goes on: attempts that run side by side then see each other.
    """
    index = email_index(vault, email)
    throttle.count(session, "password", index, now)
    staff, nobodys = find_by_index(session, index), _nobodys_password()
    if staff is None:
        return Attempt(index, None, None, nobodys)
    return Attempt(index, staff.id, staff.school_id, staff.password or nobodys, staff.proof)


def begin_confirm(session: Session, person: Person, now: datetime) -> Attempt:
    """Count one attempt of who is signed in and types the password again; as `begin_sign_in`."""
    staff = session.get_one(Staff, person.id)
    throttle.count(session, "password", staff.email_index, now)
    return Attempt(staff.email_index, staff.id, staff.school_id, staff.password, staff.proof)


def is_right(attempt: Attempt, password: str) -> bool:
    """Compare the password; takes as long for an address that is nobody's. Needs no database."""
    try:
        _hasher.verify(attempt.password, password[: passwords.LONGEST])
    except VerifyMismatchError:
        return False
    return attempt.staff_id is not None


def finish_sign_in(session: Session, vault: Vault, attempt: Attempt, now: datetime, device: str = "") -> str:
    """Open a new session for an attempt that was right; return its token, which is kept only as a hash.

    Where signing in takes a second proof, the session is half-way in: it opens nothing but that step.
    """
    assert attempt.staff_id is not None and attempt.school_id is not None
    in_school(session, attempt.school_id)
    throttle.forget(session, "password", attempt.email_index)
    session.execute(
        delete(StaffSession).where(StaffSession.staff_id == attempt.staff_id, StaffSession.seen_at < now - LONGEST)
    )
    token, id_ = secrets.token_urlsafe(32), new_id()
    opened = StaffSession(
        id=id_,
        school_id=attempt.school_id,
        staff_id=attempt.staff_id,
        token_hash=_hash(token),
        started_at=now,
        seen_at=now,
        device=vault.seal_json(school_key(session, vault), f"staff_session:{id_}:device", device),
    )
    session.add(opened)
    whose = f"staff:{attempt.staff_id}"
    if attempt.proof == PASSWORD_ONLY:
        opened.proved_at = now
        session.get_one(Staff, attempt.staff_id).seen_at = now
    audit.record(session, vault, whose, "staff.sign_in" if opened.proved_at else "staff.password", whose, now)
    return token


def complete(session: Session, vault: Vault, person: Person, now: datetime) -> str:
    """Let who gave the second proof in; return a new token: the one from before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    opened = session.get_one(StaffSession, person.session_id)
    opened.token_hash, opened.proved_at, opened.seen_at = _hash(token), now, now
    session.get_one(Staff, person.id).seen_at = now
    audit.record(session, vault, person.actor, "staff.sign_in", f"staff:{person.id}", now)
    return token


def prove(session: Session, vault: Vault, person: Person, now: datetime) -> None:
    """Remember that this person just proved again who they are, so that data may leave the school."""
    session.get_one(StaffSession, person.session_id).proved_at = now
    throttle.forget(session, "password", session.get_one(Staff, person.id).email_index)
    audit.record(session, vault, person.actor, "staff.prove", f"staff:{person.id}", now)


def find_signed_in(session: Session, vault: Vault, token: str, now: datetime) -> Person | None:
    """Return who holds this token and set the session's school; None when it is unknown, idle or too old."""
    found = _find_session(session, token)
    if found is None:
        return None
    opened, staff, school = found
    if now - opened.seen_at > IDLE or now - opened.started_at > LONGEST:
        return None
    if opened.proved_at is None and now - opened.started_at > HALFWAY:
        return None
    in_school(session, school.id)
    name = open_name(vault.school_key(school), staff)
    return Person(
        id=staff.id,
        school_id=school.id,
        role=Role(staff.role),
        name=name,
        session_id=opened.id,
        seen_at=opened.seen_at,
        started_at=opened.started_at,
        proved_at=opened.proved_at,
        proof=staff.proof,
    )


def find_ended(session: Session, token: str) -> str | None:
    """Return whose session this was that ended by itself, and set the session's school; None when there is none.

    It was whole once, and its row is still there: nobody signed it out.
    """
    found = _find_session(session, token)
    if found is None or found[0].proved_at is None:
        return None
    in_school(session, found[2].id)
    return found[1].id


def read_in(session: Session, staff_id: str, language: str) -> str:
    """Remember in which language a person reads pages and mail, where one is chosen; return which it is."""
    staff = session.get_one(Staff, staff_id)
    staff.language = language or staff.language
    return staff.language


def touch(session: Session, person: Person, now: datetime) -> None:
    """Remember that this session was used; needed when `seen_at` is older than TOUCH."""
    session.execute(update(StaffSession).where(StaffSession.id == person.session_id).values(seen_at=now))


def sign_out(session: Session, vault: Vault, person: Person, now: datetime) -> None:
    """End this session; the cookie that is left opens nothing."""
    session.execute(delete(StaffSession).where(StaffSession.id == person.session_id))
    audit.record(session, vault, person.actor, "staff.sign_out", f"staff:{person.id}", now)


def seconds_left(person: Person, now: datetime) -> int:
    """Return after how many seconds this session ends when nothing is clicked."""
    return int((min(person.seen_at + IDLE, person.started_at + LONGEST) - now).total_seconds())


def get_sessions(session: Session, vault: Vault, person: Person, now: datetime) -> list[Opened]:
    """Return the browsers in which this person is signed in, the last used first."""
    key = school_key(session, vault)
    rows = select(StaffSession).where(
        StaffSession.staff_id == person.id, StaffSession.seen_at >= now - IDLE, StaffSession.proved_at.is_not(None)
    )
    return [
        Opened(row.id, _open_device(key, row), row.started_at, row.seen_at, row.id == person.session_id)
        for row in session.scalars(rows.order_by(StaffSession.seen_at.desc(), StaffSession.id))
    ]


def end_sessions(session: Session, staff_id: str, keep: str = "", only: str = "") -> int:
    """End a person's sessions but the one to `keep`, or `only` one; return how many ended."""
    statement = delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.id != keep)
    if only:
        statement = statement.where(StaffSession.id == only)
    return cast(CursorResult[Any], session.execute(statement)).rowcount


def _open_device(key: bytes, row: StaffSession) -> str:
    return str(Vault.open_json(key, f"staff_session:{row.id}:device", row.device)) if row.device else ""


def _find_session(session: Session, token: str) -> tuple[StaffSession, Staff, School] | None:
    statement = (
        select(StaffSession, Staff, School)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .join(School, School.id == Staff.school_id)
        .where(StaffSession.token_hash == _hash(token), Staff.disabled_at.is_(None))
        .execution_options(across_schools="the cookie says which school")
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1], found[2]) if found is not None else None


def find_by_index(session: Session, index: str, disabled: bool = False) -> Staff | None:
    """Return whose address this keyed hash is of, in any school; None for nobody's, and for a closed account."""
    statement = select(Staff).where(Staff.email_index == index)
    if not disabled:
        statement = statement.where(Staff.disabled_at.is_(None))
    return session.scalars(statement.execution_options(across_schools="an address is unique over all")).one_or_none()


def email_index(vault: Vault, email: str) -> str:
    """Return the keyed hash by which an address is found, in any case of letters."""
    return vault.blind("email", email[:LONGEST_EMAIL].strip().casefold())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _nobodys_password() -> str:
    """Return a hash that no password answers, made once with the cost of the others."""
    return _hasher.hash(secrets.token_urlsafe(32))
