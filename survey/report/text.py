"""Text as the document can bear it: bounded in length and lines, in characters that its faces have.

The bounds are measured: one word of 20,000 characters cost 2.5 s, 20,000 line breaks gave 184 pages, and one
character without a glyph breaks the claims of PDF/A and PDF/UA.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

#: A word is given a place to break after this many characters.
LONGEST_WORD = 40
#: Lines of one free text; what comes after is joined to the last.
MOST_LINES = 6
#: Stands for what the faces cannot write.
REPLACEMENT = "□"

_LONG = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")
_JOINERS = "\u200c\u200d"  # Arabic and Persian words need them between letters
_BREAK = "\u200b"


def bound(text: str, cap: int) -> str:
    """Give the text in at most `cap` characters and a few lines, without empty ones; an ellipsis shows a cut."""
    # Twice the cap is read at most: the rest could not be shown, however much of it is space.
    readable = text[: cap * 2 + 200].encode("utf-8", "replace").decode()  # half a surrogate pair is no character
    lines = [" ".join(line.split()) for line in readable.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1:])]
    whole = "\n".join(lines)
    is_cut = len(whole) > cap or len(text) > cap * 2 + 200
    return whole[: cap - 1].rstrip() + "…" if is_cut else whole


def writable(text: str, glyphs: Container[int]) -> str:
    """Give the text in characters that `glyphs` (code points) holds: composed, else in plain form, else a sign.

    A run that cannot be written becomes one sign. Long words are given places to break.
    """
    composed = unicodedata.normalize("NFC", text)
    if not composed.isascii() or not composed.isprintable():
        composed = _replace(composed, glyphs)
    return _LONG.sub(rf"\1{_BREAK}", composed) if len(composed) > LONGEST_WORD else composed


def _replace(text: str, glyphs: Container[int]) -> str:
    """Give the text with each character that has no glyph replaced."""
    written: list[str] = []
    for character in text:
        if character in _JOINERS:
            known: str | None = character if written and "\u0600" <= written[-1] <= "\u077f" else ""
        else:
            known = _written(character, glyphs)
        if known is None:
            known = REPLACEMENT if not written or written[-1] != REPLACEMENT else ""
        if known:
            written.append(known)
    return "".join(written)


def _written(character: str, glyphs: Container[int]) -> str | None:
    """Give what to write for one character: itself, its plain form, nothing for a control; None when unknown."""
    if character == "\n" or (ord(character) in glyphs and character != REPLACEMENT):
        return character
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Mn", "Me"):
        return ""
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain != character and all(ord(each) in glyphs for each in plain) else None
