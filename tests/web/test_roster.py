"""The pages of students' facts: found, added, corrected, made one, removed, confirmed, exported; for who may only."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import BytesIO, StringIO

import openpyxl
import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from queries import recorded
from school_list import make_rows
from sqlalchemy import Connection, select
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, SOURCE, WORRIED, Course, make_course

from survey import roster
from survey.access import Role
from survey.profile import Profile
from survey.records import open_profile
from survey.store.people import Student
from survey.store.traces import Event

PATH = "/staff/roster"
FACTS = {"number": "0123", "first_name": "Zoë", "infix": "van den", "last_name": "Berg"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def desk(course: Course, client: FlaskClient, role: Role = Role.coordinator) -> Desk:
    """Seat somebody."""
    people = {Role.coordinator: course.coordinator, Role.mentor: course.mentor}
    person = people.get(role) or course.campus.staff(role, "Els Vos")
    course.session.flush()
    return signed_in(client, course.campus, person)


def add(course: Course, number: str, first: str, last: str, infix: str = "", **facts: str) -> Student:
    """Store a student."""
    profile = Profile(first, last, infix=infix, **facts)  # type: ignore[arg-type]
    made = roster.add_student(course.session, course.vault, course.group, number, profile, None)
    course.session.flush()
    return made


def actions(course: Course) -> list[str]:
    """Return what was recorded."""
    return list(course.session.scalars(select(Event.action).order_by(Event.number)))


def test_students_stand_by_last_name_and_are_found_by_name_and_number(course: Course, client: FlaskClient) -> None:
    add(course, "0012", "Zoë", "Berg", "van den")
    add(course, "34", "Daan", "Visser")
    add(course, "56", "Amira", "Énders")
    seat = desk(course, client)
    page = seat.get(PATH)
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page) == ["Zoë van den Berg", "Amira Énders", "Daan Visser"]
    for search in ("enders", "56", "056"):
        assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', seat.get(f"{PATH}?search={search}")) == ["Amira Énders"]
    assert "Geen student gevonden." in seat.get(f"{PATH}?search=niemand")


def test_queries_do_not_grow_with_the_students(course: Course, client: FlaskClient, connection: Connection) -> None:
    seat = desk(course, client)
    counts = []
    for first in (0, 40):
        for number in range(first, first + 40):
            add(course, str(number + 1), "Noor", f"Bakker {number}")
        course.session.commit()
        with recorded(connection) as asked:
            seat.get(PATH)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "pagina 1 van 2" in seat.get(PATH)


def test_student_is_added_by_hand_with_the_rules_of_lists(course: Course, client: FlaskClient) -> None:
    seat = desk(course, client, Role.administrator)
    wrong = seat.post(f"{PATH}/new", **FACTS, phone="06-1", birth_date="31-2-2007", group_id="")
    assert wrong.status_code == 422
    for words in ("is geen telefoonnummer", "bestaat niet", "Kies een klas.", 'value="06-1"'):
        assert words in wrong.text, words
    answer = seat.post(f"{PATH}/new", **FACTS, phone="0612345678", municipality="", place="Amsterdam", group_id=course.group.id)
    assert answer.status_code == 303
    student = course.session.scalars(select(Student)).one()
    profile = open_profile(course.campus.key, student)
    assert (profile.name, profile.phone, profile.number) == ("Zoë van den Berg", "06 1234 5678", "0123")
    assert (student.municipality, student.municipality_by) == ("GM0363", "place")
    assert "Gegevens van Zoë van den Berg" in seat.get(answer.location)
    taken = seat.post(f"{PATH}/new", **{**FACTS, "number": "123"}, group_id=course.group.id)
    assert taken.status_code == 422 and "Zoë van den Berg heeft dit nummer al." in taken.text


def test_facts_are_corrected_with_a_trace(course: Course, client: FlaskClient) -> None:
    student, other = add(course, "1", "Noor", "Bakker"), course.campus.group(course.mentor, "K1")
    seat = desk(course, client)
    path = f"{PATH}/{student.id}"
    assert seat.post(path, **{**FACTS, "number": "1"}, group_id=other.id, municipality="GM0439").status_code == 303
    page = seat.get(f"{path}?saved=1")
    assert "Opgeslagen." in page and "onbekend" in plain(page)
    assert student.group_id == other.id and student.municipality_by == "person"
    assert [action for action in actions(course) if action.startswith("student.correct.")] == [
        "student.correct.first_name", "student.correct.infix", "student.correct.last_name", "student.correct.group",
        "student.correct.municipality",
    ]  # fmt: skip


def test_doubled_student_is_made_one(course: Course, client: FlaskClient) -> None:
    kept, other = add(course, "1", "Noor", "Bakker"), add(course, "2", "Noor", "Bakker", email="n@voorbeeld.nl")
    course.campus.invitation(course.round, other)
    seat = desk(course, client)
    page = seat.get(f"{PATH}/{kept.id}/merge")
    assert f"other={other.id}" in page
    assert seat.post(f"{PATH}/{kept.id}/merge").status_code == 422
    page = plain(seat.get(f"{PATH}/{kept.id}/merge?other={other.id}"))
    assert "Dit dossier blijft: Noor Bakker, nummer 1." in page and "gaan mee en blijven leesbaar" in page
    assert seat.post(f"{PATH}/{kept.id}/merge", other=other.id).status_code == 303
    assert course.session.scalars(select(Student.id)).all() == [kept.id]


def test_two_who_both_answered_are_refused_in_words(course: Course, client: FlaskClient) -> None:
    course.send(FINE, "Noor Bakker")
    course.send(WORRIED, "Noor Bakker")
    kept, other = course.session.scalars(select(Student.id)).all()
    answer = desk(course, client).post(f"{PATH}/{kept}/merge", other=other)
    assert answer.status_code == 422 and "Beide hebben antwoorden verstuurd in: Voorjaar." in plain(answer.text)


def test_student_is_removed_or_kept_in_words(course: Course, client: FlaskClient) -> None:
    student = add(course, "1", "Noor", "Bakker")
    course.send(FINE, "Daan Visser")
    sent = next(one for one in course.session.scalars(select(Student)) if one.id != student.id)
    seat = desk(course, client)
    assert "Noor Bakker verwijderen?" in seat.get(f"{PATH}/{student.id}/remove")
    assert seat.post(f"{PATH}/{student.id}/remove").status_code == 303
    refused = seat.post(f"{PATH}/{sent.id}/remove")
    assert refused.status_code == 422 and "kan hier niet worden verwijderd" in plain(refused.text)


def test_administrator_corrects_but_merges_and_exports_nothing(course: Course, client: FlaskClient) -> None:
    student = add(course, "1", "Noor", "Bakker")
    seat = desk(course, client, Role.administrator)
    page = seat.get(f"{PATH}/{student.id}")
    assert "verwijderen" not in page and "dubbel" not in page
    for path in (f"{PATH}/{student.id}/merge", "/staff/export", "/staff/export/students.csv"):
        seat.get(path, status=403)


def test_municipalities_are_confirmed_at_once_or_one_by_one(course: Course, client: FlaskClient) -> None:
    rows = make_rows(6)
    for row in rows[3:]:
        row["Gemeente"] = ""
    office = desk(course, client)
    for index, row in enumerate(rows):
        profile = Profile(row["Roepnaam"], place=row["Woonplaats"], municipality_text=row["Gemeente"])
        made = roster.add_student(course.session, course.vault, course.group, str(index + 1), profile, None)
        if row["Gemeente"]:
            code = {"Purmerend": "GM0439", "Waterland": "GM0852", "Edam-Volendam": "GM0385"}[row["Gemeente"]]
            made.municipality, made.municipality_by = code, "list"
    course.session.commit()
    assert "Bevestig de gemeente van 6 studenten" in office.get(PATH)
    page = office.get("/staff/residence")
    assert "survey regions" not in page
    assert page.count(f'href="{PATH}/') == 6 and f">{rows[3]['Roepnaam']}</a>" in page
    assert "Bevestig alle 3 studenten van wie je lijst de gemeente noemt" in page
    assert "onbekend: er is nog geen tabel ingelezen" in plain(page)
    answer = office.post("/staff/residence/confirm", all="1")
    assert "Bevestigd voor 3 studenten." in office.get(answer.location)
    page = office.get("/staff/residence")
    field = re.search(r'<label for="m(\w+)">Ilpendam</label>', page)
    assert field
    wrong = office.post("/staff/residence/confirm", **{f"other-{field[1]}": "Ergens"})
    assert wrong.status_code == 422 and "Geen gemeente heet: Ergens." in wrong.text
    office.post("/staff/residence/confirm", **{f"other-{field[1]}": "waterland"})
    confirmed = [one.municipality for one in course.session.scalars(select(Student)) if one.municipality_by == "person"]
    assert sorted(filter(None, confirmed)) == ["GM0385", "GM0439", "GM0852", "GM0852"]


def export(seat: Desk, kind: str, query: str = "") -> bytes:
    """Take a table along."""
    answer = seat.client.get(f"/staff/export/students.{kind}?{query}")
    assert answer.status_code == 200, answer.status_code
    return answer.data


def test_export_keeps_the_states_of_missing_answers_apart(course: Course, client: FlaskClient) -> None:
    course.send(WORRIED, "Noor Bakker")
    course.begin("Daan Visser")
    course.invite("Amira =cmd")
    seat = desk(course, client)
    rows = list(csv.DictReader(StringIO(export(seat, "csv", "answers=yes").decode("utf-8-sig")), delimiter=";"))
    noor, daan, amira = sorted(rows, key=lambda row: ["Noor", "Daan", "Amira"].index(row["first_name"]))
    assert (noor["doel"], noor["doel_state"], noor["slapen"]) == ("werken", "answered", "nee")
    assert (daan["doel"], daan["doel_state"], daan["state"]) == ("", "not_sent", "started")
    assert (amira["doel_state"], amira["state"], amira["last_name"]) == ("not_started", "not_started", "'=cmd")
    assert noor["municipality"] == "Purmerend" and noor["doorstroompunt"] == ""
    assert actions(course)[-1] == "export.answers.csv"


def test_answers_are_there_only_when_asked_for_and_only_what_the_role_may_read(course: Course, client: FlaskClient) -> None:
    source = SOURCE.replace("text: Heb je genoeg te eten?", "text: Heb je genoeg te eten?\n    seen_by: [coordinator]")
    other = make_course(course.campus, source)
    other.send(WORRIED)
    seat = signed_in_as(client, other, other.mentor)
    facts = json.loads(export(seat, "json"))
    assert "doel" not in facts["rows"][0] and facts["rows"][0]["round"] == "Voorjaar"
    mine = json.loads(export(seat, "json", "answers=yes"))["rows"][0]
    assert mine["doel"] == "werken" and "eten" not in mine and "eten_state" not in mine
    theirs = json.loads(export(signed_in_as(client, other, other.coordinator), "json", "answers=yes"))["rows"]
    assert any(row.get("eten") == "nee" for row in theirs)


def signed_in_as(client: FlaskClient, course: Course, person: object) -> Desk:
    """Seat this person."""
    course.session.flush()
    return signed_in(client, course.campus, person)  # type: ignore[arg-type]


def test_export_is_what_the_list_shows_or_what_was_chosen(course: Course, client: FlaskClient) -> None:
    _, first, _ = course.invite("Noor Bakker")
    course.invite("Daan Visser", municipality="GM0363")
    seat = desk(course, client)
    names = lambda query: [row["first_name"] for row in json.loads(export(seat, "json", query))["rows"]]  # noqa: E731
    assert names("") == ["Noor", "Daan"] and names("municipality=GM0363") == ["Daan"] and names(f"id={first.id}") == ["Noor"]
    assert "2 rijen zijn nu gekozen." in plain(seat.get("/staff/export"))
    seat.get("/staff/export/students.exe", status=404)


def test_students_who_were_ticked_in_the_list_are_exported(course: Course, client: FlaskClient) -> None:
    _, first, _ = course.invite("Noor Bakker")
    course.invite("Daan Visser")
    seat = desk(course, client)
    assert "/staff/export/chosen" in seat.get("/staff/students")
    answer = seat.post("/staff/export/chosen", id=first.id, query="municipality=GM0439&page=2")
    assert answer.location == f"/staff/export?municipality=GM0439&id={first.id}"
    assert "1 rij is nu gekozen." in plain(seat.get(answer.location))
    everyone = seat.post("/staff/export/chosen", id=first.id, all="1", query="").location
    assert "2 rijen zijn nu gekozen." in plain(seat.get(everyone))


def test_workbook_has_a_codebook_with_the_options(course: Course, client: FlaskClient) -> None:
    course.send(FINE)
    book = openpyxl.load_workbook(BytesIO(export(desk(course, client), "xlsx", "answers=yes")))
    assert book.sheetnames == ["Studenten", "Codeboek"]
    lines = {row[0]: row for row in book["Codeboek"].iter_rows(values_only=True)}
    assert lines["doel"][1] == "Wat ga je doen?" and "werken = Werken" in lines["doel"][3]
    assert "not_shown" in lines["doel_state"][3]


def test_mentor_exports_the_own_classes(course: Course, client: FlaskClient) -> None:
    course.invite("Noor Bakker")
    joke = course.campus.staff(name="Joke Prins")
    course.campus.invitation(course.round, course.campus.student(course.campus.group(joke, "K1"), "Daan Visser"))
    rows = json.loads(export(desk(course, client, Role.mentor), "json"))["rows"]
    assert [row["first_name"] for row in rows] == ["Noor"]


def test_queries_of_an_export_do_not_grow(course: Course, client: FlaskClient, connection: Connection) -> None:
    seat = desk(course, client)
    counts = []
    for _ in range(2):
        for number in range(5):
            course.send(FINE, f"Noor Bakker{number}")
        course.session.flush()
        with recorded(connection) as asked:
            export(seat, "csv", "answers=yes")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_list_of_students_is_never_kept(course: Course, client: FlaskClient) -> None:
    seat = desk(course, client)
    for path in (PATH, "/staff/imports", "/staff/residence", "/staff/export"):
        assert "no-store" in seat.client.get(path).headers["Cache-Control"]
