"""One municipality: how far its documents are, all made final at once, and packages of what may leave, nothing else."""

from __future__ import annotations

import io
import re
from zipfile import ZipFile

import pytest
from factories import Campus
from flask.testing import FlaskClient
from handing import PDF, agree, finalise, hand
from pyzipper import AESZipFile
from sqlalchemy import select
from staffroom import plain, signed_in
from stages import FINE, LATER, WORRIED, Course, make_course

from survey import agreement, entries, erase
from survey.drift import find_drift
from survey.handover.events import Sent, Withdrawn
from survey.handover.state import STUDENT
from survey.store.agreeing import HandoverEvent
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting, StoredReport
from survey.store.traces import Event


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def move(course: Course, begun: Sitting, municipality: str | None) -> None:
    """Let a student live somewhere else."""
    student_id = course.session.get_one(Invitation, begun.invitation_id).student_id
    course.session.get_one(Student, student_id).municipality = municipality
    course.session.flush()


def names(content: bytes) -> list[str]:
    """Return what is in a package that is whole."""
    package = ZipFile(io.BytesIO(content))
    assert package.testzip() is None
    return package.namelist()


def test_package_holds_what_may_leave_of_one_municipality(client: FlaskClient, course: Course) -> None:
    near, far = course.send(FINE, "Noor Bakker"), course.send(WORRIED, "Daan Visser")
    again, busy = course.send(FINE, "Cem Can"), course.send(FINE, "Bram Bos")
    concept, agreed, back = course.send(FINE, "Aya Kok"), course.send(FINE, "Ben Prins"), course.send(FINE, "Els Vos")
    move(course, far, "GM0363")
    hand(course, near)
    hand(course, far)
    hand(course, again)
    hand(course, again, remark="Toch anders.")
    hand(course, busy, is_ready=False)
    finalise(course, concept)
    finalise(course, agreed)
    agree(course, agreed)
    hand(course, back)
    agreement.add(course.session, course.vault, back, Withdrawn(1, STUDENT, LATER), LATER)
    course.session.flush()
    signed_in(client, course.campus, course.coordinator)
    home = plain(client.get("/staff/").text)
    assert "Amsterdam Voorjaar 1 0 0" in home and "Purmerend Voorjaar 2 1 is nog niet klaar 1 1" in home
    page = client.get(f"/staff/municipalities/GM0439?round={course.round.id}")
    said = plain(page.text)
    assert "2 van 3 zijn klaar." in said and page.headers["Refresh"] == "3"
    assert "Els Vos V2B Ingetrokken: niet versturen" in said and "Aya Kok V2B Concept" in said
    answer = client.get(f"/staff/municipalities/GM0439.zip?round={course.round.id}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="overgangsdocumenten-purmerend.zip"'
    cover, *documents = names(answer.data)
    assert documents == ["01-cem-can-2.pdf", "02-noor-bakker-1.pdf"]
    package = ZipFile(io.BytesIO(answer.data))
    assert package.read(documents[0]) == PDF + f"{again.id} 2 final".encode()
    listed = plain(package.read(cover).decode())
    assert "Purmerend" in listed and "Cem Can" in listed
    assert not any(name in listed for name in ("Daan", "Aya", "Ben", "Bram", "Els"))


def test_each_document_of_a_package_is_recorded(client: FlaskClient, course: Course) -> None:
    reports = {hand(course, course.send(FINE, name)).id for name in ("Noor Bakker", "Cem Can")}
    signed_in(client, course.campus, course.coordinator)
    client.get("/staff/municipalities/GM0439.zip")
    taken = course.session.scalars(select(Event.subject).where(Event.action == "report.download"))
    assert {subject.removeprefix("report:") for subject in taken} == reports


def test_all_that_is_agreed_is_made_final_by_one_act(client: FlaskClient, course: Course) -> None:
    ready, refused = course.send(FINE, "Noor Bakker"), course.send(FINE, "Cem Can")
    for begun in (ready, refused):
        finalise(course, begun)
    agree(course, ready)
    desk = signed_in(client, course.campus, course.coordinator)
    assert "Maak 1 document definitief" in plain(desk.get("/staff/municipalities/GM0439"))
    for _ in range(2):
        assert desk.post("/staff/municipalities/GM0439/final").status_code == 303
    course.session.expire_all()
    assert (ready.stage, refused.stage) == ("final", "concept")
    kinds = course.session.scalars(select(StoredReport.kind).where(StoredReport.sitting_id == ready.id)).all()
    assert sorted(kinds) == ["concept", "copy", "final"]


def test_document_without_a_question_is_named_and_the_others_go_on(client: FlaskClient, course: Course) -> None:
    """The question is part of what the student agreed to: filled in later it asks for a new version and a new yes."""
    asking, silent = course.send(FINE, "Noor Bakker"), course.send(FINE, "Cem Can")
    finalise(course, asking)
    finalise(course, silent, question="")
    for begun in (asking, silent):
        agree(course, begun)
    student_id = course.session.get_one(Invitation, silent.invitation_id).student_id
    desk = signed_in(client, course.campus, course.coordinator)
    desk.post("/staff/municipalities/GM0439/final")
    desk.post(f"/staff/students/{student_id}/final")
    course.session.expire_all()
    assert (asking.stage, silent.stage) == ("final", "agreed")
    page = client.get("/staff/municipalities/GM0439").text
    assert "Cem Can: Vul eerst de vraag aan de gemeente in" in plain(page)
    assert f"/staff/students/{student_id}/content?" in page and "Maak 1 document definitief" not in page
    own = client.get(f"/staff/students/{student_id}").text
    assert "Vul eerst de vraag aan de gemeente in" in own and "Maak het definitieve document" not in own
    entries.save_entry(course.session, course.vault, silent, course.mentor, {"question": "Bel Cem."}, 0, LATER)
    assert "Cem Can: Stel opnieuw vast" in plain(client.get("/staff/municipalities/GM0439").text)
    finalise(course, silent)
    agree(course, silent)
    desk.post(f"/staff/students/{student_id}/final")
    course.session.expire_all()
    assert silent.stage == "final"
    assert "Zonder vraag aan de gemeente" not in client.get("/staff/municipalities/GM0439").text


def test_finalising_warns_of_a_question_that_lacks_and_goes_on(client: FlaskClient, course: Course) -> None:
    begun = course.send(FINE)
    student_id = course.session.get_one(Invitation, begun.invitation_id).student_id
    desk = signed_in(client, course.campus, course.mentor)
    path = f"/staff/students/{student_id}"
    assert "moet de student opnieuw akkoord geven" in client.get(path).text
    assert desk.post(f"{path}/finalise", remark="", override="", reason="").status_code == 303
    course.session.expire_all()
    assert begun.stage == "concept" and "In deze versie staat geen vraag" in client.get(path).text


def test_package_with_a_password_is_encrypted_whole_and_tells_no_name(client: FlaskClient, course: Course) -> None:
    begun = course.send(FINE, "Noor Bakker")
    hand(course, begun)
    desk = signed_in(client, course.campus, course.coordinator)
    shown = desk.post("/staff/municipalities/GM0439/password").text
    (password,) = re.findall(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}\b", shown)
    (address,) = re.findall(r'href="(/staff/municipalities/GM0439\.zip[^"]+)"', shown)
    content = client.get(address.replace("&amp;", "&")).data
    assert b"Noor" not in content and b"%PDF" not in content and password.encode() not in content
    with AESZipFile(io.BytesIO(content)) as package:
        assert package.namelist() == ["00-lijst.html", "01.pdf"]
        with pytest.raises(RuntimeError, match="password"):
            package.read("01.pdf")
        package.setpassword(password.encode())
        assert package.read("01.pdf") == PDF + f"{begun.id} 1 final".encode()
        assert b"Noor Bakker" in package.read("00-lijst.html")
    again = desk.post("/staff/municipalities/GM0439/password").text
    assert password not in again


def test_who_moved_is_left_out_until_the_document_is_made_again(client: FlaskClient, course: Course) -> None:
    """The municipality in the document, its list and its receiver are one."""
    stays, moved = course.send(FINE, "Noor Bakker"), course.send(FINE, "Cem Can")
    hand(course, stays)
    hand(course, moved)
    move(course, moved, "GM0363")
    signed_in(client, course.campus, course.coordinator)
    assert names(client.get("/staff/municipalities/GM0439.zip").data)[1:] == ["01-noor-bakker-1.pdf"]
    assert "Cem Can V2B Verhuisd: stel opnieuw vast" in plain(client.get("/staff/municipalities/GM0363").text)
    assert client.get("/staff/municipalities/GM0363.zip").status_code == 404


def test_what_was_downloaded_and_sent_is_handed_over_once(client: FlaskClient, course: Course) -> None:
    """One press counts for the package that left; what became ready after it stays to be handed over."""
    gone, late = course.send(FINE, "Noor Bakker"), course.send(FINE, "Cem Can")
    hand(course, gone)
    desk, path = signed_in(client, course.campus, course.coordinator), "/staff/municipalities/GM0439"
    form = {"sent-on": "2026-11-20", "sent-to": "Jongerenloket, M. Smit"}
    refused = desk.post(f"{path}/sent", **form)
    assert refused.status_code == 422 and "Download eerst de ZIP" in refused.text
    client.get(f"{path}.zip")
    hand(course, late)
    for _ in range(2):
        assert desk.post(f"{path}/sent", **form).status_code == 303
    course.session.expire_all()
    assert (gone.stage, late.stage) == ("sent", "final")
    actions = course.session.scalars(select(Event.action).where(Event.action == "document.sent")).all()
    assert len(actions) == 1 and find_drift(course.session, course.vault).differ == {}
    said = plain(client.get(path).text)
    assert "Noor Bakker V2B Verstuurd op 20 november 2026 aan Jongerenloket, M. Smit" in said
    assert "M. Smit: 1 document" in said and "Cem Can V2B Definitief: mag weg" in said
    assert "1 overdragen" in plain(client.get("/staff/").text)
    assert "Noor Bakker" in client.get("/staff/students?state=handed_over").text
    assert names(client.get(f"{path}.zip").data)[1:] == ["01-cem-can-1.pdf"]
    assert not any(b"Smit" in content for content in course.session.scalars(select(HandoverEvent.content)))
    desk.post(f"{path}/not-sent", **form)
    course.session.expire_all()
    assert gone.stage == "final" and "Verstuurd op" not in client.get(path).text


def test_sending_of_one_student_is_told_until_it_is_taken_back(client: FlaskClient, course: Course) -> None:
    begun = course.send(FINE)
    hand(course, begun)
    student_id = course.session.get_one(Invitation, begun.invitation_id).student_id
    path, told = f"/staff/students/{student_id}", "Verstuurd op 20 november 2026 aan M. Smit"
    desk = signed_in(client, course.campus, course.mentor)
    late = desk.post(f"{path}/sent", **{"sent-on": "2030-01-01", "sent-to": "M. Smit"})
    assert late.status_code == 422 and "Deze dag moet nog komen" in late.text and 'value="M. Smit"' in late.text
    for _ in range(2):
        assert desk.post(f"{path}/sent", **{"sent-on": "20-11-2026", "sent-to": "M. Smit"}).status_code == 303
    page = client.get(path).text
    assert told in page and "Download de definitieve PDF" in page and "Ik heb dit verstuurd" not in page
    assert "legde vast dat het document verstuurd is" in client.get(f"{path}/timeline").text
    desk.post(f"{path}/not-sent")
    assert "Ik heb dit verstuurd" in client.get(path).text and "nam terug" in client.get(f"{path}/timeline").text


def test_newer_version_is_to_be_handed_over_and_a_withdrawn_one_to_be_erased(
    client: FlaskClient, course: Course
) -> None:
    """Whom the older version was sent to is still told: that document did not come back."""
    begun = course.send(FINE, "Noor Bakker")
    hand(course, begun)
    sent = Sent(1, f"staff:{course.coordinator.id}", LATER, LATER.date(), "M. Smit")
    agreement.add(course.session, course.vault, begun, sent, LATER)
    hand(course, begun, remark="Toch anders.")
    assert begun.stage == "final"
    signed_in(client, course.campus, course.coordinator)
    path, told = "/staff/municipalities/GM0439", "Verstuurd op 23 november 2026 aan M. Smit"
    assert f"Definitief: mag weg {told}" in plain(client.get(path).text)
    agreement.add(course.session, course.vault, begun, Withdrawn(2, STUDENT, LATER), LATER)
    course.session.flush()
    said = plain(client.get(path).text)
    assert "Vraag de ontvanger om te wissen wat is verstuurd." in said and f"Noor Bakker : {told}" in said
    student_id = course.session.get_one(Invitation, begun.invitation_id).student_id
    own = client.get(f"/staff/students/{student_id}").text
    assert "Vraag de ontvanger om te wissen" in own and told in own
    erase.erase_sitting(course.session, course.vault, begun, "system", LATER)
    assert agreement.find_sendings(course.session, course.vault, [begun]) == {}


def test_students_of_an_unknown_municipality_have_their_own_package(client: FlaskClient, course: Course) -> None:
    begun = course.send(FINE)
    move(course, begun, None)
    hand(course, begun)
    signed_in(client, course.campus, course.coordinator)
    assert "Gemeente onbekend" in client.get("/staff/").text
    answer = client.get("/staff/municipalities/unknown.zip")
    assert "gemeente-onbekend" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("code", ["GM0439", "GM9999", "..%2f..%2fetc", "unknown"])
def test_municipality_without_documents_is_not_found(client: FlaskClient, course: Course, code: str) -> None:
    signed_in(client, course.campus, course.coordinator)
    assert client.get(f"/staff/municipalities/{code}.zip").status_code == 404
    assert client.get(f"/staff/municipalities/{code}").status_code == 404


def test_concepts_alone_make_no_package(client: FlaskClient, course: Course) -> None:
    finalise(course, course.send(FINE))
    signed_in(client, course.campus, course.coordinator)
    assert client.get("/staff/municipalities/GM0439.zip").status_code == 404
