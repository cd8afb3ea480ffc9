"""Documents to take along."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from factories import Campus
from flask.testing import FlaskClient
from sqlalchemy import select
from staffroom import plain, signed_in
from stages import FINE, LATER, WORRIED, Course, make_course

from survey import review
from survey.records import seal_report, sitting_key
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting, StoredReport
from survey.store.traces import Event
from survey.web.downloads import plain_name

PDF = b"%PDF-1.7 of "


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def finalise(course: Course, begun: Sitting, is_ready: bool = True, remark: str = "") -> StoredReport:
    """Finalise a sitting and, as the worker would, store its document."""
    session, vault = course.session, course.vault
    made = review.finalise(session, vault, begun, course.mentor, review.Judgement(remark), LATER)
    session.flush()
    statement = select(StoredReport).where(StoredReport.sitting_id == begun.id, StoredReport.number == made.number)
    report = session.scalars(statement).one()
    if is_ready:
        pdf = PDF + f"{begun.id} {made.number}".encode()
        report.content = seal_report(sitting_key(session, vault, begun), report.id, pdf)
        report.state, report.ready_at = "ready", LATER
    session.flush()
    return report


def move(course: Course, begun: Sitting, municipality: str | None) -> None:
    """Let a student live somewhere else."""
    student_id = course.session.get_one(Invitation, begun.invitation_id).student_id
    course.session.get_one(Student, student_id).municipality = municipality
    course.session.flush()


def test_document_is_given_as_a_file_and_recorded(client: FlaskClient, course: Course) -> None:
    report = finalise(course, course.send(FINE, "Zoë d'Hondt"))
    signed_in(client, course.campus, course.mentor)
    answer = client.get(f"/staff/reports/{report.id}.pdf")
    assert answer.data == PDF + f"{report.sitting_id} 1".encode()
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="overgangsdocument-zoe-d-hondt-1.pdf"'
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


def test_package_holds_the_newest_ready_documents_of_one_municipality(client: FlaskClient, course: Course) -> None:
    near, far = course.send(FINE, "Noor Bakker"), course.send(WORRIED, "Daan Visser")
    again, busy = course.send(FINE, "Cem Can"), course.send(FINE, "Bram Bos")
    finalise(course, near)
    finalise(course, far)
    finalise(course, again)
    finalise(course, again, remark="Toch anders.")
    finalise(course, busy, is_ready=False)
    move(course, far, "GM0363")
    signed_in(client, course.campus, course.coordinator)
    home = plain(client.get("/staff/").text)
    assert "Amsterdam Voorjaar 1 Download ZIP" in home and "Purmerend Voorjaar 2 Download ZIP" in home
    assert "1 is nog niet klaar" in home
    answer = client.get(f"/staff/municipalities/GM0439.zip?round={course.round.id}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="overgangsdocumenten-purmerend.zip"'
    package = ZipFile(io.BytesIO(answer.data))
    assert package.testzip() is None
    cover, *documents = package.namelist()
    assert documents == ["01-cem-can-2.pdf", "02-noor-bakker-1.pdf"]
    assert package.read(documents[0]) == PDF + f"{again.id} 2".encode()
    listed = plain(package.read(cover).decode())
    assert "Purmerend" in listed and "Cem Can" in listed and "Daan" not in listed and "CONCEPT" in listed


def test_each_document_of_a_package_is_recorded(client: FlaskClient, course: Course) -> None:
    reports = {finalise(course, course.send(FINE, name)).id for name in ("Noor Bakker", "Cem Can")}
    signed_in(client, course.campus, course.coordinator)
    client.get("/staff/municipalities/GM0439.zip")
    taken = course.session.scalars(select(Event.subject).where(Event.action == "report.download"))
    assert {subject.removeprefix("report:") for subject in taken} == reports


def test_students_of_an_unknown_municipality_have_their_own_package(client: FlaskClient, course: Course) -> None:
    begun = course.send(FINE)
    move(course, begun, None)
    finalise(course, begun)
    signed_in(client, course.campus, course.coordinator)
    assert "Gemeente onbekend" in client.get("/staff/").text
    answer = client.get("/staff/municipalities/unknown.zip")
    assert "gemeente-onbekend" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("code", ["GM0439", "GM9999", "..%2f..%2fetc", "unknown"])
def test_municipality_without_documents_is_not_found(client: FlaskClient, course: Course, code: str) -> None:
    signed_in(client, course.campus, course.coordinator)
    assert client.get(f"/staff/municipalities/{code}.zip").status_code == 404


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
