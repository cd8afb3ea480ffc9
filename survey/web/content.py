"""The page where the school enters what no answer gives: the question, whom to call, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import audit, entries
from survey.access import Role, Staff, policy
from survey.documents import gather
from survey.i18n import Catalogue
from survey.kinds.short_text import clean
from survey.records import open_profile, school_key
from survey.report.entry import ANNEX, ARRANGED, CAPS, WANTED, typed_of
from survey.report.facts import Facts
from survey.store.people import Staff as Colleague
from survey.store.people import Student
from survey.store.surveying import Round, Sitting
from survey.web import reach
from survey.web.current import now, session, vault, words
from survey.web.sign_in import person, records, render

bp = Blueprint("content", __name__, url_prefix="/staff/students/<student_id>/content")

LONG = 250  # characters from which a field is a box and not a line


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the page shows it."""

    name: str
    label: str
    hint: str
    value: str
    is_box: bool
    mistake: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand in one part of the document."""

    title: str
    hint: str
    fields: tuple[Field, ...]


@bp.get("")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show(student_id: str) -> str:
    """Show what was entered before, else what the school knows; who looked is recorded."""
    student, sitting, round_ = _find(student_id)
    audit.record(session(), vault(), person().actor, "document.view", f"sitting:{sitting.id}", now())
    kept = entries.find_entry(session(), vault(), sitting)
    typed = typed_of(gather(session(), vault(), sitting))
    return _page(student, round_, typed, kept.revision if kept else 0)


@bp.post("")
@policy(Staff(Role.mentor, Role.coordinator))
def save(student_id: str) -> ResponseReturnValue:
    """Keep what was typed for the next version of the document; what cannot be kept comes back with the reason."""
    student, sitting, round_ = _find(student_id)
    typed = {name: clean(request.form.get(name, "")) for name in CAPS}
    given = request.form.get("seen", "")
    seen = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    colleague = session().get_one(Colleague, person().id)
    try:
        entries.save_entry(session(), vault(), sitting, colleague, typed, seen, now())
    except entries.BadEntry as refusal:
        mistakes = {name: _say_fault(name, code, words()) for name, code in refusal.faults.items()}
        return _page(student, round_, typed, seen, mistakes), 422
    except entries.OtherEntry as other:
        said = words().text("{name} saved another text meanwhile. Save again to put yours in its place.", name=other.by)
        return _page(student, round_, typed, other.revision, {"question": said}), 409
    path = url_for("staff.show_student", student_id=student.id, round=request.args.get("round"))
    return redirect(f"{path}#finalise", 303)


def _find(student_id: str) -> tuple[Student, Sitting, Round]:
    """Return the student with the sitting that the address names; 404 where the student never started it."""
    student, _ = reach.get_student(student_id)
    sitting, round_ = reach.choose_sitting(student)
    return student, sitting or reach.get_started(student), round_


def _page(
    student: Student, round_: Round, typed: Mapping[str, str], seen: int, mistakes: Mapping[str, str] | None = None
) -> str:
    said, wrong = words(), mistakes or {}
    groups = [
        Group(title, hint, tuple(_field(name, label, advice, typed, wrong) for name, label, advice in fields))
        for title, hint, fields in (*_list_request(said), *_list_reach(said), *_list_work(said))
    ]
    return render(
        "content",
        student=open_profile(school_key(session(), vault()), student).name,
        back=url_for("staff.show_student", student_id=student.id, round=round_.id),
        action=url_for("content.save", student_id=student.id, round=round_.id),
        groups=groups,
        seen=seen,
        annex=typed.get(ANNEX) == WANTED,
        errors=wrong,
    )


def _field(name: str, label: str, hint: str, typed: Mapping[str, str], mistakes: Mapping[str, str]) -> Field:
    return Field(name, label, hint, typed.get(name, ""), CAPS[name] >= LONG, mistakes.get(name, ""))


Fields = list[tuple[str, str, str]]


def _list_request(said: Catalogue) -> list[tuple[str, str, Fields]]:
    """Return the groups of the tinted box: what is asked of the municipality, and whom to call."""
    at_most = said.text("At most {n} characters.", n=CAPS["question"])
    asked: Fields = [
        ("question", said.text("What do you ask the municipality to do?"), at_most),
        ("by", said.text("By when?"), said.text("For example 1-8-2026")),
        ("moment", said.text("First talk: day and time"), said.text("For example Tuesday 16 June, 15.30")),
        ("place", said.text("First talk: where"), ""),
        ("people", said.text("First talk: who is there"), said.text("Names, at school and at the municipality")),
    ]
    call: Fields = [
        ("contact_name", said.text("Name"), ""),
        ("contact_role", said.text("Role"), ""),
        ("contact_phone", said.text("Direct number"), ""),
        ("contact_email", said.text("E-mail address"), ""),
        ("contact_hours", said.text("Days and hours"), said.text("For example Mon-Thu 8.30-16.30")),
    ]
    return [
        (said.text("Question to the municipality"), said.text("Stands first in the document, in a tinted box."), asked),
        (said.text("Whom to call at school"), "", call),
    ]


def _list_reach(said: Catalogue) -> list[tuple[str, str, Fields]]:
    """Return the group of how the student wants to be reached, and the diploma."""
    student: Fields = [
        ("channel", said.text("How to reach the student best"), said.text("For example app, call or mail")),
        ("time", said.text("Best time"), ""),
        ("language_help", said.text("Language help"), said.text("For example an interpreter for Tigrinya")),
        ("second_contact", said.text("Second contact"), said.text("Name, relation and number")),
        ("diploma", said.text("Diploma"), said.text("For example expected, obtained, or none")),
    ]
    return [(said.text("Student"), said.text("An empty field shows what stands in the school's list."), student)]


def _list_work(said: Catalogue) -> list[tuple[str, str, Fields]]:
    """Return the groups of what the school did, and what is arranged already."""
    done: Fields = [
        ("done", said.text("What was done"), said.text("At most {n} characters.", n=CAPS["done"])),
        ("consulted", said.text("Who was consulted"), said.text("At most {n} characters.", n=CAPS["consulted"])),
    ]
    arranged: Fields = []
    for row in range(1, ARRANGED + 1):
        arranged.append((f"what_{row}", said.text("What is arranged ({n})", n=row), ""))
        arranged.append((f"who_{row}", said.text("Who is involved ({n})", n=row), ""))
    return [
        (said.text("The school's view"), said.text("No diagnosis, no medication, no family matters."), done),
        (said.text("What is arranged already"), said.text("For example health insurance, with the mentor."), arranged),
    ]


def _say_fault(name: str, code: str, said: Catalogue) -> str:
    """Return in words why a field was refused."""
    return {
        "long": said.text("Make this shorter: at most {n} characters.", n=CAPS[name]),
        "day": said.text("Write the day like 1-8-2026."),
        "who": said.text("Say what is arranged, or clear who is involved."),
        "bsn": said.text("Leave the citizen service number (BSN) out."),
    }[code]


def list_missing(facts: Facts, said: Catalogue) -> list[str]:
    """Return what a municipality cannot act without and nobody entered yet, in words."""
    request, contact = facts.request, facts.contact
    wanted = [
        (request.question, said.text("what you ask the municipality")),
        (request.by, said.text("by when")),
        (request.moment and request.place, said.text("day and place of the first talk")),
        (contact.phone, said.text("a direct number at school")),
        (facts.review.consulted, said.text("who was consulted")),
    ]
    return [name for value, name in wanted if not value]
