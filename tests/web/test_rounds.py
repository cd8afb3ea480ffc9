"""The coordinator's pages of rounds: plan, ask, follow, remind, end; and what did not arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Connection
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, Course, make_course

from survey import inviting, plans, sitting
from survey.hours import ZONE
from survey.records import open_profile, school_key, seal_profile
from survey.store.people import Student
from survey.store.surveying import Invitation, Round
from survey.store.traces import Event, Mail

FIELDS = {
    "name": "Voorjaar 2027",
    "opens": "2026-11-24",
    "closes": "2026-12-18",
    "reminders": "2",
    "days": "4",
    "sender": "",
}
#: What the filled button under the classes says.
PRIMARY = re.compile(r'<button class="button"[^>]*>(Deze klassen [^<]+)<')


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(LATER, tick=False):
        yield


@dataclass(slots=True)
class Room:
    """A coordinator at a browser, and a class."""

    course: Course
    desk: Desk

    @property
    def path(self) -> str:
        return f"/staff/rounds/{self.course.round.id}"

    def enrol(self, name: str, email: str = "") -> Student:
        """Add a student who was not asked yet."""
        student = self.course.campus.student(self.course.group, name)
        key = school_key(self.course.session, self.course.vault)
        known = open_profile(key, student).to_json() | {"email": email}
        student.profile = seal_profile(key, student.id, type(open_profile(key, student)).from_json(known))
        self.course.session.flush()
        return student


@pytest.fixture
def room(school: Campus, client: FlaskClient) -> Room:
    """Seat the coordinator."""
    course = make_course(school)
    course.session.flush()
    return Room(course, signed_in(client, school, course.coordinator))


def test_round_is_planned_from_a_published_questionnaire(room: Room) -> None:
    page = room.desk.get("/staff/rounds/new")
    assert re.findall(r"selected>(.*?)</option>", page)[0].endswith("(overstap 1)"), "the one with the most questions"
    assert "(overstap 1)" in page and "(checkin 1)" in page
    answer = room.desk.post("/staff/rounds/new", **FIELDS)
    assert answer.status_code == 303
    shown = plain(room.desk.get(answer.location))
    assert "Voorjaar 2027" in shown and "gaat open op 24 november 2026" in shown
    assert "hoogstens 2, 4 dagen na elkaar" in shown and "de mentor van elke klas" in shown
    assert "gepland Karim Bakker" in shown


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Geef de ronde een naam"),
        ("name", "x" * 81, "Geef de ronde een naam"),
        ("opens", "gisteren", "Vul de eerste dag in."),
        ("closes", "2026-11-01", "Vul een laatste dag in"),
        ("closes", "", "Vul een laatste dag in"),
        ("reminders", "11", "Kies een getal van 0 tot en met 10."),
        ("days", "0", "Kies een getal van 1 tot en met 60."),
        ("sender", "iemand", "Kies iemand die op school werkt."),
        ("invitation_nl", "Hoi {voornaam}", "{voornaam} bestaat niet."),
        ("reminder_en", "Our survey", "Laat het woord survey weg"),
        ("reminder_nl", "Een enquête", "Laat het woord enquête weg"),
        ("invitation_nl", "x" * 1501, "Maak deze tekst korter"),
    ],
)
def test_mistakes_are_said_beside_their_field_and_nothing_is_stored(
    room: Room, field: str, value: str, said: str
) -> None:
    answer = room.desk.post("/staff/rounds/new", **{**FIELDS, field: value})
    assert answer.status_code == 422
    page = plain(answer.text.replace("&#39;", "'").replace("&ecirc;", "ê"))
    assert said in page and f'id="{field}-mistake"' in answer.text and 'aria-invalid="true"' in answer.text
    assert room.course.session.scalars(select(Round.name)).all() == ["Voorjaar"]


def test_change_keeps_own_words_and_is_recorded(room: Room) -> None:
    usual = plain(room.desk.get(f"{room.path}/change"))
    assert "Je gaat bijna weg bij {school}." in usual
    own = {"invitation_nl": "Dag {first_name},\n\nGroet,\n{mentor}"}
    fields = {**FIELDS, "opens": "2026-11-22", "closes": "2027-01-15", **own, "sender": room.course.mentor.id}
    assert room.desk.post(f"{room.path}/change", **fields).status_code == 303
    shown = plain(room.desk.get(room.path))
    assert "open tot 15 januari 2027" in shown and "Ondertekend door Sanne de Wit" in shown
    assert "verlengd Karim Bakker" in shown
    assert "Dag {first_name}," in room.desk.get(f"{room.path}/change")
    plan = plans.get_plan(room.course.session, room.course.vault, room.course.round)
    assert plan.texts.own == {"invitation": {"nl": "Dag {first_name},\n\nGroet,\n{mentor}"}}


def test_round_is_closed_early_and_opened_again(room: Room) -> None:
    assert room.desk.post(f"{room.path}/close").status_code == 303
    page = plain(room.desk.get(room.path))
    assert "gesloten sinds 23 november 2026" in page and "eerder gesloten Karim Bakker" in page
    again = room.desk.post(f"{room.path}/close")
    assert again.location.endswith("?refused=end") and "Dat lukte niet" in plain(room.desk.get(again.location))
    assert room.desk.post(f"{room.path}/reopen", closes="2026-11-01").location.endswith("?refused=end")
    assert room.desk.post(f"{room.path}/reopen", closes="2026-12-04").status_code == 303
    page = plain(room.desk.get(room.path))
    assert "open tot 4 december 2026" in page and "opnieuw geopend Karim Bakker" in page


def test_round_that_was_closed_early_stays_closed_when_it_gets_another_name(room: Room) -> None:
    room.desk.post(f"{room.path}/close")
    room.course.session.flush()
    form = {**FIELDS, "name": "Voorjaar, klas 2B", "opens": "2026-11-22", "closes": "2026-11-23"}
    assert room.desk.post(f"{room.path}/change", **form).status_code == 303
    page = plain(room.desk.get(room.path))
    assert "Voorjaar, klas 2B" in page and "gesloten sinds 23 november 2026" in page and "verlengd" not in page


def test_page_before_asking_says_to_whom_how_and_when(room: Room) -> None:
    room.enrol("Noor Bakker", "noor@voorbeeld.nl")
    room.enrol("Daan Visser")
    page = plain(room.desk.get(f"{room.path}/ask?class={room.course.group.id}"))
    assert "2 studenten uitnodigen?" in page and "Per e-mail 1" in page and "Zonder adres 1" in page
    assert "Gaat weg meteen" in page and "V2B" in page
    with time_machine.travel(LATER.replace(hour=22)):
        desk = signed_in(room.desk.client, room.course.campus, room.course.coordinator)
        assert "dinsdag 24 november 09:00" in plain(desk.get(f"{room.path}/ask?class={room.course.group.id}"))
    assert room.course.session.scalars(select(Invitation)).all() == []
    for act in ("ask", "remind"):
        back = room.desk.client.get(f"{room.path}/{act}")
        assert back.status_code == 303 and "Kies eerst een klas." in plain(room.desk.get(back.location))


def test_page_before_asking_says_that_no_message_fits_before_the_round_closes(room: Room, settings: object) -> None:
    course = room.course
    room.enrol("Noor Bakker", "noor@voorbeeld.nl")
    course.send(FINE, "Yara Smit")
    late = datetime(2026, 11, 27, 20, 30, tzinfo=ZONE)  # a Friday
    course.round.closes_at = datetime(2026, 11, 29, 23, 59, tzinfo=ZONE)
    course.session.flush()
    with time_machine.travel(late, tick=False):
        desk = signed_in(room.desk.client, course.campus, course.coordinator)
        page = desk.get(f"{room.path}/ask?class={course.group.id}")
        assert "Gaat weg niet meer voordat de ronde sluit" in plain(page) and f'href="{room.path}/change"' in page
        assert "Maak de ronde langer, geef kaartjes" in plain(page)
        reminding = desk.get(f"{room.path}/remind?class={course.group.id}")
        assert "Maak de ronde eerst langer." in plain(reminding) and 'class="button" disabled' in reminding
        assert "niet meer voordat de ronde sluit" in plain(desk.post("/staff/roster/ask", all="1").text)
        bulk = desk.post("/staff/students/confirm", act="ask", all="1", query="").text
        assert "Voorjaar (er gaat geen bericht meer weg voordat die sluit)" in plain(bulk)
        desk.post(f"{room.path}/ask", **{"class": course.group.id})
        inviting.write_due(course.session, course.vault, settings, late)  # type: ignore[arg-type]
        course.session.flush()
        shown, follow = plain(desk.get(room.path)), plain(desk.get(f"{room.path}/classes/{course.group.id}"))
        assert "1 student kreeg geen bericht" in shown and "Maak de ronde langer" in shown
        assert "Noor Bakker niet bereikt" in follow and "geen tijd meer voordat de ronde sluit" in follow
        fields = {**FIELDS, "opens": "2026-11-22", "closes": "2026-12-11"}
        assert desk.post(f"{room.path}/change", **fields).status_code == 303
        assert "kreeg geen bericht" not in plain(desk.get(room.path))
        assert "Noor Bakker bericht staat klaar" in plain(desk.get(f"{room.path}/classes/{course.group.id}"))


def test_class_is_asked_followed_and_reminded(room: Room, settings: object) -> None:
    course = room.course
    plans.save_plan(course.session, course.vault, course.round, plans.Plan(reminders=2))
    room.enrol("Noor Bakker", "noor@voorbeeld.nl")
    room.enrol("Daan Visser")
    assert PRIMARY.findall(room.desk.get(room.path)) == ["Deze klassen uitnodigen"]
    assert room.desk.post(f"{room.path}/ask", **{"class": course.group.id}).status_code == 303
    course.send(FINE, "Yara Smit")
    inviting.write_due(course.session, course.vault, settings, LATER)  # type: ignore[arg-type]
    course.session.flush()
    page = room.desk.get(room.path)
    assert PRIMARY.findall(page) == ["Deze klassen herinneren"]
    shown = plain(page)
    assert "1 klaar" in shown and "2 nog niet begonnen" in shown and "1 niet bereikt" in shown
    follow = plain(room.desk.get(f"{room.path}/classes/{course.group.id}"))
    assert "Daan Visser niet bereikt" in follow and "geen e-mailadres" in follow and "Yara Smit klaar" in follow
    assert "Noor Bakker uitgenodigd volgend bericht vrijdag 27 november" in follow
    confirm = plain(room.desk.get(f"{room.path}/remind?class={course.group.id}"))
    assert "1 student herinneren?" in confirm
    assert room.desk.post(f"{room.path}/remind", **{"class": course.group.id}).status_code == 303
    noor = course.session.scalars(select(Invitation).where(Invitation.reach == "waiting")).one()
    assert noor.remind_at == LATER


def test_who_has_finished_is_promised_no_next_message(room: Room) -> None:
    sent = room.course.send(FINE, "Yara Smit")
    invitation = room.course.session.scalars(select(Invitation).where(Invitation.id == sent.invitation_id)).one()
    invitation.remind_at = LATER.replace(day=30)
    room.course.session.flush()
    follow = plain(room.desk.get(f"{room.path}/classes/{room.course.group.id}"))
    assert "Yara Smit klaar" in follow and "volgend bericht" not in follow


def test_text_to_copy_holds_the_own_link_and_is_recorded(room: Room, client: FlaskClient) -> None:
    _, invitation, token = room.course.invite("Noor Bakker")
    room.course.session.flush()
    for person in (room.course.coordinator, room.course.mentor):
        desk = signed_in(client, room.course.campus, person)
        page = desk.get(f"{room.path}/classes/{room.course.group.id}")
        assert f"http://localhost/u/{token}" in page and "Hoi Noor," in page and "readonly" in page
    events = room.course.session.scalars(select(Event.subject).where(Event.action == "class.copy_links")).all()
    assert events == [f"class:{room.course.group.id}"] * 2


def test_text_to_copy_fits_how_far_the_student_is(room: Room) -> None:
    course = room.course
    course.invite("Aylin Aker")
    course.answer(course.begin("Bilal Bos"), "doel", doel="leren")
    course.send(FINE, "Cato Dijk")
    course.send(FINE, "Daan Eik").stage = "concept"
    course.session.flush()
    page = plain(room.desk.get(f"{room.path}/classes/{course.group.id}"))
    for text in (
        "Hoi Aylin, Je gaat bijna weg bij",
        "Hoi Bilal, Je bent nog niet klaar.",
        "Hoi Cato, Je hebt alles gestuurd. Dank je wel.",
        "Hoi Daan, Er is een verslag over jou. Jij beslist wat gedeeld wordt.",
    ):
        assert text in page
    assert "paar minuten" not in page, "no minutes are promised"


def test_preview_shows_every_form_with_a_link_of_nobody(room: Room) -> None:
    page = plain(room.desk.get(f"{room.path}/preview"))
    assert "Noor, een bericht van Sanne" in page and "Hoi Noor, Je gaat bijna weg bij ROC Waterland." in page
    assert "van 160 tekens" in page and f"/u/{'0' * 26}" in page
    assert "Je bent nog niet klaar." in plain(room.desk.get(f"{room.path}/preview?kind=reminder"))
    answer = room.desk.client.get(f"{room.path}/preview.html")
    assert "<table" in answer.text and "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert room.desk.client.get(f"/u/{'0' * 26}").status_code == 404


def test_message_that_came_back_is_shown_and_sent_again(room: Room, settings: object) -> None:
    course = room.course
    room.enrol("Noor Bakker", "noor@voorbeeld.nl")
    inviting.ask(course.session, course.vault, course.round, [course.group.id], "system", LATER)
    course.session.flush()
    inviting.write_due(course.session, course.vault, settings, LATER)  # type: ignore[arg-type]
    row = course.session.scalars(select(Mail)).one()
    inviting.note(course.session, row, "bounced", "550 5.1.1", LATER)
    course.session.flush()
    page = plain(room.desk.get("/staff/mails"))
    assert "Noor Bakker" in page and "teruggekomen" in page and "550 5.1.1" in page
    assert room.desk.post(f"/staff/mails/{row.id}/retry").status_code == 303
    assert "Elk bericht is aangekomen of onderweg." in plain(room.desk.get("/staff/mails"))


def test_message_that_makes_no_sense_any_more_is_not_sent_again_and_the_page_says_why(
    room: Room, settings: object
) -> None:
    course = room.course
    room.enrol("Noor Bakker", "noor@voorbeeld.nl")
    inviting.ask(course.session, course.vault, course.round, [course.group.id], "system", LATER)
    course.session.flush()
    inviting.write_due(course.session, course.vault, settings, LATER)  # type: ignore[arg-type]
    row, invitation = course.session.scalars(select(Mail)).one(), course.session.scalars(select(Invitation)).one()
    inviting.note(course.session, row, "bounced", "550 5.1.1", LATER)
    begun = sitting.start(course.session, course.vault, invitation, "nl", LATER)
    course.fill(begun, FINE)
    sitting.submit(course.session, course.vault, begun, LATER)
    course.session.flush()
    answer = room.desk.post(f"/staff/mails/{row.id}/retry")
    page = plain(room.desk.get(answer.location))
    assert "Er is niets verstuurd: de student is al klaar." in page and "Elk bericht is aangekomen" in page
    assert course.session.scalars(select(Mail.state)).all() == ["replaced"]


def test_list_of_rounds_counts(room: Room) -> None:
    room.course.send(FINE)
    room.course.invite("Daan Visser")
    room.course.session.flush()
    assert "Voorjaar stap 1 open tot 23 december 2026 2 1 0" in plain(room.desk.get("/staff/rounds")).replace("proef", "stap")


def test_response_by_day_is_drawn_with_its_figures_for_round_and_class(room: Room) -> None:
    room.course.send(FINE)
    room.course.invite("Daan Visser")
    room.course.session.flush()
    for path, part in ((room.path, "picture share"), (f"{room.path}/classes/{room.course.group.id}", "legend")):
        page = room.desk.get(path)
        said = "Respons per dag. Tot en met 23 november: 0 van 2 kreeg een bericht, 1 begonnen, 1 klaar."
        assert f'role="img" aria-label="{said}"' in page and part in page
        assert "23 november 0 1 1 1" in plain(page)


def test_pages_take_as_many_queries_for_one_student_as_for_many(room: Room, connection: Connection) -> None:
    counts = []
    for names in (["Een Student"], [f"Student {number}" for number in range(6)]):
        for name in names:
            room.course.invite(name)
        room.course.session.flush()
        sent: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object, to: list[str] = sent) -> None:
            to.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        for page in (room.path, f"{room.path}/classes/{room.course.group.id}"):
            room.desk.get(page)
        event.remove(connection, "before_cursor_execute", note)
        counts.append(len(sent))
    assert counts[0] == counts[1]
