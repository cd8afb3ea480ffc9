"""What a school has chosen for itself: its kind, its hours, its colours, and whom papers and mail speak of."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit
from survey.hours import Hours
from survey.store.people import School
from survey.vault import Vault

KINDS = ("mbo", "pro", "vso")


class NameTaken(ValueError):
    """Another school on this server has this name."""


@dataclass(frozen=True, slots=True)
class Names:
    """How a school is called and reached, as its row holds it: name, phone, and when that is answered in words."""

    name: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class SchoolSettings:
    """What a school chose; a new school has the defaults. Nothing here is secret: it is stored in the open.

    Times are those of the clock on the school's wall (survey.hours.ZONE).
    """

    #: mbo, pro (praktijkonderwijs) or vso: decides which law the document and the duty to offer follow.
    kind: str = "mbo"
    #: Where the school can be reached about Overstap; on students' pages and in the document. Empty: by phone only.
    contact_email: str = ""
    #: Where somebody sends a document back that is not meant for them; an e-mail or postal address.
    return_to: str = ""
    #: Where a student objects to the use of the answers: the data protection officer, usually.
    objection_to: str = ""
    #: The school's colour on light pages; white text on it reads well (survey.contrast).
    brand: str = "#0b5d5e"
    #: The same on dark pages, where the text on it is dark.
    brand_dark: str = "#74cfc6"
    #: After so many months answers, documents and contacts are erased.
    retention_months: int = 24
    #: From when to when somebody is at the school to act, Monday to Friday.
    opens: time = time(8, 30)
    closes: time = time(17, 0)
    #: Days on which nobody is there: first and last day of each holiday.
    holidays: tuple[tuple[date, date], ...] = ()
    #: After so many working hours a flag that nobody took goes to the coordinator.
    escalate_hours: int = 2
    #: Mail to students leaves between these times only.
    send_from: time = time(9, 0)
    send_until: time = time(19, 0)
    #: A student who has not finished is reminded so many times at most.
    most_reminders: int = 3

    @property
    def hours(self) -> Hours:
        """Return when somebody is at the school, to reckon with."""
        return Hours(self.opens, self.closes, self.holidays)

    def to_json(self) -> str:
        """Return what is stored: times as HH:MM, days as YYYY-MM-DD."""
        return json.dumps({field.name: _plain(getattr(self, field.name)) for field in fields(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> SchoolSettings:
        """Read what `to_json` gave; what was not stored, since an older version did not know it, has its default."""
        raw: dict[str, Any] = json.loads(text)
        for name in ("opens", "closes", "send_from", "send_until"):
            if name in raw:
                raw[name] = time.fromisoformat(raw[name])
        raw["holidays"] = tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in raw.get("holidays", ()))
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in raw.items() if name in known})


def get_settings(session: Session) -> SchoolSettings:
    """Return what the school of this session chose; raise KeyError for a session that is in no school."""
    return SchoolSettings.from_json(session.get_one(School, session.info["school_id"]).settings)


def save_settings(session: Session, vault: Vault, settings: SchoolSettings, actor: str, now: datetime) -> None:
    """Store what the school of this session chose, and record who did; the same as before changes nothing."""
    school = session.get_one(School, session.info["school_id"])
    stored = settings.to_json()
    if stored == school.settings:
        return
    school.settings = stored
    audit.record(session, vault, actor, "settings.change", f"school:{school.id}", now)


def save_names(session: Session, vault: Vault, names: Names, actor: str, now: datetime) -> None:
    """Store how the school of this session is called and reached, and record who did; raise NameTaken."""
    school = session.get_one(School, session.info["school_id"])
    if names == Names(school.name, school.phone, school.hours):
        return
    wanted = names.name.casefold()
    if any(other.name.casefold() == wanted for other in session.scalars(select(School)) if other.id != school.id):
        raise NameTaken(names.name)
    school.name, school.phone, school.hours = names.name, names.phone, names.hours
    audit.record(session, vault, actor, "settings.names", f"school:{school.id}", now)


def get_logo(session: Session) -> bytes | None:
    """Return the logo of the school of this session, a small PNG."""
    return session.get_one(School, session.info["school_id"]).logo


def save_logo(session: Session, vault: Vault, png: bytes | None, actor: str, now: datetime) -> None:
    """Store a logo that `logo.redraw` gave, or none."""
    school = session.get_one(School, session.info["school_id"])
    school.logo = png
    audit.record(session, vault, actor, "settings.logo", f"school:{school.id}", now)


def _plain(value: object) -> object:
    """Return a setting as JSON can hold it."""
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, tuple):
        return [[first.isoformat(), last.isoformat()] for first, last in value]
    return value
