"""Who asks: the mentor and the school, present by name on each page of the student."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from survey.definition.piping import fill
from survey.i18n import Catalogue
from survey.records import open_profile
from survey.school import SchoolSettings
from survey.store.people import School, Staff, Student
from survey.vault import Vault


@dataclass(frozen=True, slots=True)
class Sender:
    """The student's first name, and whom to call: the mentor's own phone when the school gave it, else the school's."""

    first_name: str
    school: str
    mentor: str  # first and last name
    phone: str
    hours: str  # when that phone is answered, in words; empty for a mentor's own
    school_phone: str = ""
    programme: str = ""
    location: str = ""
    last_day: date | None = None
    settings: SchoolSettings = SchoolSettings()  # what the school chose: its colours, how long it keeps answers

    @property
    def mentor_first(self) -> str:
        """Return the name by which a student knows the mentor."""
        return self.mentor.split(" ", 1)[0]

    def say(self, words: Catalogue, text: Mapping[str, str], **more: str) -> str:
        """Return a text of the definition in the language of the page, with its {names} filled in."""
        said = words.words(text)
        return fill(said, {**self._known(words), **more}) if "{" in said else said

    def _known(self, words: Catalogue) -> dict[str, str]:
        """Return every fact that a text may ask for, a day as the language says it."""
        return {
            "first_name": self.first_name,
            "mentor": self.mentor_first,
            "school": self.school,
            "school_phone": self.school_phone,
            "programme": self.programme,
            "location": self.location,
            "last_day": words.date(self.last_day) if self.last_day else "",
        }


def read_facts(vault: Vault, school: School, student: Student, wanted: frozenset[str]) -> dict[str, str]:
    """Open what the school's list says of a student, of these facts alone."""
    if not wanted:
        return {}
    profile = open_profile(vault.school_key(school), student)
    known = {**profile.to_json(), "municipality": student.municipality or ""}
    return {name: known[name] for name in wanted if known.get(name)}


def read_sender(vault: Vault, school: School, staff: Staff, student: Student) -> Sender:
    """Open the few names that a student's page shows."""
    key = vault.school_key(school)
    mentor = vault.open_json(key, f"staff:{staff.id}:profile", staff.profile)
    own = mentor.get("phone", "")
    profile = open_profile(key, student)
    return Sender(
        first_name=profile.first_name,
        school=school.name,
        mentor=mentor["name"],
        phone=own or school.phone,
        hours="" if own else school.hours,
        school_phone=school.phone,
        programme=profile.programme,
        location=profile.location,
        last_day=profile.last_day,
        settings=SchoolSettings.from_json(school.settings),
    )
