"""The accounts of a school as its administrator looks after them: invited, changed, closed, never without a last."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from survey import account_news, accounts, audit, factors, jobs, mail
from survey.access import Role
from survey.records import school_key
from survey.store.credentials import AccountLink, Factor
from survey.store.people import Group, School, Staff, Student
from survey.store.scope import in_school
from survey.store.types import new_id
from survey.vault import Vault

INVITE, RESET = "invite", "reset"
LASTS = {INVITE: timedelta(days=7), RESET: timedelta(hours=1)}


class LastAdministrator(Exception):
    """Without this person nobody could look after the accounts of the school."""


class HasClasses(Exception):
    """This person still has classes or students, which go to a colleague first."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account as the administrator sees it."""

    id: str
    name: str
    email: str
    phone: str
    role: Role
    state: str  # invited, active, closed
    seen_at: datetime | None
    classes: tuple[str, ...]
    students: int  # passed to this person, apart from the classes
    has_factor: bool
    is_demo: bool  # signs in with a password alone


def get_colleagues(session: Session, vault: Vault, only: str = "") -> list[Colleague]:
    """Return the accounts of the session's school by name, those that are closed last; or `only` one of them."""
    statement = select(Staff).where(Staff.id == only) if only else select(Staff)
    classes, passed = _classes(session), _passed(session)
    key = school_key(session, vault)
    with_factor = set(session.scalars(select(Factor.staff_id)))
    found = [
        _show(key, staff, classes.get(staff.id, ()), passed.get(staff.id, 0), staff.id in with_factor)
        for staff in session.scalars(statement)
    ]
    return sorted(found, key=lambda one: (one.state == "closed", one.name.casefold(), one.id))


def invite(
    session: Session,
    vault: Vault,
    base_url: str,
    role: Role,
    name: str,
    email: str,
    actor: str,
    now: datetime,
    language: str = "nl",
) -> Staff:
    """Add an account without a password, and mail its owner a link to choose one; raise accounts.EmailTaken."""
    school = session.get_one(School, session.info["school_id"])
    staff = accounts.add_staff(session, vault, school, role, name, email, "", now)
    staff.language = language
    audit.record(session, vault, actor, f"staff.invite_{role}", f"staff:{staff.id}", now)
    send_link(session, vault, base_url, staff, INVITE, now)
    return staff


def send_link(session: Session, vault: Vault, base_url: str, staff: Staff, purpose: str, now: datetime) -> None:
    """Mail a link by which a password is chosen, once; links from before are of no use any more."""
    before = update(AccountLink).where(AccountLink.staff_id == staff.id, AccountLink.used_at.is_(None))
    session.execute(before.values(used_at=now))
    id_ = new_id()
    token = vault.link_token(id_, 1)
    row = AccountLink(
        id=id_,
        school_id=staff.school_id,
        staff_id=staff.id,
        token_hash=vault.token_hash(token),
        purpose=purpose,
        expires_at=now + LASTS[purpose],
    )
    session.add(row)
    name, email, school = account_news.known_of(session, vault, staff)
    values = {"name": name, "school": school, "link": f"{base_url.rstrip('/')}/staff/welcome/{token}"}
    letter = mail.Letter(email, f"account_{purpose}", staff.language, values)
    jobs.plan(session, "send_mail", mail.write(session, school_key(session, vault), letter, now).id)


def write_forgotten(session: Session, vault: Vault, base_url: str, email_index: str, now: datetime) -> bool:
    """Mail a link to whose address this keyed hash is of; False when it is nobody's."""
    staff = accounts.find_by_index(session, email_index)
    if staff is None:
        return False
    in_school(session, staff.school_id)
    staff = session.get_one(Staff, staff.id)
    send_link(session, vault, base_url, staff, RESET, now)
    audit.record(session, vault, "system", "staff.forgotten", f"staff:{staff.id}", now)
    return True


def find_link(session: Session, vault: Vault, token: str, now: datetime) -> tuple[AccountLink, Staff] | None:
    """Return the link of a token with its owner, and set the session's school; None when it opens nothing."""
    asked = select(AccountLink).where(AccountLink.token_hash == vault.token_hash(token))
    link = session.scalars(asked.execution_options(across_schools="the link says which school")).one_or_none()
    if link is None or link.used_at is not None or now > link.expires_at:
        return None
    in_school(session, link.school_id)
    staff = session.get_one(Staff, link.staff_id)
    return None if staff.disabled_at else (link, staff)


def use_link(session: Session, vault: Vault, link_id: str, hashed: str, now: datetime) -> bool:
    """Store the password that was chosen by a link; False when somebody else used the link first."""
    once = update(AccountLink).where(AccountLink.id == link_id, AccountLink.used_at.is_(None)).values(used_at=now)
    if cast(CursorResult[Any], session.execute(once)).rowcount != 1:
        return False
    staff = session.get_one(Staff, session.get_one(AccountLink, link_id).staff_id)
    accounts.set_password(session, vault, staff, hashed, now)
    return True


def change_role(session: Session, vault: Vault, staff: Staff, role: Role, actor: str, now: datetime) -> None:
    """Give a person another role, and sign them out. Raises LastAdministrator, HasClasses."""
    if staff.role == role:
        return
    audit.record(session, vault, actor, f"staff.role_{role}", f"staff:{staff.id}", now)
    _keep_one(session, staff)
    if role not in (Role.mentor, Role.coordinator):
        _refuse_classes(session, staff)
    staff.role = role.value
    accounts.end_sessions(session, staff.id)


def close(session: Session, vault: Vault, staff: Staff, actor: str, now: datetime) -> None:
    """Let a person who left in no more. Raises LastAdministrator, HasClasses."""
    if staff.disabled_at is not None:
        return
    audit.record(session, vault, actor, "staff.close", f"staff:{staff.id}", now)
    _keep_one(session, staff)
    _refuse_classes(session, staff)
    staff.disabled_at = now
    accounts.end_sessions(session, staff.id)


def reopen(session: Session, vault: Vault, staff: Staff, actor: str, now: datetime) -> None:
    """Let a person whose account was closed in again."""
    staff.disabled_at = None
    audit.record(session, vault, actor, "staff.reopen", f"staff:{staff.id}", now)


def clear_factors(session: Session, vault: Vault, staff: Staff, actor: str, now: datetime) -> None:
    """Take the second proofs of a person away who lost them; the next sign-in sets up a new one."""
    factors.remove_all(session, vault, staff.id, actor, now)
    staff.proof = factors.SECOND
    accounts.end_sessions(session, staff.id)


def change_profile(
    session: Session, vault: Vault, staff: Staff, name: str, phone: str, actor: str, now: datetime
) -> None:
    """Store how a person is called and reached; students of a mentor see both."""
    key, place = school_key(session, vault), f"staff:{staff.id}:profile"
    profile = vault.open_json(key, place, staff.profile)
    staff.profile = vault.seal_json(key, place, {**profile, "name": name, "phone": phone})
    audit.record(session, vault, actor, "staff.profile", f"staff:{staff.id}", now)


def hand_over(session: Session, vault: Vault, leaver: Staff, successor: Staff, actor: str, now: datetime) -> int:
    """Give every class and every passed student of one person to another; return how many classes."""
    groups = session.scalars(select(Group).where(Group.mentor_id == leaver.id).order_by(Group.name)).all()
    for group in groups:
        group.mentor_id = successor.id
        audit.record(session, vault, actor, "class.hand_over", f"class:{group.id}", now)
    for student in session.scalars(select(Student).where(Student.mentor_id == leaver.id)):
        student.mentor_id = successor.id
        audit.record(session, vault, actor, "student.pass", f"student:{student.id}", now)
    return len(groups)


def _show(key: bytes, staff: Staff, classes: tuple[str, ...], students: int, has_factor: bool) -> Colleague:
    profile = Vault.open_json(key, f"staff:{staff.id}:profile", staff.profile)
    return Colleague(
        id=staff.id,
        name=profile["name"],
        email=profile["email"],
        phone=profile.get("phone", ""),
        role=Role(staff.role),
        state="closed" if staff.disabled_at else "active" if staff.password else "invited",
        seen_at=staff.seen_at,
        classes=classes,
        students=students,
        has_factor=has_factor,
        is_demo=staff.proof == accounts.PASSWORD_ONLY,
    )


def _classes(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the names of the classes of each mentor."""
    found: dict[str, list[str]] = defaultdict(list)
    for mentor_id, name in session.execute(select(Group.mentor_id, Group.name).order_by(Group.name)):
        found[mentor_id].append(name)
    return {mentor_id: tuple(names) for mentor_id, names in found.items()}


def _passed(session: Session) -> dict[str, int]:
    """Return how many students were passed to each person."""
    counted = select(Student.mentor_id, func.count()).where(Student.mentor_id.is_not(None)).group_by(Student.mentor_id)
    return {mentor_id: n for mentor_id, n in session.execute(counted) if mentor_id}


def _keep_one(session: Session, staff: Staff) -> None:
    """Raise LastAdministrator when nobody else could look after the accounts.

    The event that was recorded before holds the school's row, so that two who close each other come one by one.
    """
    if staff.role != Role.administrator or staff.disabled_at is not None:
        return
    others = select(Staff.id).where(
        Staff.role == Role.administrator, Staff.id != staff.id, Staff.disabled_at.is_(None), Staff.password != ""
    )
    if session.scalars(others.limit(1)).first() is None:
        raise LastAdministrator


def _refuse_classes(session: Session, staff: Staff) -> None:
    """Raise HasClasses while students would be left without a mentor."""
    has_group = session.scalars(select(Group.id).where(Group.mentor_id == staff.id).limit(1)).first()
    has_student = session.scalars(select(Student.id).where(Student.mentor_id == staff.id).limit(1)).first()
    if has_group or has_student:
        raise HasClasses
