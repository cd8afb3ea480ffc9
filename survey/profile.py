"""Who a student is and how to reach them, as the school's list says."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

DAYS = ("birth_date", "diploma_date", "last_day")


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a student is and how to reach them; what is not known is empty."""

    first_name: str
    last_name: str = ""  # without what `infix` holds
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    second_contact: str = ""
    preferred_time: str = ""
    postcode: str = ""
    programme: str = ""
    crebo: str = ""
    level: str = ""
    track: str = ""
    location: str = ""
    diploma_date: date | None = None
    last_day: date | None = None
    infix: str = ""  # "van der", written before the last name and not sorted by
    number: str = ""  # the school's own student number
    place: str = ""  # of residence, as the school writes it; Student.municipality is the code
    municipality_text: str = ""  # the municipality as the school's list writes it, before somebody confirmed it

    @property
    def name(self) -> str:
        """Return first name, infix and last name."""
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """Return what lists are ordered by: the last name, the first name, then the infix, without accents."""
        return fold(self.last_name or self.first_name), fold(self.first_name), fold(self.infix)

    def to_json(self) -> dict[str, str]:
        """Return what is known, days as YYYY-MM-DD."""
        return {name: str(value) for name in NAMES if (value := getattr(self, name))}

    @classmethod
    def from_json(cls, raw: Mapping[str, str]) -> Profile:
        """Read what `to_json` gave."""
        read_days: dict[str, Any] = {name: date.fromisoformat(raw[name]) for name in DAYS if name in raw}
        return cls(**{**raw, **read_days})


#: The names of all facts.
NAMES = tuple(field.name for field in fields(Profile))


def fold(text: str) -> str:
    """Return a text without accents and in lower case, with single spaces, to compare and to order by."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def number_key(number: str) -> str:
    """Return a student number as it is known again by: no spaces, one case, and no zeros before its digits.

    A spreadsheet drops those zeros when it opens a list, so 0012345 and 12345 are one student.
    """
    plain = "".join(number.split()).casefold()
    return plain.lstrip("0") or plain[:1] if plain.isdecimal() else plain
