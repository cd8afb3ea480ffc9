"""What the school knows and adds: the part of the document that no answer gives.

Every field is optional. In JSON each has a Dutch name (the receivers' language); the English name of the code is
read too. The same names stand in the JSON that every document carries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date
from typing import Any, ClassVar, Self

from survey.report.text import bound

#: Characters of one line of facts, and of one field of free text; `bounded` cuts what is longer.
LINE, FREE = 120, 500
#: Parts of one list that are kept.
MOST_PARTS = 12
SCHOOL_KINDS = ("mbo", "pro", "vso")


class FactsError(ValueError):
    """Facts that cannot be read; `field` is the dotted Dutch name of what is wrong."""

    def __init__(self, field_name: str, message: str) -> None:
        """Keep the name of the field beside the message."""
        super().__init__(f"{field_name}: {message}" if field_name else message)
        self.field = field_name


def _text(name: str, cap: int = LINE) -> Any:
    """Declare a text of at most `cap` characters, `name` in JSON."""
    return field(default="", metadata={"name": name, "read": _read_text, "cap": cap})


def _number(name: str) -> Any:
    """Declare a whole number."""
    return field(default=None, metadata={"name": name, "read": _read_number})


def _day(name: str) -> Any:
    """Declare a day, YYYY-MM-DD in JSON."""
    return field(default=None, metadata={"name": name, "read": _read_day})


def _one(name: str, part: type[Part]) -> Any:
    """Declare a part."""
    return field(default_factory=part, metadata={"name": name, "read": part._read})


def _many(name: str, part: type[Part]) -> Any:
    """Declare a list of parts."""

    def read(raw: object, where: str) -> tuple[Part, ...]:
        if not isinstance(raw, list):
            raise FactsError(where, "must be a list")
        return tuple(part._read(each, f"{where}[{number}]") for number, each in enumerate(raw))

    return field(default=(), metadata={"name": name, "read": read})


def _read_text(raw: object, where: str) -> str:
    """Take a text or a whole number (a crebo, a phone number) as text."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise FactsError(where, "must be a text")


def _read_number(raw: object, where: str) -> int:
    """Take a whole number, also as digits in a text."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= 9:
        return int(raw)
    raise FactsError(where, "must be a whole number")


def _read_kind(raw: object, where: str) -> str:
    """Take the kind of a school."""
    if raw in SCHOOL_KINDS:
        return str(raw)
    raise FactsError(where, f"must be one of {', '.join(SCHOOL_KINDS)}")


def _read_day(raw: object, where: str) -> date:
    """Take a day in the form YYYY-MM-DD."""
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise FactsError(where, "must be a day in the form YYYY-MM-DD") from None


class Part:
    """A group of facts that reads itself from JSON and writes itself to it."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @classmethod
    def _read(cls, raw: object, where: str) -> Self:
        """Build the part from a JSON object; null counts as absent. Raises FactsError."""
        if not isinstance(raw, Mapping):
            raise FactsError(where, "must be an object")
        known = {each.metadata["name"]: each for each in fields(cls)}
        known |= {each.name: each for each in fields(cls) if each.name not in known}
        given: dict[str, Any] = {}
        for key, value in raw.items():
            path = f"{where}.{key}" if where else str(key)
            if key not in known:
                names = ", ".join(each.metadata["name"] for each in fields(cls))
                raise FactsError(path, f"is not known here; known are {names}")
            if value is not None:
                given[known[key].name] = known[key].metadata["read"](value, path)
        return cls(**given)

    def to_json(self) -> dict[str, Any]:
        """Give what is filled in, under its Dutch names, in the order of the fields."""
        plain: dict[str, Any] = {}
        for each in fields(self):
            value = _plain(getattr(self, each.name))
            if value not in (None, "", {}, []):
                plain[each.metadata["name"]] = value
        return plain

    def bounded(self) -> Self:
        """Give the same facts, each text cut to its cap and each list to its most parts."""
        kept = {each.name: _bounded(getattr(self, each.name), each.metadata.get("cap", LINE)) for each in fields(self)}
        return type(self)(**kept)


def _bounded(value: Any, cap: int) -> Any:
    """Cut one value to what the document can hold."""
    if isinstance(value, Part):
        return value.bounded()
    if isinstance(value, tuple):
        return tuple(each.bounded() for each in value[:MOST_PARTS])
    return bound(value, cap) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    """Turn one value into what JSON can hold."""
    if isinstance(value, Part):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Student(Part):
    """Who it is about, and how to reach this person outside school."""

    name: str = _text("naam")
    birth_date: date | None = _day("geboortedatum")
    postcode: str = _text("postcode", 10)
    phone: str = _text("telefoon", 40)
    email: str = _text("email")
    preferred_channel: str = _text("voorkeur_kanaal", 60)
    preferred_time: str = _text("voorkeur_tijd", 60)
    language_help: str = _text("taalhulp", 60)
    second_contact: str = _text("tweede_contact")


@dataclass(frozen=True, slots=True)
class School(Part):
    """The school that hands over; `kind` (mbo, pro, vso) decides the legal ground."""

    name: str = _text("naam")
    location: str = _text("locatie")
    kind: str = field(default="", metadata={"name": "soort", "read": _read_kind})


@dataclass(frozen=True, slots=True)
class Programme(Part):
    """What was studied, and when that ends."""

    name: str = _text("naam")
    crebo: str = _text("crebo", 5)
    level: int | None = _number("niveau")
    track: str = _text("leerweg", 20)
    diploma: str = _text("diploma", 60)
    diploma_date: date | None = _day("diplomadatum")
    last_day: date | None = _day("laatste_schooldag")


@dataclass(frozen=True, slots=True)
class Contact(Part):
    """Whom to call at school: a person, a direct number, hours."""

    name: str = _text("naam")
    role: str = _text("functie", 60)
    phone: str = _text("telefoon", 40)
    email: str = _text("email")
    hours: str = _text("bereikbaar", 60)


@dataclass(frozen=True, slots=True)
class Municipality(Part):
    """Where the student lives or stays; `code` is the four digits of CBS."""

    name: str = _text("naam", 60)
    code: str = _text("code", 6)


@dataclass(frozen=True, slots=True)
class Request(Part):
    """What the municipality is asked to do, by when, and the first talk with all three."""

    question: str = _text("verzoek", 300)
    by: date | None = _day("voor")
    moment: str = _text("eerste_gesprek", 80)
    place: str = _text("plaats", 80)
    people: str = _text("met", 120)


@dataclass(frozen=True, slots=True)
class Review(Part):
    """The school's view, and the value that a person chose instead of the rules' with the reason."""

    remark: str = _text("opmerking", FREE)
    done: str = _text("gedaan", FREE)
    consulted: str = _text("overlegd_met", 300)
    override: str = _text("andere_inschatting", 20)
    reason: str = _text("reden", FREE)
    by: str = _text("door")
    on: date | None = _day("datum")


@dataclass(frozen=True, slots=True)
class Arrangement(Part):
    """Something that is arranged already, and who is involved."""

    what: str = _text("wat", 200)
    who: str = _text("wie")


@dataclass(frozen=True, slots=True)
class Offer(Part):
    """One offer of guidance: what, when, by whom, and what the student said."""

    what: str = _text("wat", 300)
    on: date | None = _day("datum")
    by: str = _text("door")
    answer: str = _text("antwoord", 60)
    how: str = _text("hoe", 60)


@dataclass(frozen=True, slots=True)
class Facts(Part):
    """All that a school can add to the answers; an empty one is valid."""

    number: str = _text("nummer", 40)
    version: int | None = _number("versie")
    day: date | None = _day("datum")
    municipality: Municipality = _one("gemeente", Municipality)
    request: Request = _one("vraag_aan_gemeente", Request)
    contact: Contact = _one("contactpersoon", Contact)
    student: Student = _one("student", Student)
    school: School = _one("school", School)
    programme: Programme = _one("opleiding", Programme)
    review: Review = _one("blik_van_school", Review)
    arranged: tuple[Arrangement, ...] = _many("al_geregeld", Arrangement)
    offers: tuple[Offer, ...] = _many("aanbod", Offer)
    return_to: str = _text("terugsturen_naar")
    objection: str = _text("bezwaar_bij")
    verify_at: str = _text("controleren_op")
    kept_until: date | None = _day("bewaard_tot")
    annex: str = _text("bijlage", 3)  # "ja": with a page on how the picture was made

    @classmethod
    def from_json(cls, raw: str | bytes | Mapping[str, Any]) -> Facts:
        """Read facts from JSON text or the object read from it. Raises FactsError with the name of the field."""
        if isinstance(raw, str | bytes):
            try:
                raw = json.loads(raw)
            except (ValueError, RecursionError) as problem:
                raise FactsError("", f"not JSON: {problem}") from problem
        return cls._read(raw, "")
