"""Passkeys as second proof (WebAuthn): what the browser is asked, and whether its answer holds.

A challenge is not stored: it follows from the session and its last proof, so that it changes with each proof given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from survey import factors
from survey.records import school_key
from survey.store.credentials import Factor
from survey.vault import Vault

KIND = "passkey"


class BadPasskey(ValueError):
    """The browser's answer does not hold, or this passkey is somebody's already."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys are asked for: the address of this server, by which a browser tells it from others."""

    origin: str

    @property
    def host(self) -> str:
        """Return the name that passkeys are bound to."""
        return urlsplit(self.origin).hostname or ""

    @property
    def has_passkeys(self) -> bool:
        """Return whether browsers offer passkeys here: over https, or on this machine by its name."""
        return urlsplit(self.origin).scheme == "https" or self.host == "localhost"


def ask_new(session: Session, vault: Vault, place: Place, staff_id: str, name: str, challenge: bytes) -> str:
    """Return what the browser needs to make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=factors.ISSUER,
        user_id=staff_id.encode(),
        user_name=name,
        challenge=challenge,
        exclude_credentials=_known(session, vault, staff_id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return webauthn.options_to_json(options)


def add(
    session: Session,
    vault: Vault,
    place: Place,
    staff_id: str,
    answer: str,
    challenge: bytes,
    name: str,
    now: datetime,
) -> Factor:
    """Store the passkey that a browser made; raise BadPasskey."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=place.host, expected_origin=place.origin
        )
    except (WebAuthnException, ValueError) as error:
        raise BadPasskey(type(error).__name__) from None
    index = _index(vault, made.credential_id)
    across = {"across_schools": "a passkey is one person's"}
    if session.scalars(select(Factor.id).where(Factor.credential_index == index).execution_options(**across)).first():
        raise BadPasskey("known")
    content = {
        "name": name[: factors.LONGEST_NAME],
        "credential": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key),
    }
    factor = factors.add(session, vault, staff_id, KIND, content, made.sign_count, now)
    factor.credential_index = index
    return factor


def ask(session: Session, vault: Vault, place: Place, staff_id: str, challenge: bytes) -> str | None:
    """Return what the browser needs to ask for one of a person's passkeys, as JSON; None without any."""
    known = _known(session, vault, staff_id)
    if not known or not place.has_passkeys:
        return None
    options = webauthn.generate_authentication_options(
        rp_id=place.host, challenge=challenge, allow_credentials=known
    )
    return webauthn.options_to_json(options)


def is_right(
    session: Session, vault: Vault, place: Place, staff_id: str, answer: str, challenge: bytes, now: datetime
) -> bool:
    """Return whether a browser's answer was made by one of this person's passkeys for this challenge."""
    try:
        credential = webauthn.helpers.parse_authentication_credential_json(answer)
    except (WebAuthnException, ValueError):
        return False
    mine = select(Factor).where(
        Factor.staff_id == staff_id, Factor.credential_index == _index(vault, credential.raw_id)
    )
    passkey = session.scalars(mine).one_or_none()
    if passkey is None:
        return False
    content = factors.open_content(school_key(session, vault), passkey)
    try:
        proved = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(content["public_key"]),
            credential_current_sign_count=passkey.counter,
        )
    except (WebAuthnException, ValueError):
        return False
    passkey.counter, passkey.used_at = proved.new_sign_count, now
    return True


def _known(session: Session, vault: Vault, staff_id: str) -> list[PublicKeyCredentialDescriptor]:
    key = school_key(session, vault)
    rows = session.scalars(select(Factor).where(Factor.staff_id == staff_id, Factor.kind == KIND)).all()
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(factors.open_content(key, row)["credential"]))
        for row in rows
    ]


def _index(vault: Vault, credential_id: bytes) -> str:
    return vault.blind("passkey", credential_id.hex())
