"""One document to take along: the concept at any time, the final one only while it may leave."""

from __future__ import annotations

import pytest
from factories import Campus
from flask.testing import FlaskClient
from handing import PDF, finalise, hand
from sqlalchemy import select
from staffroom import signed_in
from stages import FINE, LATER, Course, make_course

from survey import agreement
from survey.handover.events import Withdrawn
from survey.handover.state import STUDENT
from survey.store.traces import Event
from survey.web.downloads import plain_name


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def test_concept_is_given_as_a_file_and_recorded(client: FlaskClient, course: Course) -> None:
    report = finalise(course, course.send(FINE, "Zoë d'Hondt"))
    signed_in(client, course.campus, course.mentor)
    answer = client.get(f"/staff/reports/{report.id}.pdf")
    assert answer.data == PDF + f"{report.sitting_id} 1 concept".encode()
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="concept-zoe-d-hondt-1.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store, no-transform"
    last = course.session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).one()
    assert (last.action, last.subject) == ("report.download", f"report:{report.id}")


@pytest.mark.parametrize("state", ["waiting", "working", "failed"])
def test_document_that_is_not_ready_is_not_found(client: FlaskClient, course: Course, state: str) -> None:
    report = finalise(course, course.send(FINE), is_ready=False)
    report.state = state
    course.session.flush()
    signed_in(client, course.campus, course.mentor)
    assert client.get(f"/staff/reports/{report.id}.pdf").status_code == 404


def test_final_document_is_given_until_the_agreement_is_taken_back(client: FlaskClient, course: Course) -> None:
    begun = course.send(FINE, "Noor Bakker")
    report = hand(course, begun)
    signed_in(client, course.campus, course.mentor)
    answer = client.get(f"/staff/reports/{report.id}.pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="overgangsdocument-noor-bakker-1.pdf"'
    agreement.add(course.session, course.vault, begun, Withdrawn(1, STUDENT, LATER), LATER)
    course.session.flush()
    assert client.get(f"/staff/reports/{report.id}.pdf").status_code == 404


def test_final_document_of_an_older_version_is_given_no_more(client: FlaskClient, course: Course) -> None:
    begun = course.send(FINE)
    old = hand(course, begun)
    new = hand(course, begun, remark="Toch anders.")
    signed_in(client, course.campus, course.mentor)
    assert client.get(f"/staff/reports/{old.id}.pdf").status_code == 404
    assert client.get(f"/staff/reports/{new.id}.pdf").status_code == 200


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Zoë d'Hondt", "zoe-d-hondt"),
        ("", "student"),
        ("السلام", "student"),
        ('a"; filename="b.exe\r\nX: y', "a-filename-b-exe-x-y"),
        ("x" * 200, "x" * 60),
    ],
)
def test_file_name_holds_plain_letters_only(name: str, plain: str) -> None:
    assert plain_name(name) == plain
