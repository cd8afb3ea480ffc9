"""The staff's pages: who needs a talk, the classes, one student, and the finalisation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from sqlalchemy import select
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, WORRIED, Course, make_course

from survey import alarms, review
from survey.access import Role
from survey.store.inviting import Deputy
from survey.store.surveying import Invitation, RaisedFlag, Review, Sitting, StoredReport
from survey.store.traces import Event


@dataclass(slots=True)
class Room:
    """A class with a mentor at a browser."""

    course: Course
    desk: Desk

    @property
    def path(self) -> str:
        """Return the address of the class."""
        return f"/staff/classes/{self.course.group.id}"

    def student(self, begun: Sitting) -> str:
        """Return the address of a student's page."""
        return f"/staff/students/{self.course.session.get_one(Invitation, begun.invitation_id).student_id}"

    def rows(self, query: str = "") -> list[str]:
        """Return the names in the table, in order."""
        page = self.desk.get(f"{self.path}?{query}")
        table = page.split("<tbody>")[1].split("</tbody>")[0]
        return [plain(row.split("</th>")[0]) for row in table.split('<th scope="row">')[1:]]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school, just after the students sent."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


@pytest.fixture
def room(course: Course, client: FlaskClient) -> Room:
    """Seat the mentor of the class."""
    return Room(course, signed_in(client, course.campus, course.mentor))


# Flags


def test_flags_stand_first_and_are_taken_up_by_name(room: Room) -> None:
    room.course.send(WORRIED, "Daan Visser")
    home = room.desk.get("/staff/")
    words = plain(home)
    assert "Vandaag praten: 1 student Daan Visser · V2B" in words
    assert "Heeft geen slaapplek. Heeft niet genoeg te eten. sinds vandaag 10:35 · bel vandaag vóór 17:00" in words
    assert home.index('id="today"') < home.index('id="classes"')
    flag = room.course.session.scalars(select(RaisedFlag.id)).first()
    answer = room.desk.post(f"/staff/flags/{flag}/take", next="/staff/")
    assert (answer.status_code, answer.location) == (303, "/staff/")
    after = plain(room.desk.get("/staff/"))
    assert "Vandaag praten: alles is opgepakt" in after and "opgepakt door Sanne de Wit, vandaag 10:35" in after
    assert "Ik pak dit op" not in after


def test_card_gives_the_phone_until_somebody_took_it_up(room: Room) -> None:
    room.course.send(WORRIED, "Daan Visser")
    call = re.search(r'href="(tel:06\d+)">Bel 06 ', room.desk.get("/staff/"))
    assert call and call[1] in room.desk.get(room.path)
    flag = room.course.session.scalars(select(RaisedFlag.id)).first()
    room.desk.post(f"/staff/flags/{flag}/take", next="/staff/")
    assert "tel:" not in room.desk.get("/staff/")


def test_first_due_and_most_flags_stand_first_and_a_class_folds_beyond_two(room: Room) -> None:
    begun = room.course.send({**WORRIED, "eten": "ja"}, "Een Signaal")
    for name in ("Daan Visser", "Yara Smit"):
        room.course.send(WORRIED, name)
    cards = re.compile(r'class="what"><a[^>]*>([^<]+)<')
    first, second, last = cards.findall(room.desk.get("/staff/"))
    assert ({first, second}, last) == ({"Daan Visser", "Yara Smit"}, "Een Signaal")
    page = room.desk.get(room.path)
    assert page.index(f"{second}</a> ·") < page.index("<summary>en nog 1 · 1 wacht op iemand") < page.index(f"{last}</a> ·")
    for late in room.course.session.scalars(select(RaisedFlag).where(RaisedFlag.sitting_id == begun.id)):
        late.due_at -= timedelta(days=1)
    room.course.session.flush()
    page = room.desk.get("/staff/")
    assert cards.findall(page)[0] == "Een Signaal" and "bel zondag 22 november vóór 17:00" in plain(page)


def test_who_takes_up_second_sees_who_was_first(room: Room, client: FlaskClient) -> None:
    room.course.send(WORRIED)
    flag = room.course.session.scalars(select(RaisedFlag.id)).first()
    room.desk.post(f"/staff/flags/{flag}/take", next="/staff/")
    second = signed_in(client, room.course.campus, room.course.coordinator)
    second.post(f"/staff/flags/{flag}/take", next="/staff/")
    assert "opgepakt door Sanne de Wit" in second.get("/staff/")
    assert set(room.course.session.scalars(select(RaisedFlag.taken_by))) == {room.course.mentor.id}


# Classes


def test_class_counts_work_and_shows_each_state(room: Room) -> None:
    room.course.send(WORRIED, "Daan Visser")
    room.course.send(FINE, "Noor Bakker")
    room.course.answer(room.course.begin("Sem de Jong"), "doel", doel="werken")
    room.course.invite("Yara Smit", municipality=None)
    words = plain(room.desk.get(room.path))
    assert "1 vandaag praten 2 nog niet klaar 2 bespreken 0 vast te stellen 0 definitief maken 0 overdragen" in words
    assert "2 van 4 ingevuld (50%)" in words
    assert "Daan Visser !! vandaag praten Werken ja 1 punt !! vandaag, dan 1 · nu Purmerend" in words
    assert "Noor Bakker bespreken Werken nee 0 punten 4 · later Purmerend" in words
    assert "Sem de Jong 1 van 4 Werken" in words
    assert "Yara Smit nog niet begonnen" in words and "onbekend" in words
    for name in ("Milan Mulder", "Tess Bos"):
        room.course.send(FINE, name)
    assert "4 van 6 ingevuld (67%)" in plain(room.desk.get(room.path))


def test_highest_priority_comes_first_unless_asked_by_name(room: Room) -> None:
    room.course.send(FINE, "Anna Aalders")
    room.course.send({**FINE, "baan": "nee"}, "Bram Bos")
    room.course.send(WORRIED, "Cem Can")
    room.course.invite("Dirk Dam")
    assert room.rows() == ["Cem Can", "Bram Bos", "Anna Aalders", "Dirk Dam"]
    assert room.rows("sort=name") == ["Anna Aalders", "Bram Bos", "Cem Can", "Dirk Dam"]


FILTERS = {
    "state=today": ["Cem Can"],
    "state=unfinished": ["Dirk Dam"],
    "state=discuss": ["Cem Can", "Anna Aalders"],
    "state=nonsense": ["Cem Can", "Anna Aalders", "Dirk Dam"],
    "municipality=GM0439": ["Cem Can", "Anna Aalders"],
    "municipality=unknown": ["Dirk Dam"],
    "priority=4": ["Anna Aalders"],
    "priority=unknown": ["Dirk Dam"],
    "search=AALD": ["Anna Aalders"],
    "search=%25": [],
    "search=cem&priority=4": [],
}


def test_filters_of_the_address_choose_rows(room: Room) -> None:
    room.course.send(FINE, "Anna Aalders")
    room.course.send(WORRIED, "Cem Can")
    room.course.invite("Dirk Dam", municipality=None)
    assert {query: room.rows(query) for query in FILTERS} == FILTERS


def test_mentor_sees_own_classes_only_and_coordinator_all(room: Room, client: FlaskClient) -> None:
    other = room.course.campus.group(room.course.campus.staff(name="Joke Prins"), "H1A")
    student = room.course.campus.student(other, "Fleur Mulder")
    room.course.campus.invitation(room.course.round, student)
    room.course.invite()
    assert "H1A" not in room.desk.get("/staff/")
    room.desk.get(f"/staff/classes/{other.id}", 404)
    room.desk.get(f"/staff/students/{student.id}", 404)
    coordinator = signed_in(client, room.course.campus, room.course.coordinator)
    assert "H1A" in coordinator.get("/staff/")
    assert "Fleur Mulder" in coordinator.get(f"/staff/classes/{other.id}")


def test_administrator_sees_progress_and_nothing_that_was_answered(course: Course, client: FlaskClient) -> None:
    course.send(WORRIED, "Daan Visser")
    desk = signed_in(client, course.campus, course.campus.staff(Role.administrator, "Ad Min"))
    home = desk.get("/staff/")
    assert "V2B" in home and "1 van 1" in home
    assert "Daan" not in home and "Vandaag praten" not in home and course.group.id not in home
    desk.get(f"/staff/classes/{course.group.id}", 403)


def test_round_that_does_not_ask_this_class_is_not_found(room: Room) -> None:
    room.course.invite()
    elsewhere = room.course.campus.round(name="Andere ronde")
    room.desk.get(f"{room.path}?round={room.course.round.id}")
    room.desk.get(f"{room.path}?round={elsewhere.id}", 404)


# One student


def test_student_page_says_what_was_answered_and_why(room: Room) -> None:
    begun = room.course.send(WORRIED, "Daan Visser")
    page = room.desk.get(room.student(begun))
    words = plain(page)
    assert "1 · nu" in words and "Heeft geen slaapplek." in words
    assert "Heb je een slaapplek? Nee" in words and "Wat kan jij goed? Koken." in words
    assert "Je hebt geen werk." in words and "1 punt" in words
    assert "3: Hulp · 2 van 2 ingevuld · onder 1 Goed" in words
    assert 'href="tel:06' in page and "Vragenlijst stap 1" in words


def test_looking_is_recorded_with_who_and_whom(room: Room) -> None:
    begun = room.course.send(FINE)
    path = room.student(begun)
    room.desk.get(path)
    last = room.course.session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).one()
    assert (last.actor, last.action) == (f"staff:{room.course.mentor.id}", "student.view")
    assert last.subject == path.replace("/staff/students/", "student:")


def test_answers_that_are_not_sent_stay_closed(room: Room) -> None:
    begun = room.course.begin("Sem de Jong")
    room.course.fill(begun, WORRIED)
    words = plain(room.desk.get(room.student(begun)))
    assert "bezig: 4 van 4" in words and "Nog geen uitkomst" in words
    assert "Koken." not in words and "Vaststellen" not in words


def test_markup_in_an_answer_or_remark_stays_text(room: Room) -> None:
    begun = room.course.send({**FINE, "eigen": "<script>alert(1)</script>"}, "<b>Daan</b> Visser")
    path = room.student(begun)
    room.desk.post(f"{path}/finalise", remark="<img src=x onerror=alert(1)>")
    for address in (path, room.path, "/staff/", f"{room.path}/cards"):
        page = room.desk.client.get(address).text
        assert "<script>alert" not in page and "<img" not in page and "<b>Daan" not in page


# Finalising


def test_finalising_keeps_the_view_and_says_that_the_document_is_being_made(room: Room) -> None:
    begun = room.course.send(FINE)
    answer = room.desk.post(f"{room.student(begun)}/finalise", remark="Alles is\x00\u202e geregeld.\r\nFijn gesprek.", override="")
    assert answer.status_code == 303
    words = plain(room.desk.get(answer.location))
    assert "Het document wordt gemaakt." in words and "Eerder vastgesteld" in words and "Sanne de Wit" in words
    (past,) = review.get_reviews(room.course.session, room.course.vault, room.course.session.get_one(Sitting, begun.id))
    assert past.judgement == review.Judgement("Alles is geregeld.\nFijn gesprek.", None, "")
    assert room.course.session.scalars(select(StoredReport.state)).one() == "waiting"


def test_another_priority_is_shown_beside_that_of_the_rules(room: Room) -> None:
    begun = room.course.send(FINE)
    path = room.student(begun)
    room.desk.post(f"{path}/finalise", override="2", reason="Het contract stopt in maart.")
    words = plain(room.desk.get(path))
    assert "2 · snel" in words and "De regels zeiden: 4 · later." in words
    assert "Gekozen door Sanne de Wit: Het contract stopt in maart." in words
    assert room.rows("priority=2") == ["Noor Bakker"]


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"remark": "x" * 501}, "hooguit 500 tekens"),
    ({"override": "2"}, "waarom je een andere voorrang kiest"),
    ({"override": "2", "reason": "x" * 501}, "hooguit 500 tekens"),
    ({"override": "3", "reason": "Bestaat niet."}, "Kies een voorrang uit de lijst"),
    ({"override": "twee", "reason": "Geen getal."}, "Kies een voorrang uit de lijst"),
    ({"override": "²"}, "Kies een voorrang uit de lijst"),
    ({"reason": "Zonder keuze."}, "Kies ook de andere voorrang"),
)


def test_form_that_is_not_right_comes_back_with_its_text(room: Room) -> None:
    begun = room.course.send(FINE)
    for fields, message in REFUSED:
        answer = room.desk.post(f"{room.student(begun)}/finalise", **{"remark": "Blijft staan.", **fields})
        assert answer.status_code == 422 and message in answer.text, fields
        assert fields.get("remark", "Blijft staan.") in answer.text
        assert "autofocus" in answer.text and 'aria-invalid="true"' in answer.text
    assert room.course.session.scalars(select(Review)).all() == []


def test_flag_is_taken_up_from_beside_a_refused_form(room: Room) -> None:
    path = room.student(room.course.send(WORRIED))
    page = room.desk.post(f"{path}/finalise", override="2").text
    assert f'name="next" value="{path}?round={room.course.round.id}"' in page and "/finalise" in page


def test_answers_that_are_not_sent_cannot_be_finalised(room: Room) -> None:
    begun = room.course.begin()
    assert room.desk.post(f"{room.student(begun)}/finalise", remark="Te vroeg.").status_code == 303
    student, _, _ = room.course.invite("Yara Smit")
    assert room.desk.post(f"/staff/students/{student.id}/finalise").status_code == 404
    assert room.course.session.scalars(select(Review)).all() == []


def test_fields_that_the_form_does_not_have_change_nothing(room: Room) -> None:
    begun = room.course.send(FINE)
    room.desk.post(f"{room.student(begun)}/finalise", remark="Goed.", priority="1", status="started", staff_id="x")
    kept = room.course.session.get_one(Sitting, begun.id)
    assert (kept.priority, kept.status) == (4, "final")


def test_document_that_failed_is_made_again_by_a_button(room: Room) -> None:
    begun = room.course.send(FINE)
    path = room.student(begun)
    room.desk.post(f"{path}/finalise", remark="Goed.")
    report = room.course.session.scalars(select(StoredReport)).one()
    report.state, report.attempts = "failed", 5
    room.course.session.commit()
    assert "Het document kon niet worden gemaakt." in room.desk.get(path)
    assert "mislukt" in room.desk.get(room.path)
    again = f"/staff/reports/{report.id}/retry?round={room.course.round.id}"
    assert again in room.desk.get(path)
    reply = room.desk.post(again)
    assert (reply.status_code, reply.location) == (303, f"{path}?round={room.course.round.id}")
    assert room.course.session.scalars(select(StoredReport.state)).one() == "waiting"


def test_deputy_opens_the_class_and_takes_up_its_flag(client: FlaskClient, course: Course) -> None:
    deputy = course.campus.staff(name="Joke Prins")
    course.session.add(Deputy(school_id=course.campus.school.id, group_id=course.group.id, staff_id=deputy.id))
    begun = course.send(WORRIED)
    course.session.flush()
    desk = signed_in(client, course.campus, deputy)
    assert "V2B" in desk.get("/staff/") and "Noor Bakker" in desk.get(f"/staff/classes/{course.group.id}")
    flag = course.session.scalars(select(RaisedFlag).where(RaisedFlag.sitting_id == begun.id)).first()
    assert flag and desk.post(f"/staff/flags/{flag.id}/take", next="/staff/").status_code == 303
    assert "opgepakt door Joke Prins" in plain(desk.get("/staff/"))


def test_flag_that_was_passed_on_says_so(client: FlaskClient, course: Course) -> None:
    begun = course.send(WORRIED)
    course.session.flush()
    alarms.escalate(course.session, course.vault, begun.id, LATER + timedelta(hours=3))
    course.session.flush()
    desk = signed_in(client, course.campus, course.mentor)
    assert "doorgegeven aan de coördinator, vandaag 13:35" in plain(desk.get("/staff/"))
