"""One student put right: corrected with a trace, doubled records made one, removed when that is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from factories import Campus
from flask import Flask
from sqlalchemy import func, select
from stages import FINE, LATER, Course, make_course

from survey import casework, inviting, papers, places, sitting, students, tasks
from survey.casework import Content, Kind
from survey.profile import Profile
from survey.records import open_profile, seal_profile
from survey.roster import add_student
from survey.sitting import Status
from survey.store.casework import CaseEntry
from survey.store.inviting import Sheet
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting
from survey.store.traces import Event, Mail

ACTOR = "staff:coordinator"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def make(course: Course, number: str, **facts: str) -> Student:
    """Store a student of this number."""
    profile = Profile(**{"first_name": "Noor", "last_name": "Bakker", **facts})  # type: ignore[arg-type]
    student = add_student(course.session, course.vault, course.group, number, profile, None)
    course.session.flush()
    return student


def profile(course: Course, student: Student) -> Profile:
    """Return who a student is."""
    return open_profile(course.campus.key, student)


def actions(course: Course) -> list[str]:
    """Return what was recorded."""
    return list(course.session.scalars(select(Event.action).order_by(Event.number)))


def send(course: Course, student: Student) -> Sitting:
    """Let a student send answers."""
    invitation, _ = course.campus.invitation(course.round, student)
    begun = sitting.start(course.session, course.vault, invitation, "nl", LATER)
    course.fill(begun, FINE)
    sitting.submit(course.session, course.vault, begun, LATER)
    return begun


def test_each_corrected_fact_leaves_its_trace(course: Course) -> None:
    student, other = make(course, "1", phone="06 1111 1111"), course.campus.group(course.mentor, "K1")
    better = Profile("Noor", "Berg", phone="06 1111 1111", infix="van den", number="1")
    changed = students.correct(course.session, course.vault, student, better, other, "GM0439", ACTOR, LATER)
    assert changed == ["infix", "last_name", "group", "municipality"]
    assert profile(course, student) == better and student.group_id == other.id
    assert (student.municipality, student.municipality_by) == ("GM0439", places.Basis.PERSON)
    assert actions(course)[-4:] == [f"student.correct.{name}" for name in changed]


def test_same_facts_leave_no_trace(course: Course) -> None:
    student = make(course, "1")
    before = actions(course)
    assert students.correct(course.session, course.vault, student, profile(course, student), course.group, None, ACTOR, LATER) == []
    assert actions(course) == before


def test_number_of_another_student_is_refused_however_it_is_written(course: Course) -> None:
    one, two = make(course, "123"), make(course, "124")
    better = Profile("Noor", "Bakker", number="00123")
    with pytest.raises(students.NumberTaken) as refusal:
        students.correct(course.session, course.vault, two, better, course.group, None, ACTOR, LATER)
    assert refusal.value.student_id == one.id
    with pytest.raises(students.NumberTaken):
        students.add(course.session, course.vault, course.group, better, None, ACTOR, LATER)


def test_new_number_finds_the_student(course: Course) -> None:
    student = make(course, "123")
    students.correct(course.session, course.vault, student, Profile("Noor", number="77"), course.group, None, ACTOR, LATER)
    course.session.flush()
    school_id = course.campus.school.id
    assert students.find_number(course.session, course.vault, school_id, "0077") is student
    assert students.find_number(course.session, course.vault, school_id, "123") is None


def test_records_become_one_with_all_that_hangs_on_both(course: Course) -> None:
    kept, other = make(course, "1", phone="06 1111 1111"), make(course, "2", phone="06 2222 2222", email="n@voorbeeld.nl")
    begun = send(course, other)
    content = Content("Gebeld.", "phone", "Sanne de Wit")
    casework.add(course.session, course.vault, other, course.mentor, Kind.TALK, LATER.date(), content, LATER)
    other.municipality, other.municipality_by = "GM0439", "list"
    course.session.flush()
    plan = students.plan_merge(course.session, kept, other)
    assert (plan.moved, plan.stopped) == ((course.round.name,), ())
    students.merge(course.session, course.vault, kept, other, ACTOR, LATER)
    assert course.session.scalars(select(Student.id)).all() == [kept.id]
    assert course.session.scalars(select(Invitation.student_id)).all() == [kept.id]
    assert course.session.scalars(select(CaseEntry.student_id)).all() == [kept.id]
    assert sitting.read(course.session, course.vault, begun)[1].values["doel"] == "werken"
    now = profile(course, kept)
    assert (now.number, now.phone, now.email, kept.municipality) == ("1", "06 1111 1111", "n@voorbeeld.nl", "GM0439")
    assert actions(course)[-2:] == ["student.merge", "student.merged_away"]


@pytest.mark.parametrize("other_sends", [True, False])
def test_in_a_round_of_both_the_one_with_answers_keeps_the_link(course: Course, other_sends: bool) -> None:
    kept, other = make(course, "1"), make(course, "2")
    begun = send(course, other if other_sends else kept)
    course.campus.invitation(course.round, kept if other_sends else other)
    assert students.plan_merge(course.session, kept, other).stopped == (course.round.name,)
    students.merge(course.session, course.vault, kept, other, ACTOR, LATER)
    (invitation,) = course.session.scalars(select(Invitation))
    assert (invitation.id, invitation.student_id) == (begun.invitation_id, kept.id)


def test_two_sendings_in_one_round_are_never_put_together(course: Course) -> None:
    kept, other = make(course, "1"), make(course, "2")
    send(course, kept), send(course, other)
    with pytest.raises(students.BothAnswered) as refusal:
        students.merge(course.session, course.vault, kept, other, ACTOR, LATER)
    assert refusal.value.rounds == (course.round.name,)
    assert course.session.scalar(select(func.count()).select_from(Sitting).where(Sitting.status == Status.SENT)) == 2


def test_a_record_is_not_merged_with_itself(course: Course) -> None:
    student = make(course, "1")
    with pytest.raises(ValueError, match="one record"):
        students.plan_merge(course.session, student, student)


def test_removed_student_leaves_nothing_but_the_trace(course: Course) -> None:
    student = make(course, "1")
    invitation, _ = course.campus.invitation(course.round, student)
    sitting.start(course.session, course.vault, invitation, "nl", LATER)
    content = Content("Gebeld.", "phone", "Sanne de Wit")
    casework.add(course.session, course.vault, student, course.mentor, Kind.NOTE, LATER.date(), content, LATER)
    course.session.flush()
    students.remove(course.session, course.vault, student, ACTOR, LATER)
    for table in (Student, Invitation, Sitting, CaseEntry):
        assert course.session.scalars(select(table)).all() == []
    assert actions(course)[-2:] == ["sitting.erase", "student.remove"]


def write_to(course: Course, student: Student, app: Flask) -> str:
    """Let an invitation wait in the outbox; return the id of the mail."""
    known = replace(profile(course, student), email="noor@voorbeeld.nl")
    student.profile = seal_profile(course.campus.key, student.id, known)
    invitation, _ = course.campus.invitation(course.round, student)
    invitation.remind_at = LATER
    course.session.flush()
    before = set(course.session.scalars(select(Mail.id)))
    inviting.write_due(course.session, course.vault, app.extensions["settings"], LATER)
    (mail_id,) = set(course.session.scalars(select(Mail.id))) - before
    return mail_id


def test_mail_to_a_removed_student_goes_and_is_not_sent(course: Course, app: Flask) -> None:
    student, other = make(course, "1"), make(course, "2")
    waiting, stays = write_to(course, student, app), write_to(course, other, app)
    students.remove(course.session, course.vault, student, ACTOR, LATER)
    course.session.commit()
    assert course.session.scalars(select(Mail.id)).all() == [stays]
    with app.app_context():
        tasks.send_mail(waiting)
    assert list(Path(app.extensions["settings"].mail_url.removeprefix("file:")).glob("*.eml")) == []


def test_mail_with_a_link_that_a_merger_ends_goes(course: Course, app: Flask) -> None:
    kept, other = make(course, "1"), make(course, "2")
    stays, waiting = write_to(course, kept, app), write_to(course, other, app)
    students.merge(course.session, course.vault, kept, other, ACTOR, LATER)
    assert course.session.scalars(select(Mail.id)).all() == [stays] and stays != waiting


def test_papers_that_name_a_removed_student_go(course: Course) -> None:
    student, _, _ = course.invite()
    for kind in (papers.Kind.CARDS, papers.Kind.OVERVIEW, papers.Kind.POSTER):
        papers.wish(course.session, course.vault, course.group, course.round, kind, "A4", ACTOR, LATER)
    student.group_id = course.campus.group(course.mentor, "V2C").id
    students.remove(course.session, course.vault, student, ACTOR, LATER)
    assert course.session.scalars(select(Sheet.kind)).all() == ["poster"]


def test_student_who_sent_answers_is_not_removed_here(course: Course) -> None:
    student = make(course, "1")
    send(course, student)
    with pytest.raises(students.Kept):
        students.remove(course.session, course.vault, student, ACTOR, LATER)


def test_place_that_somebody_told_is_known_for_the_next(course: Course) -> None:
    made = [make(course, str(number), place="Zaandam") for number in (1, 2)]
    for student in made:
        found = places.guess(profile(course, student), {})
        student.municipality, student.municipality_by = found.code, found.basis
    course.session.flush()
    (ask,) = places.get_asks(course.session, course.vault)
    assert (ask.text, ask.code, ask.basis, len(ask.names)) == ("Zaandam", None, None, 2)
    assert places.confirm(course.session, course.vault, ask, "GM0479", ACTOR, LATER) == 2
    course.session.flush()
    assert places.get_asks(course.session, course.vault) == []
    known = places.get_known(course.session, course.vault, [Profile("Daan", place="zaandam")])
    assert places.guess(Profile("Daan", place="ZAANDAM"), known) == places.Guess("GM0479", places.Basis.PERSON)


def test_nobody_knows_is_an_answer_too(course: Course) -> None:
    student = make(course, "1", place="Elders")
    (ask,) = places.get_asks(course.session, course.vault)
    places.confirm(course.session, course.vault, ask, None, ACTOR, LATER)
    assert (student.municipality, student.municipality_by) == (None, places.Basis.PERSON)
    with pytest.raises(ValueError, match="no municipality"):
        places.confirm(course.session, course.vault, ask, "GM9999", ACTOR, LATER)


@pytest.mark.parametrize(
    ("facts", "guess"),
    [
        ({"municipality_text": "Purmerend"}, ("GM0439", "list")),
        ({"municipality_text": "439", "place": "Amsterdam"}, ("GM0439", "list")),
        ({"place": "Amsterdam"}, ("GM0363", "place")),
        ({"place": "Zaandam", "postcode": "1506 AA"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_municipality_is_guessed_from_the_best_there_is(facts: dict[str, str], guess: tuple[str | None, str | None]) -> None:
    found = places.guess(Profile("Noor", **facts), {})
    assert (found.code, found.basis) == guess
