"""The sections of a student's case: log, school's view, what happened, what was offered, and passing on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from handing import hand
from sqlalchemy import select
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, SOURCE, WORRIED, Course, make_course

from survey import casework, school_view
from survey.definition.load import shipped
from survey.erase import erase_sitting
from survey.school_view import BadView, View
from survey.sitting import NotSent
from survey.store.casework import CaseEntry, SchoolView
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting
from survey.store.traces import Event


@dataclass(slots=True)
class Case:
    """A mentor at the pages of one student who sent answers."""

    course: Course
    desk: Desk
    sitting: Sitting
    student: Student

    def path(self, section: str = "") -> str:
        """Return the address of a section."""
        return f"/staff/students/{self.student.id}/{section}".rstrip("/")

    def add(self, kind: str, **more: str) -> int:
        """Fill the form of an entry in and send it; return the status."""
        usual = {"day": "2026-11-23", "how": "talk", "what": "Hulp bij een kamer", "by": "Sanne de Wit", "answer": "open"}
        return self.desk.post(self.path("log"), kind=kind, **(usual | more)).status_code

    def entries(self) -> list[casework.Entry]:
        """Return the log as it stands."""
        return casework.get_entries(self.course.session, self.course.vault, self.student.id)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school, just after the students sent."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def case(school: Campus, client: FlaskClient) -> Case:
    """Open the case of a student with worries."""
    course = make_course(school)
    begun = course.send(WORRIED, "Daan Visser")
    student_id = course.session.get_one(Invitation, begun.invitation_id).student_id
    desk = signed_in(client, course.campus, course.mentor)
    return Case(course, desk, begun, course.session.get_one(Student, student_id))


# The log


@pytest.mark.parametrize("kind", ["talk", "contact", "offer", "note"])
def test_entry_is_written_down_and_stands_in_the_log(case: Case, kind: str) -> None:
    assert case.add(kind) == 303
    words = plain(case.desk.get(case.path("log")))
    assert "Hulp bij een kamer" in words and "opgeschreven door Sanne de Wit" in words
    assert [entry.kind for entry in case.entries()] == [kind]


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        ("offer", {"what": " "}, "Schrijf op wat het was."),
        ("offer", {"answer": "wie weet"}, "Kies wat de student zei."),
        ("contact", {"day": "2030-01-01"}, "Deze dag moet nog komen."),
        ("contact", {"day": "gisteren"}, "Vul een dag in"),
        ("note", {"what": "a" * 2001}, "2000 tekens"),
    ],
)
def test_wrong_entry_is_said_beside_its_field_and_keeps_what_was_typed(
    case: Case, kind: str, wrong: dict[str, str], said: str
) -> None:
    answer = case.desk.post(case.path("log"), kind=kind, **({"day": "2026-11-23", "how": "talk", "what": "Iets"} | wrong))
    assert answer.status_code == 422 and said in answer.text and case.entries() == []
    assert wrong.get("what", "Iets").strip() in answer.text


def test_entry_of_an_unknown_kind_changes_nothing(case: Case) -> None:
    assert case.add("gossip") == 303 and case.entries() == []


def test_day_may_be_typed_as_people_do(case: Case) -> None:
    case.add("contact", day="20-11-2026")
    assert case.entries()[0].day.isoformat() == "2026-11-20"


def test_correction_keeps_the_first_words_and_says_why(case: Case) -> None:
    case.add("offer")
    thread = case.entries()[0].thread
    path = f"/staff/log/{thread}"
    assert "Hulp bij een kamer" in case.desk.get(path)
    fields = {"day": "2026-11-23", "how": "phone", "what": "Hulp bij een kamer", "by": "Sanne", "answer": "yes"}
    assert case.desk.post(path, **fields).status_code == 422
    assert case.desk.post(path, **fields, reason="Daan belde terug.").status_code == 303
    assert [offer.answer for offer in casework.get_offers(case.course.session, case.course.vault, case.student.id)] == ["yes"]
    words = plain(case.desk.get(path))
    assert "Daan belde terug." in words and "nog geen antwoord" in words and "aangenomen" in words


def test_withdrawn_entry_leaves_the_log_and_stays_in_the_record(case: Case) -> None:
    case.add("contact")
    thread = case.entries()[0].thread
    fields = {"day": "2026-11-23", "how": "talk", "what": "x", "reason": "Andere Daan.", "withdraw": "1"}
    case.desk.post(f"/staff/log/{thread}", **fields)
    assert case.entries() == [] and "Er staat nog niets" in case.desk.get(case.path("log"))
    assert len(case.course.session.scalars(select(CaseEntry)).all()) == 2


def test_talk_moves_a_student_from_discuss_to_finalise(case: Case) -> None:
    assert "bespreken" in plain(case.desk.get(case.path()))
    case.add("talk", what="")
    words = plain(case.desk.get(case.path()))
    assert "vast te stellen · gesproken op 23 november" in words


def test_offers_page_answers_a_doorstroompunt(case: Case) -> None:
    case.add("offer", answer="no", remark="Nu even niet.")
    case.add("contact", what="Gebeld", how="phone")
    words = plain(case.desk.get(case.path("offers")))
    assert "ROC Waterland · stand op 23 november 2026" in words
    assert "Hulp bij een kamer 23 november 2026 in een gesprek Sanne de Wit afgewezen: “Nu even niet.”" in words
    assert "23 november 2026 per telefoon Sanne de Wit Gebeld" in words


def test_text_in_the_log_is_shown_as_text(case: Case) -> None:
    case.add("note", what="<script>alert(1)</script>")
    answer = case.desk.client.get(case.path("log"))
    assert "<script>alert" not in answer.text and "&lt;script&gt;alert(1)" in answer.text


def test_looking_at_the_log_is_recorded(case: Case) -> None:
    for section in ("log", "offers"):
        case.desk.get(case.path(section))
    actions = case.course.session.scalars(select(Event.action).order_by(Event.number.desc())).all()[:2]
    assert actions == ["offers.view", "log.view"]


# The school's view


def test_school_sees_a_domain_beside_the_student_and_each_version_stays(case: Case) -> None:
    form = case.desk.get(case.path("view"))
    for section in ("", "log", "view"):
        assert 'href="tel:06' in case.desk.get(case.path(section))
    assert '<option value="goed">Goed' in form and '<option value="hulp">Hulp' in form
    case.desk.post(case.path("view"), **{"thuis-band": "goed", "thuis-remark": "Heeft net een kamer."})
    words = plain(case.desk.get(case.path()))
    assert "Blik van de school: ✓ Goed Heeft net een kamer. Sanne de Wit, 23 november 2026, 10:35" in words
    assert "!! Hulp" in words  # the student's own band stays as it is
    case.desk.post(case.path("view"), **{"thuis-band": "hulp", "thuis-remark": ""})
    case.desk.post(case.path("view"), **{"thuis-band": "hulp", "thuis-remark": ""})
    views = school_view.get_views(case.course.session, case.course.vault, case.sitting)
    assert [(one.number, one.view) for one in views] == [(2, View("hulp")), (1, View("goed", "Heeft net een kamer."))]
    assert b"kamer" not in case.course.session.scalars(select(SchoolView)).all()[0].content


def test_view_that_the_questionnaire_does_not_know_is_refused(case: Case) -> None:
    assert case.desk.post(case.path("view"), **{"thuis-band": "prima"}).status_code == 422
    assert case.desk.post(case.path("view"), **{"thuis-remark": "a" * 301}).status_code == 422
    with pytest.raises(BadView):
        school_view.save(
            case.course.session, case.course.vault, case.sitting, case.course.mentor, {"x": View("goed")}, LATER
        )


def test_domain_that_takes_an_own_yes_takes_a_view_and_no_remark(case: Case) -> None:
    asked = "text: Heb je een slaapplek?"
    allowed = "mag: {kind: choice, text: Mag ik dat vragen?, options: {ja: {text: Ja}, nee: {text: Nee}}}\n  slapen:"
    source = SOURCE.replace("id: stap", "id: gevoelig").replace("slapen:\n", f"{allowed}\n", 1)
    source = source.replace(asked, f"{asked}\n    show_if: mag == ja\n    consent: mag").replace("questions: [doel]", "questions: [doel, mag]")
    course = make_course(case.course.campus, source)
    sent = course.send({**WORRIED, "mag": "ja"})
    course.session.flush()
    desk = signed_in(case.desk.client, course.campus, course.mentor)
    path = f"/staff/students/{course.session.get_one(Invitation, sent.invitation_id).student_id}/view"
    form = desk.get(path)
    assert 'name="thuis-band"' in form and 'name="thuis-remark"' not in form and "hier is eigen toestemming voor nodig" in form
    assert desk.post(path, **{"thuis-band": "hulp"}).status_code == 303
    refused = desk.post(path, **{"thuis-band": "hulp", "thuis-remark": "Is ziek."})
    assert refused.status_code == 422 and "geen opmerking: hier is eigen toestemming" in plain(refused.text)


def test_school_may_write_on_every_domain_of_the_shipped_questionnaire_but_health() -> None:
    """A scale may have the name of a question in it."""
    overstap = shipped("overstap")
    domains = school_view.domains_of(overstap)
    assert {domain for domain in domains if not school_view.takes_remark(overstap, domain)} == {"gezond"}


def test_view_needs_answers_to_stand_beside(case: Case) -> None:
    begun = case.course.begin("Noor Bakker")
    with pytest.raises(NotSent):
        school_view.save(case.course.session, case.course.vault, begun, case.course.mentor, {}, LATER)
    student_id = case.course.session.get_one(Invitation, begun.invitation_id).student_id
    answer = case.desk.client.get(f"/staff/students/{student_id}/view")
    assert answer.status_code == 303
    assert case.desk.post(f"/staff/students/{student_id}/view").status_code == 404


def test_view_is_erased_with_the_answers(case: Case) -> None:
    case.desk.post(case.path("view"), **{"thuis-band": "goed"})
    erase_sitting(case.course.session, case.course.vault, case.sitting, "student:x", LATER)
    case.course.session.expire_all()
    assert case.course.session.scalars(select(SchoolView)).all() == []
    assert school_view.get_views(case.course.session, case.course.vault, case.sitting) == []


# What happened, and passing on


def test_timeline_says_what_happened_without_content(case: Case) -> None:
    case.add("offer")
    words = plain(case.desk.get(case.path("timeline")))
    assert "Sanne de Wit: schreef een aanbod op" in words
    assert "de student: verstuurde de antwoorden" in words and "kamer" not in words


def test_timeline_says_how_a_document_came_to_leave(case: Case) -> None:
    hand(case.course, case.sitting)
    words = plain(case.desk.get(case.path("timeline")))
    said = ["maakte het document definitief", "instemming met delen: ja", "las het document", "vastgesteld"]
    assert sorted(said, key=words.index) == said


def test_mentor_passes_a_student_on_with_a_reason(case: Case, client: FlaskClient) -> None:
    joke = case.course.campus.staff(name="Joke Prins")
    case.course.session.flush()
    refused = case.desk.post(case.path("pass"), mentor=joke.id)
    assert refused.status_code == 422 and "Zeg waarom." in refused.text
    assert case.desk.post(case.path("pass"), mentor=joke.id, reason="Kent Joke goed.").location == "/staff/"
    case.desk.get(case.path(), 404)
    other = signed_in(client, case.course.campus, joke)
    assert "Sanne de Wit aan Joke Prins: Kent Joke goed." in plain(other.get(case.path("log")))
    assert "Daan Visser" in other.get("/staff/") and "V2B" in other.get("/staff/")
    assert "Daan Visser" in other.get(f"/staff/classes/{case.course.group.id}")


def test_passed_back_the_student_is_of_the_class_again(case: Case, client: FlaskClient) -> None:
    joke = case.course.campus.staff(name="Joke Prins")
    case.course.session.flush()
    coordinator = signed_in(client, case.course.campus, case.course.coordinator)
    coordinator.post(case.path("pass"), mentor=joke.id, reason="Ziek.")
    assert coordinator.post(case.path("pass"), mentor=joke.id, reason="Ziek.").status_code == 422
    coordinator.post(case.path("pass"), mentor=case.course.mentor.id, reason="Weer beter.")
    assert case.student.mentor_id is None
    signed_in(client, case.course.campus, case.course.mentor).get(case.path())


def test_student_without_answers_has_a_log_too(case: Case) -> None:
    student, _, _ = case.course.invite("Noor Bakker")
    case.course.session.flush()
    case.student = student
    assert case.add("contact") == 303 and len(case.entries()) == 1
    assert "Nog geen uitkomst" in case.desk.get(case.path())


def test_calm_student_has_no_view_beside_the_answers(case: Case) -> None:
    begun = case.course.send(FINE, "Sem de Jong")
    student_id = case.course.session.get_one(Invitation, begun.invitation_id).student_id
    assert "Blik van de school:" not in case.desk.get(f"/staff/students/{student_id}")
