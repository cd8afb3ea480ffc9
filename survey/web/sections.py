"""The head of each page of a student: who it is, and the sections of the case."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from survey.records import open_profile, school_key
from survey.store.people import Group, Student
from survey.web.current import session, vault, words


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a case."""

    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Head:
    """Who it is, and where one can go."""

    id: str
    name: str
    group: str
    group_url: str
    phone: str
    best_time: str
    sections: tuple[Section, ...]
    round: str | None


def head(student: Student, group: Group, current: str) -> Head:
    """Return the head of a page of this section."""
    profile = open_profile(school_key(session(), vault()), student)
    round_id = request.args.get("round") or None
    return Head(
        id=student.id,
        name=profile.name,
        group=group.name,
        group_url=url_for("staff.show_class", group_id=group.id, round=round_id),
        phone=profile.phone,
        best_time=profile.preferred_time,
        sections=list_sections(student.id, current, round_id),
        round=round_id,
    )


def list_sections(student_id: str, current: str, round_id: str | None) -> tuple[Section, ...]:
    """Return the sections of a student's case."""
    said = words()
    pages = {
        "result": (said.text("Result"), "staff.show_student"),
        "view": (said.text("School's view"), "casework.show_view"),
        "log": (said.text("Log"), "casework.show_log"),
        "offers": (said.text("Offers"), "casework.show_offers"),
        "timeline": (said.text("Timeline"), "casework.show_timeline"),
    }
    return tuple(
        Section(name, url_for(endpoint, student_id=student_id, round=round_id), id_ == current)
        for id_, (name, endpoint) in pages.items()
    )
