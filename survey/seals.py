"""The school's seals: kept in the vault, put on what leaves, and recognised on what comes back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.records import school_key
from survey.report.authority import make_seal
from survey.report.seal import Seal, find_seal, fingerprint
from survey.store.people import School, StoredSeal
from survey.store.surveying import StoredReport
from survey.store.types import new_id
from survey.vault import Vault

ANY_SCHOOL = "the file says which school"


class WrongSeal(ValueError):
    """A certificate that cannot seal: its key is another's or of another kind, or its time has not come or is over."""


class NoSeal(LookupError):
    """The school has no certificate to seal with."""


class Verdict(StrEnum):
    """What a file that somebody hands in is."""

    OURS = "ours"  # sealed by a school here, and not one byte is different
    CONCEPT = "concept"  # a school's document before it was agreed on; no such file should leave
    CHANGED = "changed"  # names a school's seal, which does not hold
    UNKNOWN = "unknown"  # names none


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, with the school and the moment where they are known."""

    verdict: Verdict
    school: str = ""
    moment: datetime | None = None


def store_seal(session: Session, vault: Vault, seal: Seal, now: datetime) -> StoredSeal:
    """Keep a certificate and its key for the session's school; it seals from here on. Raises WrongSeal."""
    certificate = seal.certificates[0]
    key = load_der_private_key(seal.key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise WrongSeal("the key has to be on the curve P-256")
    if key.public_key() != certificate.public_key():
        raise WrongSeal("the key is not the certificate's")
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise WrongSeal("the certificate is not valid now")
    id_ = new_id()
    row = StoredSeal(
        id=id_,
        school_id=session.info["school_id"],
        fingerprint=fingerprint(certificate.public_bytes(Encoding.DER)),
        certificates="".join(each.public_bytes(Encoding.PEM).decode("ascii") for each in seal.certificates),
        key=vault.seal(school_key(session, vault), _place(id_), seal.key),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def open_seal(session: Session, vault: Vault) -> Seal:
    """Return what the session's school seals with now: the newest. Raises NoSeal."""
    row = session.scalars(select(StoredSeal).order_by(StoredSeal.created_at.desc()).limit(1)).first()
    if row is None:
        raise NoSeal
    return Seal(_certificates(row), vault.open_(school_key(session, vault), _place(row.id), row.key))


def get_seal(session: Session, vault: Vault, now: datetime) -> Seal:
    """Return what the session's school seals with now; a school without a certificate gets one of its own making.

    Nobody outside vouches for that one: it shows that nothing was changed, and `/verify` knows it as the school's.
    """
    try:
        return open_seal(session, vault)
    except NoSeal:
        school = session.get_one(School, session.info["school_id"])
        seal = make_seal(school.name, f"{school.name} (own)", now)
        store_seal(session, vault, seal, now)
        return seal


def judge(session: Session, content: bytes) -> Judgement:
    """Tell what a file is, by any school of this server. The file is read as bytes, and not kept."""
    found = find_seal(content)
    if found is None:
        return _judge_unsealed(session, content)
    statement = (
        select(StoredSeal, School.name)
        .join(School, School.id == StoredSeal.school_id)
        .where(StoredSeal.fingerprint == fingerprint(found.certificate))
        .execution_options(across_schools=ANY_SCHOOL)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return Judgement(Verdict.UNKNOWN)
    stored, school = row
    if not found.holds(_certificates(stored)):
        return Judgement(Verdict.CHANGED, school)
    return Judgement(Verdict.OURS, school, found.moment)


def _judge_unsealed(session: Session, content: bytes) -> Judgement:
    """Tell whether a file without a seal is one that a worker here made: only concepts have none."""
    statement = (
        select(School.name, StoredReport.ready_at)
        .join(School, School.id == StoredReport.school_id)
        .where(StoredReport.digest == hashlib.sha256(content).hexdigest())
        .order_by(StoredReport.kind)
        .limit(1)
        .execution_options(across_schools=ANY_SCHOOL)
    )
    row = session.execute(statement).first()
    return Judgement(Verdict.CONCEPT, row[0], row[1]) if row else Judgement(Verdict.UNKNOWN)


def _certificates(row: StoredSeal) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(row.certificates.encode("ascii")))


def _place(seal_id: str) -> str:
    """Name where a seal's key is sealed for."""
    return f"seal:{seal_id}:key"
