"""Who is at the school: the school itself, its classes and its leaving students."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit
from survey.profile import Profile, number_key
from survey.records import school_key, seal_profile
from survey.store.people import Group, School, Staff, Student
from survey.store.scope import in_school
from survey.store.types import new_id
from survey.vault import Vault


def create_school(
    session: Session, vault: Vault, name: str, now: datetime, phone: str = "", hours: str = ""
) -> School:
    """Add a school with its own key, and bind the session to it."""
    id_ = new_id()
    _, wrapped = vault.new_school_key(id_)
    school = School(id=id_, name=name, phone=phone, hours=hours, wrapped_key=wrapped, created_at=now)
    session.add(school)
    session.flush()
    in_school(session, id_)
    audit.record(session, vault, "system", "school.create", f"school:{id_}", now)
    return school


def find_school(session: Session, name: str) -> School | None:
    """Return the school of this name, in any case of letters; None when there is none."""
    schools = session.scalars(select(School))
    return next((school for school in schools if school.name.casefold() == name.strip().casefold()), None)


def add_group(session: Session, name: str, mentor: Staff) -> Group:
    """Add a class to the mentor's school."""
    group = Group(id=new_id(), school_id=mentor.school_id, name=name, mentor_id=mentor.id)
    session.add(group)
    return group


def add_student(
    session: Session, vault: Vault, group: Group, number: str, profile: Profile, municipality: str | None
) -> Student:
    """Add a student to a class; a keyed hash of the student number is there to know the student again by."""
    id_ = new_id()
    student = Student(
        id=id_,
        school_id=group.school_id,
        group_id=group.id,
        number_index=number_index(vault, group.school_id, number),
        municipality=municipality,
        municipality_by="person" if municipality else None,  # places.Basis.PERSON
        profile=seal_profile(school_key(session, vault), id_, replace(profile, number=number.strip())),
    )
    session.add(student)
    return student


def number_index(vault: Vault, school_id: str, number: str) -> str:
    """Return the keyed hash by which a student number is found within its school."""
    return vault.blind(f"student number {school_id}", number_key(number))
