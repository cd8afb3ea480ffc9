"""Text messages: what a sender of them has to do, and one that writes them to files."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

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


#: By the scheme of SURVEY_SMS_URL; a provider's adapter adds its own line here (docs/operating.md).
SCHEMES: dict[str, Callable[[str], SendText]] = {"file": to_files}


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
