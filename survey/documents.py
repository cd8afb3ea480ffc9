"""What the document of a reviewed sitting is made of: its rows, opened and composed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import municipalities
from survey.explain import explain
from survey.hours import ZONE
from survey.i18n import catalogue
from survey.records import (
    Profile,
    get_definition,
    get_outcome,
    open_answers,
    open_name,
    open_outcome,
    open_profile,
    open_review,
    school_key,
    sitting_key,
)
from survey.report import facts
from survey.report.compose import compose
from survey.report.document import Document
from survey.route import find_path
from survey.store.people import Group, School, Staff, Student
from survey.store.surveying import Invitation, Review, Sitting, StoredReport
from survey.vault import Vault

LANGUAGE = "nl"  # the receivers' language


def compose_report(session: Session, vault: Vault, report: StoredReport) -> Document:
    """Return the document of one review, with what the student gave and what the school adds."""
    sitting = session.get_one(Sitting, report.sitting_id)
    key = sitting_key(session, vault, sitting)
    definition = get_definition(session, sitting.digest)
    stored = get_outcome(session, sitting)
    outcome, answers = open_outcome(key, stored), open_answers(key, sitting)
    values = find_path(definition, answers.values).values
    explanation = explain(definition, outcome, values, LANGUAGE, "report")
    gathered = _gather(session, vault, report, sitting, stored.receipt)
    return compose(gathered, definition, outcome, values, explanation, catalogue(LANGUAGE))


def _gather(session: Session, vault: Vault, report: StoredReport, sitting: Sitting, receipt: str) -> facts.Facts:
    """Return what the school knows of the student and said in the review."""
    statement = (
        select(Student, Staff, School)
        .select_from(Invitation)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .join(Staff, Staff.id == Group.mentor_id)
        .join(School, School.id == Student.school_id)
        .where(Invitation.id == sitting.invitation_id)
    )
    student, mentor, school = session.execute(statement).one()
    key = school_key(session, vault)
    profile, colleague = open_profile(key, student), Vault.open_json(key, f"staff:{mentor.id}:profile", mentor.profile)
    review, judged = _review(session, vault, report, sitting)
    code = student.municipality
    return facts.Facts(
        number=receipt,
        version=report.number,
        day=review.on,
        municipality=facts.Municipality(name=municipalities.name_of(code), code=code) if code else facts.Municipality(),
        contact=facts.Contact(
            name=colleague["name"],
            role="mentor",
            phone=colleague.get("phone") or school.phone,
            email=colleague["email"],
            hours=school.hours,
        ),
        student=_student(profile),
        school=facts.School(name=school.name, location=profile.location),
        programme=_programme(profile),
        review=facts.Review(
            remark=judged["remark"],
            override="" if judged["override"] is None else str(judged["override"]),
            reason=judged["reason"],
            by=review.by,
            on=review.on,
        ),
    )


def _review(
    session: Session, vault: Vault, report: StoredReport, sitting: Sitting
) -> tuple[facts.Review, dict[str, Any]]:
    """Return by whom and when the review of this document was made, and what it says."""
    statement = (
        select(Review, Staff)
        .join(Staff, Staff.id == Review.staff_id)
        .where(Review.sitting_id == sitting.id, Review.number == report.number)
    )
    review, staff = session.execute(statement).one()
    by = open_name(school_key(session, vault), staff)
    said = open_review(sitting_key(session, vault, sitting), review)
    return facts.Review(by=by, on=review.created_at.astimezone(ZONE).date()), said


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
