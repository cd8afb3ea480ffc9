"""Keys, sealing and the secrets that follow from the master key; nothing here knows a table."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = b"\x01"  # first byte of everything sealed, so that a later format can be told apart
HEADER_BYTES = len(FORMAT) + NONCE_BYTES
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread
TOKEN_BYTES = 16
TOKEN_CHARACTERS = 26
MISREAD = str.maketrans("OIL", "011")
CODE_CHARACTERS = 10  # of a typed code, without the one that checks it: 50 bits
SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}  # 16 MB and some 40 ms for each guess


class Unreadable(Exception):
    """Sealed content that does not open: changed, moved to another row, or sealed by another key."""


class Keyed(Protocol):
    """A row that holds its own key, wrapped by the key above it: a school or a sitting."""

    @property
    def id(self) -> str:
        """The row's public id, part of the wrapped key's identity."""

    @property
    def wrapped_key(self) -> bytes:
        """The sealed key; empty when it was destroyed to erase the row."""


class Vault:
    """Opens what the master key protects: master key > school's key > sitting's key > content.

    The master key has 32 bytes. After a rotation it has 64: a new half that wraps the schools' keys, and the
    old root, from which links, blind indexes and the audit chain follow and which therefore has to stay.
    """

    def __init__(self, master_key: bytes) -> None:
        """Derive one key for each purpose; raise ValueError for a master key of another length."""
        if len(master_key) not in (KEY_BYTES, 2 * KEY_BYTES):
            raise ValueError(f"the master key has {len(master_key)} bytes; it needs {KEY_BYTES}")
        wrapping, self._root = master_key[:KEY_BYTES], master_key[KEY_BYTES:] or master_key
        self._wrapping_key = _derive(wrapping, "wrap")
        self._backup_key = _derive(wrapping, "backup")
        self._session_key = _derive(wrapping, "session")
        self._waiting_key = _derive(wrapping, "waiting")
        self._blind_key = _derive(self._root, "blind")
        self._link_key = _derive(self._root, "link")
        self._chain_key = _derive(self._root, "chain")
        self._code_key = _derive(self._root, "typed code")
        self._pepper = _derive(self._root, "typed code pepper")

    def __repr__(self) -> str:
        """Say nothing of the keys."""
        return "Vault(...)"

    @staticmethod
    def new_key(wrapped_by: bytes, identity: str) -> tuple[bytes, bytes]:
        """Return a new random key and the same key wrapped by another for the row of this identity."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, Vault.seal(wrapped_by, f"{identity}:key", key)

    def new_school_key(self, school_id: str) -> tuple[bytes, bytes]:
        """Return a key for a new school, and what its row stores."""
        return self.new_key(self._wrapping_key, f"school:{school_id}")

    def new_sitting_key(self, school_key: bytes, sitting_id: str) -> tuple[bytes, bytes]:
        """Return a key for a new sitting, and what its row stores."""
        return self.new_key(school_key, f"sitting:{sitting_id}")

    def school_key(self, school: Keyed) -> bytes:
        """Return the school's key; raise Unreadable under another master key."""
        return self.open_(self._wrapping_key, f"school:{school.id}:key", school.wrapped_key)

    def sitting_key(self, school_key: bytes, sitting: Keyed) -> bytes:
        """Return the sitting's key; raise Unreadable after it was destroyed."""
        return self.open_(school_key, f"sitting:{sitting.id}:key", sitting.wrapped_key)

    @staticmethod
    def seal(key: bytes, identity: str, plain: bytes) -> bytes:
        """Return the content sealed for one place, such as "student:<id>:profile"."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, identity.encode())

    @staticmethod
    def open_(key: bytes, identity: str, sealed: bytes) -> bytes:
        """Return the content; raise Unreadable unless it was sealed by this key for this place."""
        if len(sealed) < HEADER_BYTES or sealed[:1] != FORMAT:
            raise Unreadable(identity)
        try:
            return AESGCM(key).decrypt(sealed[1:HEADER_BYTES], sealed[HEADER_BYTES:], identity.encode())
        except InvalidTag:
            raise Unreadable(identity) from None

    @staticmethod
    def seal_json(key: bytes, identity: str, value: Any) -> bytes:
        """Return a JSON value sealed for one place."""
        return Vault.seal(key, identity, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    @staticmethod
    def open_json(key: bytes, identity: str, sealed: bytes) -> Any:
        """Return the JSON value that was sealed for this place; raise Unreadable."""
        return json.loads(Vault.open_(key, identity, sealed))

    def blind(self, purpose: str, text: str) -> str:
        """Return a keyed hash of 64 hexadecimal digits, to find a sealed text by; the caller normalises it."""
        return _keyed_hash(self._blind_key, purpose, text).hex()

    def link_token(self, invitation_id: str, generation: int) -> str:
        """Return an invitation's token: 128 bits in 26 characters, the same each time, so a sheet can be reprinted."""
        digest = _keyed_hash(self._link_key, invitation_id, str(generation))
        return _spell(int.from_bytes(digest[:TOKEN_BYTES]), TOKEN_CHARACTERS)

    def token_hash(self, token: str) -> str:
        """Return what is stored of a token; upper and lower case, O and 0, I, L and 1 are the same."""
        return self.blind("token", token.upper().translate(MISREAD))

    def typed_code(self, invitation_id: str, generation: int) -> str:
        """Return an invitation's code for who types: 50 bits in 10 characters, apart from the link's token."""
        digest = _keyed_hash(self._code_key, invitation_id, str(generation))
        return _spell(int.from_bytes(digest[:8]), CODE_CHARACTERS)

    def code_hash(self, code: str) -> str:
        """Return what is stored of a typed code and finds it: scrypt, salted by a pepper that no database holds."""
        return hashlib.scrypt(code.encode(), salt=self._pepper, **SCRYPT).hex()

    def session_secret(self) -> bytes:
        """Return the key that signs students' cookies; a rotation makes them open their link again."""
        return self._session_key

    def waiting_secret(self, week: int) -> bytes:
        """Return what the key follows from to which browsers seal in a week; a rotation shuts out what still waits."""
        return _keyed_hash(self._waiting_key, str(week))

    def chain_key(self, school_id: str) -> bytes:
        """Return the key of a school's audit chain."""
        return _keyed_hash(self._chain_key, school_id)

    def backup_key(self) -> bytes:
        """Return the key that backups are sealed by; one from before a rotation needs the master key of then."""
        return self._backup_key

    def rotated(self) -> bytes:
        """Return a new master key of 64 bytes that keeps links, indexes and audit chains as they are."""
        return secrets.token_bytes(KEY_BYTES) + self._root

    def rewrap(self, school: Keyed, successor: Vault) -> bytes:
        """Return the school's key wrapped by the vault of the new master key."""
        return self.seal(successor._wrapping_key, f"school:{school.id}:key", self.school_key(school))


def _derive(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"survey {purpose} 1".encode()).derive(key)


def _spell(number: int, characters: int) -> str:
    """Write the lowest bits of a number in Crockford's base 32, five to a character."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(characters)))


def _keyed_hash(key: bytes, *parts: str) -> bytes:
    """Return HMAC-SHA256 over the parts; each carries its length, so that none can run into the next."""
    encoded = [part.encode() for part in parts]
    message = b"".join(len(part).to_bytes(8) + part for part in encoded)
    return hmac.new(key, message, hashlib.sha256).digest()
