"""Reads SURVEY_* variables one by one, each with what is wrong and what to do; and the file of the master key."""

from __future__ import annotations

import base64
import binascii
import difflib
import os
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

KEY_SIZES = (32, 64)  # bytes; 64 after a rotation, see vault.Vault
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PRIVATE_ENDINGS = (".local", ".lan", ".internal", ".home.arpa", ".test", ".localhost")
MAKE_KEY = 'python3 -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())"'
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """A variable that is wrong, and what to do about it."""

    name: str
    message: str


class Wrong(ValueError):
    """A value that cannot be used; the message says what to do."""


@dataclass(slots=True)
class Reader:
    """Reads variables and collects what is wrong with them; a wrong one reads as its default."""

    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def raw(self, name: str) -> str | None:
        """Return a variable's text, None when it is absent or empty."""
        self.known.add(name)
        return self.environ.get(name, "").strip() or None

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a variable."""
        self.problems.append(Problem(name, message))

    def base_url(self, name: str, default: str) -> str:
        """Return the address that phones use, without a slash at its end."""
        raw = (self.raw(name) or default).rstrip("/")
        parts = _split(raw)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            self.refuse(name, f"{raw!r} is not an address; write https://host or https://host:port")
        elif parts.path or parts.query or parts.fragment or parts.username:
            self.refuse(name, "give the scheme, host and port only: https://host or https://host:port")
        elif parts.scheme == "http" and not is_private(parts.hostname):
            self.refuse(name, f"answers may not cross the internet unencrypted; use https://{parts.netloc}")
        else:
            return raw
        return default

    def database(self, name: str, default: Path) -> str:
        """Return an address for SQLAlchemy, SQLite's with an absolute path."""
        raw = self.raw(name) or f"sqlite:///{default}"
        if raw.startswith("sqlite:///") and not raw.endswith((":memory:", "///")):
            return _absolute(raw)
        if _is_postgres(raw):
            return f"postgresql+psycopg{raw[raw.index('://'):]}"
        self.refuse(name, "write sqlite:///FILE or postgresql://user:password@host/database")
        return f"sqlite:///{default}"

    def queue(self, name: str, default: Path) -> str:
        """Return the address of the queue, SQLite's with an absolute path."""
        raw = self.raw(name) or f"sqlite:///{default}"
        if raw.startswith("sqlite:///") and not raw.endswith((":memory:", "///")):
            return _absolute(raw)
        if _is_postgres(raw):
            return f"postgresql{raw[raw.index('://'):]}"
        if raw.startswith(("redis://", "rediss://", "unix://")) and _split(raw) is not None:
            return raw
        self.refuse(name, "write sqlite:///FILE, redis://host:port/number or postgresql://user:password@host/database")
        return f"sqlite:///{default}"

    def mail(self, name: str, default: Path) -> str:
        """Return where mail goes: file:FOLDER with an absolute path, or an SMTP server."""
        raw = self.raw(name) or f"file:{default}"
        parts = _split(raw)
        if raw.startswith("file:") and raw != "file:":
            return f"file:{Path(raw.removeprefix('file:').removeprefix('//')).absolute()}"
        if parts is not None and parts.scheme in ("smtp", "smtps") and parts.hostname:
            return raw
        self.refuse(name, "write smtp://user:password@host:587, smtps://user:password@host:465 or file:FOLDER")
        return f"file:{default}"

    def sms(self, name: str, schemes: Collection[str]) -> str | None:
        """Return where text messages go, None when the variable is absent; file:FOLDER gets an absolute path.

        A provider's has the sender as phones show it: a number, or at most 11 letters and digits (GSM 03.40).
        """
        raw = self.raw(name)
        if raw is None:
            return None
        if raw.startswith("file:") and raw != "file:":
            return f"file:{Path(raw.removeprefix('file:').removeprefix('//')).absolute()}"
        parts, known = _split(raw), sorted({*schemes} - {"file"})
        if parts is None or parts.scheme not in known or not parts.hostname or not parts.password:
            told = "write file:FOLDER, or SCHEME://SENDER:TOKEN@host/path, where SCHEME is"
            self.refuse(name, f"{told} {' or '.join(known)}")
        elif not re.fullmatch(r"\+?\d{3,15}|[A-Za-z0-9 ]{1,11}", sender := unquote(parts.username or "")):
            self.refuse(name, f"{sender!r} cannot be a sender: give a number, or 11 letters, digits and %20")
        else:
            return raw
        return None

    def sender(self, name: str, default: str) -> str:
        """Return the address that mail comes from."""
        raw = self.raw(name) or default
        local, _, domain = raw.rpartition("@")
        if not local or not domain or any(character.isspace() or character in "<>,;" for character in raw):
            self.refuse(name, f"{raw!r} is not a mail address; write name@school.example")
            return default
        return raw

    def hosts(self, name: str) -> tuple[str, ...]:
        """Return host names, separated by commas."""
        names = tuple(part.strip() for part in (self.raw(name) or "").split(",") if part.strip())
        wrong = [host for host in names if any(character in host for character in "/:*@ ")]
        if wrong:
            self.refuse(name, f"{wrong[0]!r} is not a host name; separate names by commas, without port or https://")
            return ()
        return names

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        raw = self.raw(name)
        if raw is None:
            return default
        if not re.fullmatch("[0-9]{1,9}", raw) or not least <= int(raw) <= most:
            self.refuse(name, f"{raw!r} should be a whole number from {least} to {most}")
            return default
        return int(raw)

    def folder(self, name: str, default: Path) -> Path:
        """Return an absolute path where a folder is or can be made."""
        path = self.file(name, default)
        if path.exists() and not path.is_dir():
            self.refuse(name, f"{path} is a file; name a folder")
        return path

    def file(self, name: str, default: Path) -> Path:
        """Return an absolute path."""
        return Path(self.raw(name) or default).expanduser().absolute()

    def existing_folder(self, name: str) -> Path | None:
        """Return an absolute path to a folder, None when the variable is absent."""
        if self.raw(name) is None:
            return None
        path = self.file(name, Path())
        if not path.is_dir():
            self.refuse(name, f"{path} is not a folder; make it or leave the variable out")
        return path

    def key(self, name: str, file_name: str, default: Path) -> bytes:
        """Return the master key from a variable or, without that, from a file that others cannot read."""
        raw, path = self.raw(name), self.file(file_name, default)
        try:
            return decode_key(raw) if raw is not None else read_key(path)
        except Wrong as problem:
            self.refuse(file_name if raw is None else name, str(problem))
            return b""

    def refuse_unknown(self) -> None:
        """Note each variable of ours that nothing reads, with the one that was probably meant."""
        for name in sorted(self.environ):
            if name.startswith("SURVEY_") and not name.startswith("SURVEY_TEST_") and name not in self.known:
                meant = difflib.get_close_matches(name, self.known, 1)
                self.refuse(name, f"unknown; did you mean {meant[0]}?" if meant else "unknown; remove it")


def is_private(host: str) -> bool:
    """Return whether a host is this machine or one of a local network."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(PRIVATE_ENDINGS)


def decode_key(text: str) -> bytes:
    """Return the key that is written in base 64; raise Wrong."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in KEY_SIZES:
        raise Wrong(f"should be 32 random bytes in base 64; make one with: {MAKE_KEY}")
    return key


def read_key(path: Path) -> bytes:
    """Return the key in a file; raise Wrong when it is missing, open to others, or no key."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        raise Wrong(
            f"no master key at {path}; a new server gets one by `survey db upgrade`, "
            "an older one needs the key from its backup"
        ) from None
    except OSError as error:
        raise Wrong(f"cannot read {path}: {error.strerror}; give this user read access") from None
    if mode & 0o007:
        raise Wrong(f"everyone on this machine can read {path}; run: chmod 600 {path}")
    return decode_key(text)


def make_key(path: Path, key: bytes | None = None) -> None:
    """Write a key, a new random one unless given, to a file for its owner only, whole or not at all; keep one there.

    Raises OSError when that place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(key or secrets.token_bytes(KEY_SIZES[0])) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return  # another process was first
    finally:
        draft.unlink()


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address, None when it has a port or host that cannot be."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def _is_postgres(url: str) -> bool:
    """Return whether this is an address of a PostgreSQL database with its name."""
    parts = _split(url)
    named = ("postgresql", "postgres", "postgresql+psycopg")
    return parts is not None and parts.scheme in named and len(parts.path) > 1


def _absolute(url: str) -> str:
    """Return the address of an SQLite file with its absolute path."""
    return f"sqlite:///{Path(url.removeprefix('sqlite:///')).absolute()}"
