"""Which passwords are refused: too short, too long, or made of what everybody tries first (NIST SP 800-63B)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

SHORTEST = 12
LONGEST = 200
#: So many letters must be left when known words are taken away, and so many different signs be there at all.
LEFT = 4
DIFFERENT = 5
SHORTEST_WORD = 3
DISGUISES = str.maketrans("@4301$5!7", "aaeoissit")


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Return what is wrong with a password: short, long, common; None when nothing is.

    `about` is what others know of the person: name, address, school. No kinds of signs are asked for: length helps,
    and rules about capitals and digits only give "Welkom2026!".
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if len(set(password)) < DIFFERENT:
        return "common"
    known = {*_common(), *_words(about)}
    plain = _letters(password)
    if min(_left(plain, known), _left(_letters(password.casefold().translate(DISGUISES)), known)) < LEFT:
        return "common"
    return None


def _left(letters: str, known: set[str]) -> int:
    """Return how many letters remain when the known words, and pieces of rows of keys, are taken away."""
    if any(letters in row * 2 or letters in row[::-1] * 2 for row in known if len(row) > LEFT):
        return 0
    for word in sorted(known, key=len, reverse=True):
        letters = letters.replace(word, "")
    return len(letters)


def _letters(text: str) -> str:
    """Return the letters of a text, small and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalpha())


def _words(about: Iterable[str]) -> set[str]:
    """Return the words of a few lines, and each line as one word."""
    parts = {_letters(part) for line in about for part in (line, *re.split(r"[\W_]+", line))}
    return {part for part in parts if len(part) >= SHORTEST_WORD}


@cache
def _common() -> frozenset[str]:
    """Return the words of the list that comes with the program."""
    lines = files("survey").joinpath("data/common-passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
