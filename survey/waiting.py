"""What waits in a browser for the network: sealed there to a key of this server, which is another one each week.

The browser makes a key for once (ECDH on P-256), derives an AES key from the shared secret
(one step, SHA-256, NIST SP 800-56C) and seals with AES-256-GCM. Only the server can open it again: not the browser,
and nobody who finds the phone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey.vault import Unreadable, Vault

WEEK_SECONDS = 7 * 24 * 60 * 60
#: Keys of this many earlier weeks still open what was sealed to them.
EARLIER_WEEKS = 2
POINT_BYTES = 65  # an uncompressed point of P-256
NONCE_BYTES = 12
#: The order of P-256 (FIPS 186-5); a private key is a number from 1 to below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
#: Counter of the one-step derivation; one block of SHA-256 is one AES key.
COUNTER = b"\0\0\0\1"


@dataclass(frozen=True, slots=True)
class Waited:
    """A form that waited: the address that it goes to, and its fields as a browser would send them."""

    address: str
    body: str


def public_key(vault: Vault, now: datetime) -> str:
    """Return the key that browsers seal to this week, as "<week>.<base64 of the point>"."""
    week = _week(now)
    point = _private_key(vault, week).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return f"{week}.{base64.b64encode(point).decode()}"


def owner(vault: Vault, sitting_id: str) -> str:
    """Return the name under which a browser keeps what waits of a sitting; it says nothing of the sitting."""
    return vault.blind("waiting", sitting_id)[:16]


def open_waiting(vault: Vault, sealed: str, owned_by: str, now: datetime) -> list[Waited]:
    """Return the forms that waited, in order; raise Unreadable for another owner, an old key or anything else."""
    week, _, content = sealed.partition(".")
    if not week.isascii() or not week.isdigit() or not 0 <= _week(now) - int(week[:8]) <= EARLIER_WEEKS:
        raise Unreadable("waiting")
    try:
        raw = base64.b64decode(content, validate=True)
        point, nonce, closed = raw[:POINT_BYTES], raw[POINT_BYTES:][:NONCE_BYTES], raw[POINT_BYTES + NONCE_BYTES :]
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = _private_key(vault, int(week)).exchange(ec.ECDH(), other)
        key = hashlib.sha256(COUNTER + shared + point).digest()
        plain = json.loads(AESGCM(key).decrypt(nonce, closed, owned_by.encode()))
        return [Waited(str(address), str(body)) for address, body in plain]
    except (binascii.Error, InvalidTag, ValueError, TypeError):
        raise Unreadable("waiting") from None


def _week(now: datetime) -> int:
    return int(now.timestamp()) // WEEK_SECONDS


def _private_key(vault: Vault, week: int) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(vault.waiting_secret(week)) % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
