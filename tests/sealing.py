"""Seals forms as the script of the question pages does in a browser, to see that the server opens them."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def seal_as_browser(key: str, owned_by: str, forms: list[tuple[str, str]]) -> str:
    """Return addresses with their fields, sealed to the key of a page."""
    week, _, point = key.partition(".")
    curve = ec.SECP256R1()
    server = ec.EllipticCurvePublicKey.from_encoded_point(curve, base64.b64decode(point))
    own = ec.generate_private_key(curve)
    mine = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    digest = hashlib.sha256(b"\0\0\0\1" + own.exchange(ec.ECDH(), server) + mine).digest()
    nonce = secrets.token_bytes(12)
    shut = AESGCM(digest).encrypt(nonce, json.dumps(forms).encode(), owned_by.encode())
    return f"{week}.{base64.b64encode(mine + nonce + shut).decode()}"
