"""A Dutch postcode, kept as 1234 AB."""

from __future__ import annotations

import re
from typing import ClassVar

from survey.answers import Value
from survey.kinds.question import About, Question, Refused

#: The first digit is no 0, and SA, SD and SS are not used.
_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Z]{2})", re.ASCII)
_UNUSED = frozenset({"SA", "SD", "SS"})


class Postcode(Question):
    """A question with a postcode for an answer; it has no points, and no score may read it."""

    widget: ClassVar[str] = "postcode"

    about: About | None = "postcode"

    def parse(self, raw: list[str]) -> Value | None:
        """Read a postcode, with or without its space."""
        written = (raw[0] if raw else "").strip()
        return read_postcode(written) if written else None

    def accept(self, raw: object) -> Value | None:
        """Read a JSON text."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not raw.strip():
            raise Refused("postcode_invalid")
        return self.parse([raw])


def read_postcode(written: str) -> str:
    """Give a postcode as 1234 AB; raises Refused for what is none."""
    found = _POSTCODE.fullmatch(written.strip().upper())
    if found is None or found[2] in _UNUSED:
        raise Refused("postcode_invalid")
    return f"{found[1]} {found[2]}"
