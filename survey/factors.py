"""The second proof of who one is: an authenticator app (RFC 6238), and codes to fall back on."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import pyotp
from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from survey import account_news, audit, throttle
from survey.records import school_key
from survey.store.credentials import Factor, RecoveryCode
from survey.store.people import Staff
from survey.store.types import new_id
from survey.vault import ALPHABET, MISREAD, Vault

ISSUER = "Overstap"
STEP = 30  # seconds for which a code of an app is good; the one before and the one after are taken too
CODES = 10
CODE_LENGTH = 10  # of 5 bits each
LONGEST_NAME = 40
SECOND = "second"  # Staff.proof of who gives a second proof


class WrongCode(ValueError):
    """The code does not belong to the secret that was offered, or to this moment."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A second proof as its owner's page lists it."""

    id: str
    kind: str
    name: str
    created_at: datetime
    used_at: datetime | None


def get_factors(session: Session, vault: Vault, staff_id: str) -> list[Shown]:
    """Return the apps and passkeys of a person, the oldest first."""
    key = school_key(session, vault)
    rows = session.scalars(select(Factor).where(Factor.staff_id == staff_id).order_by(Factor.created_at, Factor.id))
    return [Shown(row.id, row.kind, open_content(key, row)["name"], row.created_at, row.used_at) for row in rows]


def has_factor(session: Session, staff_id: str) -> bool:
    """Return whether a person has any app or passkey."""
    return session.scalars(select(Factor.id).where(Factor.staff_id == staff_id).limit(1)).first() is not None


def count_try(session: Session, vault: Vault, staff_id: str, now: datetime) -> None:
    """Count a code before it is compared; the caller commits. Raises throttle.TooManyAttempts."""
    throttle.count(session, "second", vault.blind("second", staff_id), now)


def forget_tries(session: Session, vault: Vault, staff_id: str) -> None:
    """Forget the codes that were tried, after a right one."""
    throttle.forget(session, "second", vault.blind("second", staff_id))


def offer_app(session: Session, vault: Vault, staff_id: str) -> tuple[str, bytes]:
    """Return a new secret for an app, and the same sealed for this person: the form carries it until confirmed."""
    secret = pyotp.random_base32()
    return secret, vault.seal_json(school_key(session, vault), f"staff:{staff_id}:offer", secret)


def open_offer(session: Session, vault: Vault, staff_id: str, sealed: bytes) -> str:
    """Return the secret that was offered to this person; raise vault.Unreadable."""
    return str(vault.open_json(school_key(session, vault), f"staff:{staff_id}:offer", sealed))


def address(secret: str, email: str) -> str:
    """Return what the QR code for an app says (otpauth://totp/...)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def add_app(session: Session, vault: Vault, staff_id: str, secret: str, code: str, name: str, now: datetime) -> Factor:
    """Add an app that shows the right code for its secret; raise WrongCode. From now on it is asked for."""
    step = _find_step(secret, code, now, after=0)
    if step is None:
        raise WrongCode
    return add(session, vault, staff_id, "totp", {"name": name[:LONGEST_NAME], "secret": secret}, step, now)


def add(
    session: Session, vault: Vault, staff_id: str, kind: str, content: dict[str, str], counter: int, now: datetime
) -> Factor:
    """Store an app or passkey that was shown to work."""
    id_ = new_id()
    factor = Factor(
        id=id_,
        school_id=session.info["school_id"],
        staff_id=staff_id,
        kind=kind,
        content=vault.seal_json(school_key(session, vault), f"factor:{id_}:content", content),
        counter=counter,
        created_at=now,
    )
    session.add(factor)
    session.get_one(Staff, staff_id).proof = SECOND
    audit.record(session, vault, f"staff:{staff_id}", "factor.add", f"factor:{id_}", now)
    account_news.tell(session, vault, staff_id, "added", now)
    return factor


def is_right(session: Session, vault: Vault, staff_id: str, code: str, now: datetime) -> bool:
    """Return whether this is a code of one of the person's apps, or a recovery code; neither is taken twice."""
    plain = "".join(code.split()).replace("-", "")
    if len(plain) == CODE_LENGTH:
        return _use_recovery_code(session, vault, staff_id, plain, now)
    key = school_key(session, vault)
    for app in session.scalars(select(Factor).where(Factor.staff_id == staff_id, Factor.kind == "totp")).all():
        step = _find_step(open_content(key, app)["secret"], plain, now, after=app.counter)
        if step is not None and use(session, app, step, now):
            return True
    return False


def use(session: Session, factor: Factor, counter: int, now: datetime) -> bool:
    """Note that a factor was used up to this count; False when another request was first: a code is used once."""
    once = update(Factor).where(Factor.id == factor.id, Factor.counter < counter)
    return _rows(session.execute(once.values(counter=counter, used_at=now))) == 1


def new_codes(session: Session, vault: Vault, staff_id: str, now: datetime) -> list[str]:
    """Return new recovery codes, to be shown once; those from before are of no use any more."""
    before = session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    for code in codes:
        hashed = _hash(vault, staff_id, code)
        session.add(RecoveryCode(school_id=session.info["school_id"], staff_id=staff_id, code_hash=hashed))
    audit.record(session, vault, f"staff:{staff_id}", "recovery.new", f"staff:{staff_id}", now)
    if _rows(before):  # the first ones come with the first factor
        account_news.tell(session, vault, staff_id, "codes", now)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def count_codes(session: Session, staff_id: str) -> int:
    """Return how many recovery codes a person has left."""
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_id == staff_id)) or 0


def remove(session: Session, vault: Vault, factor: Factor, actor: str, now: datetime) -> None:
    """Take an app or passkey away."""
    session.delete(factor)
    audit.record(session, vault, actor, "factor.remove", f"factor:{factor.id}", now)
    account_news.tell(session, vault, factor.staff_id, "removed", now)


def remove_all(session: Session, vault: Vault, staff_id: str, actor: str, now: datetime) -> None:
    """Take every app, passkey and recovery code of a person away; signing in then begins with setting one up."""
    session.execute(delete(Factor).where(Factor.staff_id == staff_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    audit.record(session, vault, actor, "factor.remove_all", f"staff:{staff_id}", now)
    account_news.tell(session, vault, staff_id, "cleared", now)


def open_content(key: bytes, factor: Factor) -> dict[str, Any]:
    """Return what a factor's row holds, with the school's key."""
    content: dict[str, Any] = Vault.open_json(key, f"factor:{factor.id}:content", factor.content)
    return content


def _find_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """Return the step of time that a code is of, none that was used before; None for a code of no such step."""
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for step in (current - 1, current, current + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def _use_recovery_code(session: Session, vault: Vault, staff_id: str, code: str, now: datetime) -> bool:
    hashed = _hash(vault, staff_id, code)
    once = delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == hashed)
    if _rows(session.execute(once)) != 1:
        return False
    audit.record(session, vault, f"staff:{staff_id}", "recovery.use", f"staff:{staff_id}", now)
    account_news.tell(session, vault, staff_id, "code_used", now)
    return True


def _hash(vault: Vault, staff_id: str, code: str) -> str:
    return vault.blind("recovery", f"{staff_id} {code.upper().translate(MISREAD)}")


def _rows(result: object) -> int:
    return cast(CursorResult[Any], result).rowcount
