"""Typed codes: ten characters and one that checks them, for who cannot scan; found by a slow hash behind a breaker.

A link always gets its own page; a code tells nothing: unknown, revoked, not open and sent look the same and take as
long. Issuing takes two steps, since the hash takes time in which no writer may be kept waiting: `hash_codes`, `store`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from survey import throttle
from survey.store.inviting import CodeAttempt, TypedCode
from survey.store.scope import in_school
from survey.store.surveying import Invitation, Round, Sitting
from survey.vault import ALPHABET, CODE_CHARACTERS, MISREAD, Vault

WINDOW = timedelta(minutes=15)
#: Well-formed wrong codes in the window. One address is a whole school: a class with last year's cards fits in it.
TRIES = 60
TRIES_OF_ALL = 600  # the breaker, for those that come from everywhere; links go on
GROUPS = (4, 8)  # where a printed code has its dashes


class Mistyped(ValueError):
    """What was typed is no code: another length or character, or the check says that one is wrong."""


class TooManyCodes(Exception):
    """The breaker is open for this address or for all; a right code waits as well."""


def issued_code(vault: Vault, invitation: Invitation) -> str:
    """Return an invitation's code as it is printed, such as "7K3Q-M9XD-T4B"; the same until the link is renewed."""
    code = vault.typed_code(invitation.id, invitation.generation)
    whole = code + check_character(code)
    return "-".join((whole[: GROUPS[0]], whole[GROUPS[0] : GROUPS[1]], whole[GROUPS[1] :]))


def find_unissued(session: Session, invitations: Iterable[Invitation]) -> list[tuple[str, int]]:
    """Return id and generation of those whose printed code would find nobody yet: never issued, or renewed since."""
    wanted = {invitation.id: invitation.generation for invitation in invitations}
    issued = session.scalars(select(TypedCode).where(TypedCode.invitation_id.in_(wanted)))
    known = {code.invitation_id for code in issued if code.generation == wanted[code.invitation_id]}
    return [(id_, generation) for id_, generation in wanted.items() if id_ not in known]


def hash_codes(vault: Vault, unissued: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the slow hashes by invitation id and generation, some 40 ms each; needs no database."""
    return {(id_, generation): vault.code_hash(vault.typed_code(id_, generation)) for id_, generation in unissued}


def store(session: Session, hashes: Mapping[tuple[str, int], str], now: datetime) -> None:
    """Let codes be found, in the place of earlier ones of the same invitations."""
    ids = [id_ for id_, _ in hashes]
    stored = session.scalars(select(TypedCode).where(TypedCode.invitation_id.in_(ids)))
    before = {code.invitation_id: code for code in stored}
    for (id_, generation), code_hash in hashes.items():
        code = before.get(id_) or TypedCode(school_id=session.info["school_id"], invitation_id=id_)
        code.generation, code.code_hash, code.issued_at = generation, code_hash, now
        session.add(code)
    session.flush()


def find_by_code(session: Session, vault: Vault, code: str, visitor: str, now: datetime) -> Invitation | None:
    """Return whose code this is and bind the session to its school; None for all that lets nobody answer now.

    `visitor` is the address it came from. A wrong code is counted: the caller keeps the transaction also when it
    refuses. Call it first in a transaction, so that no lock is held while the hash is made.
    Raises Mistyped, TooManyCodes.
    """
    hashed, index = vault.code_hash(read(code)), vault.blind("visitor", visitor)
    _refuse_many(session, index, now, TRIES_OF_ALL if _is_proxy(visitor) else TRIES)
    invitation = session.scalars(_answerable(hashed, now)).one_or_none()
    if invitation is None:
        session.add(CodeAttempt(visitor_index=index, at=now))
        return None
    in_school(session, invitation.school_id)
    return invitation


def read(text: str) -> str:
    """Return the ten characters of what was typed, in any case, with or without dashes. Raises Mistyped."""
    typed = "".join(character for character in text if not character.isspace() and character not in "-.‐‑–")
    whole = typed.upper().translate(MISREAD)
    code, check = whole[:CODE_CHARACTERS], whole[CODE_CHARACTERS:]
    if len(code) != CODE_CHARACTERS or not set(code) <= set(ALPHABET) or check != check_character(code):
        raise Mistyped("not a code")
    return code


def check_character(code: str) -> str:
    """Return the character that finds each single mistake, and each two characters that changed places.

    A weighted sum over the field of 32 elements (x^5 + x^2 + 1), each place with another power of x as its weight.
    """
    total = 0
    for place, character in enumerate(code, 1):
        value = ALPHABET.index(character)
        for _ in range(place):
            value = (value << 1) ^ (0b100101 if value & 0b10000 else 0)
        total ^= value
    return ALPHABET[total]


def _is_proxy(visitor: str) -> bool:
    """Return whether this is the address of a proxy on this machine, behind which all visitors look the same."""
    try:
        return ip_address(visitor).is_loopback
    except ValueError:
        return False


def _refuse_many(session: Session, index: str, now: datetime, tries: int) -> None:
    throttle.take_turn(session, f"code {index}")
    session.execute(delete(CodeAttempt).where(CodeAttempt.at < now - WINDOW))
    mine = func.count().filter(CodeAttempt.visitor_index == index)
    of_all, of_mine = session.execute(select(func.count(), mine).select_from(CodeAttempt)).one()
    if of_mine >= tries or of_all >= TRIES_OF_ALL:
        raise TooManyCodes


def _answerable(code_hash: str, now: datetime) -> Select[Invitation]:
    """Return the one query by which a code is looked up, whatever comes of it."""
    return (
        select(Invitation)
        .join(TypedCode, TypedCode.invitation_id == Invitation.id)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(
            TypedCode.code_hash == code_hash,
            TypedCode.generation == Invitation.generation,
            Invitation.revoked_at.is_(None),
            Round.opens_at <= now,
            Round.closes_at > now,
            Sitting.sent_at.is_(None),
        )
        .execution_options(across_schools="the code says which school")
    )
