"""What the document of a reviewed sitting is made of: its rows, opened and composed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import municipalities
from survey.agreement import find_agreement
from survey.casework import ANSWERS, HOW, get_offers
from survey.entries import find_entry
from survey.i18n import catalogue
from survey.records import (
    Profile,
    get_definition,
    get_outcome,
    open_answers,
    open_outcome,
    open_profile,
    open_review,
    school_key,
    sitting_key,
)
from survey.report import facts
from survey.report.compose import compose_source, keep_shared, read_source
from survey.report.copy import compose_copy
from survey.report.document import Document
from survey.report.entry import fill
from survey.report.source import Source
from survey.route import find_path
from survey.school import SchoolSettings, get_settings
from survey.store.people import Group, School, Staff, Student, mentor_of
from survey.store.surveying import Invitation, Review, Sitting, StoredReport
from survey.vault import Vault

LANGUAGE = "nl"  # the receivers' language


def compose_report(session: Session, vault: Vault, report: StoredReport) -> Document:
    """Return the document of one review, with what the student gave and what the school knew and added then."""
    sitting = session.get_one(Sitting, report.sitting_id)
    language = sitting.language if report.kind == "copy" else LANGUAGE
    source = read_concept(session, vault, sitting, report.number, language)
    if report.kind == "concept":
        return compose_source(source)
    agreement = find_agreement(session, vault, sitting)
    assert agreement is not None, "nobody can make a document final before everyone agreed"
    if report.kind == "copy":
        return compose_copy(source, agreement)
    return compose_source(keep_shared(source, agreement.sections), agreement)


def read_concept(session: Session, vault: Vault, sitting: Sitting, number: int, language: str) -> Source:
    """Return what a finalised version is made from, with every section, in a language."""
    return read_source_of(session, vault, sitting, facts_of(session, vault, sitting, number), language)


def facts_of(session: Session, vault: Vault, sitting: Sitting, number: int) -> facts.Facts:
    """Return the facts of a finalised version as they were then."""
    statement = select(Review).where(Review.sitting_id == sitting.id, Review.number == number)
    said = open_review(sitting_key(session, vault, sitting), session.scalars(statement).one())
    return facts.Facts.from_json(said["facts"])


def gather(session: Session, vault: Vault, sitting: Sitting) -> facts.Facts:
    """Return what the school knows of a student now, and what was entered for the document."""
    statement = (
        select(Student, Staff, School)
        .select_from(Invitation)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .join(Staff, Staff.id == mentor_of())
        .join(School, School.id == Student.school_id)
        .where(Invitation.id == sitting.invitation_id)
    )
    student, mentor, school = session.execute(statement).one()
    kept = find_entry(session, vault, sitting)
    known = _know(school_key(session, vault), student, mentor, school, get_settings(session))
    offers = tuple(_offers(session, vault, student))
    return fill(replace(known, offers=offers), kept.typed if kept else {})


def _offers(session: Session, vault: Vault, student: Student) -> Iterable[facts.Offer]:
    """Return the log of offers, in the words of the receivers' language; the last ones when there are many."""
    said = catalogue(LANGUAGE)
    for each in get_offers(session, vault, student.id)[-facts.MOST_PARTS :]:
        how, answer = (said.text(known) if known else "" for known in (HOW.get(each.how), ANSWERS.get(each.answer)))
        yield facts.Offer(each.what, each.on, each.by, answer, how)


def _know(key: bytes, student: Student, mentor: Staff, school: School, settings: SchoolSettings) -> facts.Facts:
    """Return what stands in the school's list and settings; it is kept as long as the school chose."""
    profile, colleague = open_profile(key, student), Vault.open_json(key, f"staff:{mentor.id}:profile", mentor.profile)
    code = student.municipality
    own = colleague.get("phone", "")
    return facts.Facts(
        municipality=facts.Municipality(name=municipalities.name_of(code), code=code) if code else facts.Municipality(),
        contact=facts.Contact(
            name=colleague["name"],
            role="mentor",
            phone=own or school.phone,
            email=colleague["email"],
            hours="" if own else school.hours,
        ),
        student=_student(profile),
        school=facts.School(name=school.name, location=profile.location, kind=settings.kind),
        programme=_programme(profile),
        return_to=settings.return_to,
        objection=settings.objection_to,
    )


def read_source_of(session: Session, vault: Vault, sitting: Sitting, given: facts.Facts, language: str) -> Source:
    """Return what a document of a sitting's answers with these facts is made from."""
    key = sitting_key(session, vault, sitting)
    definition, stored = get_definition(session, sitting.digest), get_outcome(session, sitting)
    values = find_path(definition, open_answers(key, sitting).values).values
    return read_source(given, definition, open_outcome(key, stored), values, catalogue(language))


def _student(profile: Profile) -> facts.Student:
    return facts.Student(
        name=profile.name,
        birth_date=profile.birth_date,
        postcode=profile.postcode,
        phone=profile.phone,
        email=profile.email,
        preferred_time=profile.preferred_time,
        second_contact=profile.second_contact,
    )


def _programme(profile: Profile) -> facts.Programme:
    return facts.Programme(
        name=profile.programme,
        crebo=profile.crebo,
        level=int(profile.level) if profile.level.isdecimal() else None,
        track=profile.track,
        diploma_date=profile.diploma_date,
        last_day=profile.last_day,
    )
