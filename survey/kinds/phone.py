"""A telephone number: Dutch in any of its usual forms, foreign with + and its country; kept as +31612345678."""

from __future__ import annotations

import re
from typing import ClassVar

from survey.answers import Value
from survey.kinds.question import Question, Refused

#: What may stand between digits.
_BETWEEN = re.compile(r"[\s().\-/\N{NO-BREAK SPACE}\N{EN DASH}]+")
#: 0 and nine digits, of which the first is no 0: mobile, area and company numbers (Dutch numbering plan).
_DUTCH = re.compile(r"0[1-9]\d{8}", re.ASCII)
#: A country never starts with 0; E.164 has at most 15 digits.
_ABROAD = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
NETHERLANDS = "+31"
#: The two digits behind 0 of area codes of three digits, and of numbers without an area; the other areas have four.
_SHORT_AREAS = frozenset(
    {"10", "13", "15", "20", "23", "24", "26", "30", "33", "35", "36", "38", "40", "43", "45", "46", "50", "53", "55"}
    | {"58", "70", "71", "72", "73", "74", "75", "76", "77", "78", "79", "84", "85", "87", "88", "91", "97"}
)
LONGEST = 30


class Phone(Question):
    """A question with a telephone number for an answer; it has no points."""

    widget: ClassVar[str] = "phone"

    def parse(self, raw: list[str]) -> Value | None:
        """Read a number as people write it."""
        written = (raw[0] if raw else "").strip()
        return read_phone(written) if written else None

    def accept(self, raw: object) -> Value | None:
        """Read a JSON text."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not raw.strip():
            raise Refused("phone_invalid")
        return self.parse([raw])

    def written(self, value: Value) -> list[str]:
        """Give the number as its field holds it."""
        return [say_phone(str(value))]

    def say(self, value: Value, language: str) -> str:
        """Give "06 1234 5678"."""
        return say_phone(str(value))


def read_phone(written: str) -> str:
    """Give a number as +31612345678; raises Refused for what is none."""
    if len(written) > LONGEST:
        raise Refused("phone_invalid")
    plain = _BETWEEN.sub("", written.replace("(0)", ""))
    plain = "+" + plain.removeprefix("00") if plain.startswith("00") else plain
    if plain.startswith(NETHERLANDS):
        plain = "0" + plain.removeprefix(NETHERLANDS).removeprefix("0")
    if _DUTCH.fullmatch(plain):
        return NETHERLANDS + plain[1:]
    if _ABROAD.fullmatch(plain):
        return plain
    raise Refused("phone_invalid")


def say_phone(number: str) -> str:
    """Give a kept number as people read it: 06 1234 5678, 020 123 4567, 0299 123 456; abroad as it is kept."""
    if not number.startswith(NETHERLANDS):
        return number
    own = number.removeprefix(NETHERLANDS)
    if own.startswith("6"):
        return f"06 {own[1:5]} {own[5:]}"
    if own[:2] in _SHORT_AREAS:
        return f"0{own[:2]} {own[2:5]} {own[5:]}"
    return f"0{own[:3]} {own[3:6]} {own[6:]}"
