"""Who asks: the mentor and the school, present by name on each page of the student."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from survey.i18n import Catalogue
from survey.records import open_profile
from survey.store.people import School, Staff, Student
from survey.vault import Vault

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Sender:
    """The student's first name, and whom to call: the mentor's own phone when the school gave it, else the school's."""

    first_name: str
    school: str
    mentor: str  # first and last name
    phone: str
    hours: str  # when that phone is answered, in words; empty for a mentor's own

    @property
    def mentor_first(self) -> str:
        """Return the name by which a student knows the mentor."""
        return self.mentor.split(" ", 1)[0]

    def fill(self, text: str, **more: str) -> str:
        """Return a text of the definition with its {names} filled in; one that is not known stays as it is."""
        known = {"first_name": self.first_name, "school": self.school, "mentor": self.mentor_first, **more}
        return _PLACE.sub(lambda place: known.get(place[1], place[0]), text)

    def say(self, words: Catalogue, text: Mapping[str, str], **more: str) -> str:
        """Return a text of the definition in the language of the page, filled in."""
        return self.fill(words.words(text), **more)


def read_sender(vault: Vault, school: School, staff: Staff, student: Student) -> Sender:
    """Open the few names that a student's page shows."""
    key = vault.school_key(school)
    mentor = vault.open_json(key, f"staff:{staff.id}:profile", staff.profile)
    own = mentor.get("phone", "")
    return Sender(
        first_name=open_profile(key, student).first_name,
        school=school.name,
        mentor=mentor["name"],
        phone=own or school.phone,
        hours="" if own else school.hours,
    )
