"""Rows for tests: a fictional Dutch school with a class, students and a round; each call gives one more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from survey.access import Role
from survey.config import Settings
from survey.store.people import Group, School, Staff, Student
from survey.store.scope import in_school
from survey.store.surveying import Invitation, Round, StoredDefinition
from survey.store.types import new_id
from survey.vault import Vault

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday morning in school
T = TypeVar("T")
MASTER_KEY = bytes(range(32))
PASSWORD = "een heel lang wachtwoord"
NAMES = ("Noor Bakker", "Daan Visser", "Amira El Idrissi", "Sem de Jong", "Yara Smit", "Jayden Kok", "Fleur Mulder")
DEFINITION = """\
id: proef
version: 1
languages: [nl]
title: Proef
questions:
  woont:
    kind: choice
    text: Waar woon je?
    options: {thuis: {text: Thuis}, kamer: {text: Op kamers}}
pages:
  - {id: wonen, questions: [woont]}
"""

_number = count(1)
_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # weak, so that tests are fast


@dataclass(slots=True)
class Campus:
    """A school with its key, its people and one class; makes more of each."""

    session: Session
    vault: Vault
    school: School
    key: bytes

    def staff(self, role: Role = Role.mentor, name: str = "Sanne de Wit", proof: str = "password") -> Staff:
        """Store a member of staff, whose e-mail address is <role><number>@voorbeeld.nl; one step signs in."""
        id_, email = new_id(), f"{role}{next(_number)}@voorbeeld.nl"
        profile = {"name": name, "email": email, "phone": "06 0000 0042"}
        staff = Staff(
            id=id_,
            school_id=self.school.id,
            role=role.value,
            profile=self.vault.seal_json(self.key, f"staff:{id_}:profile", profile),
            email_index=self.vault.blind("email", email),
            password=_hasher.hash(PASSWORD),
            proof=proof,
        )
        return self._store(staff)

    def email(self, staff: Staff) -> str:
        """Return the address that a member of staff signs in with."""
        return str(self.vault.open_json(self.key, f"staff:{staff.id}:profile", staff.profile)["email"])

    def group(self, mentor: Staff, name: str = "V2B") -> Group:
        """Store a class."""
        return self._store(Group(school_id=self.school.id, name=name, mentor_id=mentor.id))

    def student(self, group: Group, name: str | None = None, municipality: str | None = "GM0439") -> Student:
        """Store a student with a profile as records.Profile writes it."""
        id_, number = new_id(), next(_number)
        first, _, last = (name or NAMES[number % len(NAMES)]).partition(" ")
        profile = {"first_name": first, "last_name": last, "phone": f"06 0000 00{number % 100:02}"}
        student = Student(
            id=id_,
            school_id=self.school.id,
            group_id=group.id,
            number_index=self.vault.blind("number", str(900000 + number)),
            municipality=municipality,
            profile=self.vault.seal_json(self.key, f"student:{id_}:profile", profile),
        )
        return self._store(student)

    def round(self, source: str = DEFINITION, name: str = "Voorjaar", now: datetime = NOW) -> Round:
        """Store a round that opened a day ago and closes in a month, with its definition."""
        digest = hashlib.sha256(source.encode()).hexdigest()
        if self.session.get(StoredDefinition, digest) is None:
            stored = StoredDefinition(digest=digest, questionnaire="proef", version=1, source=source, created_at=now)
            self.session.add(stored)
            self.session.flush()
        opens, closes = now - timedelta(days=1), now + timedelta(days=30)
        row = Round(school_id=self.school.id, name=name, digest=digest, opens_at=opens, closes_at=closes)
        return self._store(row)

    def invitation(self, round_: Round, student: Student) -> tuple[Invitation, str]:
        """Store an invitation; return it with the token of its link."""
        id_ = new_id()
        token = self.vault.link_token(id_, 1)
        invitation = Invitation(
            id=id_,
            school_id=self.school.id,
            round_id=round_.id,
            student_id=student.id,
            generation=1,
            token_hash=self.vault.token_hash(token),
        )
        return self._store(invitation), token

    def _store(self, row: T) -> T:
        """Store a row."""
        self.session.add(row)
        self.session.flush()
        return row


def make_campus(session: Session, vault: Vault, name: str = "ROC Waterland", now: datetime = NOW) -> Campus:
    """Store a school and bind the session to it."""
    id_ = new_id()
    key, wrapped = vault.new_school_key(id_)
    school = School(id=id_, name=name, phone="0299 000 000", hours="8.30-17.00", wrapped_key=wrapped, created_at=now)
    session.add(school)
    session.flush()
    in_school(session, id_)
    return Campus(session, vault, school, key)


def make_settings(database_url: str, var: Path, **changes: Any) -> Settings:
    """Return settings for a test, with everything in one folder."""
    chosen: dict[str, Any] = {
        "base_url": "http://localhost",
        "database_url": database_url,
        "queue_url": f"sqlite:///{var / 'queue.sqlite'}",
        "master_key": MASTER_KEY,
        "mail_url": f"file:{var / 'mail'}",
        "mail_from": "overstap@voorbeeld.nl",
        "var": var,
        "questionnaires": None,
        "trusted_hosts": (),
        "render_seconds": 30,
        "workers": 1,
    }
    return Settings(**{**chosen, **changes})
