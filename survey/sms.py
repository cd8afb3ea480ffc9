"""Text messages: what a sender of them has to do; two providers, and one that writes files."""

from __future__ import annotations

import json
import os
import ssl
import unicodedata
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from survey.environment import LOOPBACK
from survey.kinds.phone import read_phone
from survey.kinds.question import Refused

SECONDS = 20  # that a provider may take
LONGEST = 160  # characters of one message in the alphabet of phones (GSM 03.38)
_ALPHABET = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\n\r"
)
#: Letters of Polish, Turkish and Croatian names and typed marks, which no decomposition leads to that alphabet.
_ALIKE = str.maketrans("łŁıđĐ‘’“”–—", "lLidD''\"\"--")

#: Sends a text to a number under a name that is the same each time it is tried; raises Unsent.
SendText = Callable[[str, str, str], None]


class Unsent(Exception):
    """A message that was not taken; says what kind of error it was, and nothing of the message."""


class NoNumber(Unsent):
    """One that will never be: what the school's list holds is no telephone number."""


def to_files(url: str) -> SendText:
    """Return what writes each message as FOLDER/NAME.txt: the number, an empty line, the text."""
    folder = Path(unquote(url.removeprefix("file:").removeprefix("//")))

    def send(number: str, text: str, name: str) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = folder / f".{name}.{os.getpid()}"
            unfinished.touch(mode=0o600)
            unfinished.write_text(f"{number}\n\n{text}\n", encoding="utf-8")
            unfinished.replace(folder / f"{name}.txt")
        except OSError as error:
            raise Unsent(f"{type(error).__name__} {error.errno}") from error

    return send


def to_spryng(url: str) -> SendText:
    """Return what sends by Spryng's REST API (https://docs.spryngsms.com)."""
    return _to_provider(urlsplit(url), "Bearer", {"encoding": "auto", "route": "business"})


def to_bird(url: str) -> SendText:
    """Return what sends by the SMS API of Bird, formerly MessageBird (https://developers.messagebird.com)."""
    return _to_provider(urlsplit(url), "AccessKey", {})


def _to_provider(address: SplitResult, scheme: str, more: Mapping[str, str]) -> SendText:
    """Return what posts each message as JSON to NAME:TOKEN@host/path; over TLS, except to this machine itself."""
    sender, token = unquote(address.username or ""), unquote(address.password or "")
    headers = {
        "Accept": "application/json",
        "Authorization": f"{scheme} {token}",
        "Content-Type": "application/json",
    }

    def send(number: str, text: str, name: str) -> None:
        try:
            digits = read_phone(number).removeprefix("+")
        except Refused:
            raise NoNumber("no telephone number") from None
        body = {"originator": sender, "body": text, "recipients": [digits], "reference": name, **more}
        connection = _connect(address)
        try:
            connection.request("POST", address.path or "/", json.dumps(body), headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise Unsent(type(error).__name__) from error
        finally:
            connection.close()
        if not 200 <= status < 300:  # a redirect is none: the token goes nowhere else
            raise Unsent(f"HTTP {status}")

    return send


def _connect(address: SplitResult) -> HTTPConnection:
    host = address.hostname or ""
    if host in LOOPBACK:
        return HTTPConnection(host, address.port, timeout=SECONDS)
    return HTTPSConnection(host, address.port, timeout=SECONDS, context=ssl.create_default_context())


#: By the scheme of SURVEY_SMS_URL; another provider's adapter adds its own line here (docs/operating.md).
SCHEMES: dict[str, Callable[[str], SendText]] = {"file": to_files, "spryng": to_spryng, "bird": to_bird}


def transport(url: str) -> SendText:
    """Return what sends text messages as the address says; raise KeyError for a scheme that nobody made."""
    return SCHEMES[urlsplit(url).scheme](url)


def fit(*wordings: str) -> str:
    """Return the first wording that fits in one message, in letters that phones have; the last one when none does.

    A letter outside that alphabet would make a message of 70 characters: an accent is left out instead.
    """
    plain = [_plain(wording) for wording in wordings]
    return next((wording for wording in plain if len(wording) <= LONGEST), plain[-1][:LONGEST])


def _plain(text: str) -> str:
    known = unicodedata.normalize("NFC", text).translate(_ALIKE)
    return "".join(letter if letter in _ALPHABET else _without_accent(letter) for letter in known)


def _without_accent(letter: str) -> str:
    found = "".join(part for part in unicodedata.normalize("NFKD", letter) if part in _ALPHABET)
    return found or "?"
