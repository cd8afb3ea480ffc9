"""The list of students: across classes and rounds, all of its state in the address, as many queries for many as for few."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from queries import recorded
from sqlalchemy import select
from sqlalchemy.engine import Connection
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, NOW, WORRIED, Course, make_course

from survey import casework, choosing, list_rows, lists, opened, passing, roster
from survey.access import Role
from survey.casework import Content, Kind
from survey.choosing import Wish
from survey.erase import erase_sitting
from survey.handover.state import Stage
from survey.profile import Profile
from survey.sitting import Status
from survey.store.casework import CaseEntry, SavedList
from survey.store.inviting import Deputy
from survey.store.people import Student
from survey.store.surveying import Invitation, Sitting, StoredReport
from survey.store.traces import Event
from survey.summary import Summary
from survey.web.wishes import read_wish, write_query

OPEN = "/staff/students"


@dataclass(slots=True)
class Office:
    """A coordinator at a browser, with a class of five in every state and a second class of one."""

    course: Course
    desk: Desk

    def names(self, query: str = "") -> list[str]:
        """Return the names in the table, in order."""
        table = self.desk.get(f"{OPEN}?{query}").split("<tbody>")[1].split("</tbody>")[0]
        return [plain(row.split("</th>")[0]) for row in table.split('<th scope="row">')[1:]]

    def id_of(self, name: str) -> str:
        """Return the invitation that the box before a name chooses."""
        found = re.search(rf'value="(\w+)"><span class="vh">{name}', self.desk.get(OPEN))
        assert found
        return found[1]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school, just after the students sent."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def sent(course: Course, given: dict[str, str], name: str) -> Sitting:
    """Bring one student to sent."""
    return course.send(given, name)


@pytest.fixture
def office(course: Course, client: FlaskClient) -> Office:
    """Seat the coordinator."""
    sent(course, WORRIED, "Cem Can")
    sent(course, FINE, "Anna Aalders")
    final = sent(course, {**FINE, "baan": "nee"}, "Émile Evers")
    final.status, final.stage = Status.FINAL, Stage.FINAL
    course.session.add(
        StoredReport(
            school_id=final.school_id, sitting_id=final.id, number=1, state="failed", due_at=LATER, created_at=LATER
        )
    )
    course.answer(course.begin("Bram Bos"), "doel", doel="leren")
    course.invite("Dirk Dam", municipality=None)
    other = course.campus.group(course.campus.staff(name="Joke Prins"), "H1A")
    course.campus.invitation(course.round, course.campus.student(other, "Zoë Zand"))
    course.session.flush()
    return Office(course, signed_in(client, course.campus, course.coordinator))


def spoken(course: Course, name: str) -> None:
    """Write a talk with this student down."""
    rows = lists.find(course.session, course.vault, Wish(search=name), LATER).rows
    student = course.session.get_one(Student, rows[0].student_id)
    content = Content("", "talk", "Sanne de Wit")
    casework.add(course.session, course.vault, student, course.mentor, Kind.TALK, LATER.date(), content, LATER)
    course.session.flush()


FILTERS = {
    "state=today": ["Cem Can"],
    "state=unfinished": ["Bram Bos", "Dirk Dam", "Zoë Zand"],
    "state=discuss": ["Cem Can", "Anna Aalders"],
    "state=finalise": [],
    "state=hand_over": ["Émile Evers"],
    "state=handed_over": [],
    "state=not_started&sort=name": ["Dirk Dam", "Zoë Zand"],
    "municipality=unknown": ["Dirk Dam"],
    "priority=4": ["Anna Aalders"],
    "priority=unknown&sort=name": ["Bram Bos", "Dirk Dam", "Zoë Zand"],
    "destination=leren": ["Bram Bos"],
    "destination=werken&sort=name": ["Anna Aalders", "Cem Can", "Émile Evers"],
    "asked=ja": ["Cem Can"],
    "flag=open": ["Cem Can"],
    "flag=none&state=discuss": ["Anna Aalders"],
    "search=emile": ["Émile Evers"],
    "search=ZOE": ["Zoë Zand"],
    "search=%25": [],
    "search=cem&priority=4": [],
    "priority=nonsense": [],
    "sort=nonsense&page=999": ["Cem Can", "Émile Evers", "Anna Aalders", "Bram Bos", "Dirk Dam", "Zoë Zand"],
}
SORTED = {
    "name": ["Anna Aalders", "Bram Bos", "Cem Can", "Dirk Dam", "Émile Evers", "Zoë Zand"],
    "priority": ["Cem Can", "Émile Evers", "Anna Aalders", "Bram Bos"],
    "arranged": ["Anna Aalders", "Cem Can", "Émile Evers"],
    "destination": ["Bram Bos", "Anna Aalders", "Cem Can", "Émile Evers"],
    "group": ["Zoë Zand"],
    "mentor": ["Zoë Zand"],
    "document": ["Émile Evers"],
}


def test_filters_of_the_address_choose_rows(office: Office) -> None:
    found = {query: office.names(query) for query in FILTERS}
    loose = {query: sorted(names) for query, names in found.items()}
    assert loose == {query: sorted(names) for query, names in FILTERS.items()}
    assert found["destination=werken&sort=name"] == FILTERS["destination=werken&sort=name"]


@pytest.mark.parametrize("sort", SORTED)
def test_each_column_sorts_and_what_lacks_it_comes_last(office: Office, sort: str) -> None:
    first = SORTED[sort]
    assert office.names(f"sort={sort}")[: len(first)] == first


@pytest.mark.parametrize("sort", choosing.SORTS)
@pytest.mark.parametrize("down", ["", "&down=1"])
def test_every_sort_shows_every_row(office: Office, sort: str, down: str) -> None:
    assert sorted(office.names(f"sort={sort}{down}")) == sorted(SORTED["name"])


@pytest.mark.parametrize("sort", ["priority", "name", "asked"])
def test_counts_are_the_same_whether_the_database_sorts_or_memory_does(office: Office, sort: str) -> None:
    course = office.course
    for query in FILTERS:
        wish = replace(read_wish(dict(parse_qsl(query)), None), sort=sort)
        found = lists.find(course.session, course.vault, wish, LATER)
        counted = choosing.count_work(course.session, wish, LATER)
        assert {kind: found.work[kind] for kind in counted} == counted
        assert found.total == len(found.rows) == len(lists.find_ids(course.session, course.vault, wish, LATER))


def test_headings_sort_both_ways_and_say_so(office: Office) -> None:
    page = office.desk.get(f"{OPEN}?sort=name&state=discuss")
    assert 'aria-sort="ascending"><a href="/staff/students?state=discuss&sort=name&down=1">Student' in page
    assert office.names("sort=name&down=1") == SORTED["name"][::-1]


def test_columns_are_chosen_in_the_address(office: Office) -> None:
    page = office.desk.get(f"{OPEN}?column=spoken&column=mentor")
    heads = re.findall(r'<th scope="col"[^>]*><a [^>]*>([^<]+)', page)
    assert heads == ["Student", "Mentor", "Gesproken op"]
    assert 'name="column" value="spoken" checked' in page and "Zoë Zand" in page


def test_work_is_counted_over_classes_and_opens_its_list(office: Office) -> None:
    home = office.desk.get("/staff/")
    words = plain(home)
    assert "1 vandaag praten 3 nog niet klaar 2 bespreken 0 vast te stellen 0 definitief maken 1 overdragen" in words
    for state in choosing.WORK:
        assert f'href="/staff/students?state={state}"' in home
    spoken(office.course, "Anna")
    words = plain(office.desk.get("/staff/"))
    assert "1 bespreken 1 vast te stellen" in words
    assert office.names("state=finalise") == ["Anna Aalders"]


def test_round_that_is_over_leaves_no_unfinished_work(office: Office) -> None:
    with time_machine.travel(office.course.round.closes_at + timedelta(minutes=1)):
        desk = signed_in(office.desk.client, office.course.campus, office.course.coordinator)
        assert "0 nog niet klaar" in plain(desk.get("/staff/"))


def test_mentor_lists_own_students_only(office: Office, client: FlaskClient) -> None:
    desk = signed_in(client, office.course.campus, office.course.mentor)
    page = desk.get(f"{OPEN}?sort=name")
    assert "Anna Aalders" in page and "Zoë Zand" not in page and "Joke Prins" not in page
    other = office.course.session.scalars(select(Student.group_id).where(Student.group_id != office.course.group.id))
    assert "Zoë" not in desk.get(f"{OPEN}?group={other.first()}")


def test_number_finds_its_student(office: Office) -> None:
    course = office.course
    profile = Profile("Fatima", "Faro", number="0098765")
    student = roster.add_student(course.session, course.vault, course.group, "0098765", profile, "GM0439")
    course.session.flush()
    course.campus.invitation(course.round, student)
    course.session.flush()
    assert office.names("search=98765") == ["Fatima Faro"]


@pytest.mark.parametrize("query", ["", "sort=name", "search=student", "destination=werken&sort=arranged", "state=today"])
def test_list_asks_the_database_as_often_for_many_students(
    office: Office, connection: Connection, query: str
) -> None:
    def count() -> int:
        with recorded(connection) as asked:
            office.desk.get(f"{OPEN}?{query}")
        return len(asked)

    sent(office.course, WORRIED, "Student X")
    office.course.session.flush()
    office.desk.get(f"{OPEN}?{query}")
    few = count()
    for number in range(5):
        sent(office.course, WORRIED, f"Student {number}")
    office.course.session.flush()
    fresh = count()
    assert fresh <= few + 4  # what this process sees for the first time is read in two queries a kind
    assert count() == few <= 24


def test_row_from_before_there_were_summaries_is_read_out_of_its_answers(office: Office) -> None:
    course = office.course
    for row in course.session.scalars(select(Sitting)):
        row.summary = None
    course.session.flush()
    assert sorted(office.names("destination=werken")) == ["Anna Aalders", "Cem Can", "Émile Evers"]
    assert "Werken ja 1 punt" in plain(office.desk.get(f"{OPEN}?search=cem"))


def test_memory_of_opened_names_begins_anew_when_it_is_full(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "KEPT", 2)
    assert office.names("sort=name") == SORTED["name"]
    assert len(opened._names.kept) <= len(SORTED["name"])
    assert office.names("sort=name") == SORTED["name"]


def test_value_that_changes_between_two_queries_is_the_newer_one() -> None:
    memory = opened.Memory[str]()

    def learn(new: set[str]) -> dict[str, tuple[bytes, str]]:
        return {id_: (b"second", f"{id_} as stored meanwhile") for id_ in new if id_ != "gone"}

    found = memory.recall([b"first", None, b"other"], ["Anna", "Bram", "gone"], learn, "nobody")
    assert found == ["Anna as stored meanwhile", "nobody", "nobody"]
    assert memory.kept == {b"second": "Anna as stored meanwhile"}


def test_changed_name_is_seen_at_once(office: Office) -> None:
    course = office.course
    row = lists.find(course.session, course.vault, Wish(search="bram"), NOW).rows[0]
    student = course.session.get_one(Student, row.student_id)
    profile = {"first_name": "Abel", "last_name": "Aa"}
    student.profile = course.vault.seal_json(course.campus.key, f"student:{student.id}:profile", profile)
    course.session.flush()
    assert office.names("sort=name")[0] == "Abel Aa" and office.names("search=bram") == []


def test_fifty_rows_a_page(office: Office) -> None:
    for number in range(50):
        office.course.invite(f"Vul {number:02}")
    office.course.session.flush()
    assert len(office.names("sort=name")) == 50
    page = office.desk.get(f"{OPEN}?sort=name&page=2")
    assert "Bladzijde 2 van 2" in page and office.names("sort=name&page=2")[-1] == "Zoë Zand"
    assert 'href="/staff/students?sort=name" rel="prev"' in page


def test_address_is_read_and_written_in_one_shortest_form() -> None:
    wish = Wish(search="de Boer", state="discuss", sort="name", is_descending=True, page=3)
    query = write_query(wish, page=3)
    assert query == "search=de+Boer&state=discuss&sort=name&down=1&page=3"
    read = dict(part.split("=") for part in query.replace("+", " ").split("&"))
    assert read_wish(read, None) == wish
    assert write_query(Wish()) == ""
    assert len(read_wish({"search": "a" * 5000}, None).search) == 100


# Saved lists


def test_list_is_saved_by_name_and_removed(office: Office) -> None:
    answer = office.desk.post("/staff/lists", name="Mijn gesprekken", query="state=discuss&sort=name")
    assert answer.location == f"{OPEN}?state=discuss&sort=name"
    assert '<a href="/staff/students?state=discuss&sort=name">Mijn gesprekken</a>' in office.desk.get(OPEN)
    row = office.course.session.scalars(select(SavedList)).one()
    assert b"gesprekken" not in row.content
    office.desk.post("/staff/lists/forget", list=row.id, query="")
    assert office.course.session.scalars(select(SavedList)).all() == []


def test_saved_list_is_of_its_person_alone(office: Office, client: FlaskClient) -> None:
    office.desk.post("/staff/lists", name="Alleen van mij", query="state=discuss")
    row = office.course.session.scalars(select(SavedList)).one()
    mentor = signed_in(client, office.course.campus, office.course.mentor)
    assert "Alleen van mij" not in mentor.get(OPEN)
    mentor.post("/staff/lists/forget", list=row.id)
    assert office.course.session.scalars(select(SavedList)).all() == [row]


def test_saved_list_of_the_same_name_is_replaced_and_they_are_few(office: Office) -> None:
    for query in ("state=discuss", "state=today"):
        office.desk.post("/staff/lists", name="Werk", query=query)
    assert len(office.course.session.scalars(select(SavedList)).all()) == 1
    statuses = [office.desk.post("/staff/lists", name=f"Lijst {n}", query="").status_code for n in range(20)]
    assert statuses == [303] * 19 + [422]


# Many at once


def test_talk_is_marked_for_those_chosen_after_a_page_that_asks_once_more(office: Office) -> None:
    ids = [office.id_of("Cem Can"), office.id_of("Anna Aalders")]
    token = {"act": "spoken", "query": "", "next": "/staff/students?state=discuss"}
    asked = office.desk.client.post("/staff/students/confirm", data=_with_token(office.desk, token) | {"id": ids})
    words = plain(html.unescape(asked.text))
    assert asked.status_code == 200 and "Noteer als gesproken: 2 studenten" in words and "Cem Can V2B" in words
    assert office.course.session.scalars(select(CaseEntry)).all() == []
    done = office.desk.post("/staff/students/act", **token, ids=",".join(ids), many="2", day="2026-11-23", how="phone")
    assert done.status_code == 200 and "Gedaan voor 2 studenten." in done.text
    assert office.names("state=discuss") == []
    events = office.course.session.scalars(select(Event.action).where(Event.action == "talk.add")).all()
    assert len(events) == 2


def _with_token(desk: Desk, fields: dict[str, str]) -> dict[str, object]:
    page = desk.client.get(OPEN).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return {"csrf_token": found[1], **fields}


def test_all_of_a_filtered_list_are_meant_unless_it_changed(office: Office) -> None:
    fields = {"act": "spoken", "query": "state=discuss", "all": "1", "day": "2026-11-23", "how": "talk"}
    changed = office.desk.post("/staff/students/act", **fields, many="5")
    assert changed.status_code == 422 and "De lijst is intussen veranderd" in changed.text
    assert office.desk.post("/staff/students/act", **fields, many="2").status_code == 200
    assert office.names("state=discuss") == []


def test_wrong_field_is_said_and_nothing_is_stored(office: Office) -> None:
    fields = {"act": "spoken", "query": "state=discuss", "all": "1", "many": "2", "how": "talk"}
    for day in ("2031-01-01", "morgen"):
        answer = office.desk.post("/staff/students/act", **fields, day=day)
        assert answer.status_code == 422 and 'id="day-mistake"' in answer.text
    assert office.course.session.scalars(select(CaseEntry)).all() == []


def test_coordinator_passes_students_on_and_the_old_mentor_sees_them_no_more(
    office: Office, client: FlaskClient
) -> None:
    course = office.course
    joke = next(id_ for id_, name in _colleagues(course).items() if name == "Joke Prins")
    fields = {"act": "mentor", "query": "search=cem", "all": "1", "many": "1", "mentor": joke}
    assert "Zeg waarom" in office.desk.post("/staff/students/act", **fields).text
    assert office.desk.post("/staff/students/act", **fields, reason="Kent Joke goed.").status_code == 200
    student = lists.find(course.session, course.vault, Wish(search="cem"), LATER).rows[0]
    assert student.mentor == "Joke Prins"
    mentor = signed_in(client, course.campus, course.mentor)
    assert "Cem Can" not in mentor.get(OPEN) and "Cem Can" not in mentor.get("/staff/")
    mentor.get(f"/staff/students/{student.student_id}", 404)
    assert "Cem Can" not in mentor.get(f"/staff/classes/{course.group.id}")


def _colleagues(course: Course) -> dict[str, str]:
    return passing.get_colleagues(course.session, course.vault)


def test_coordinator_moves_students_to_another_class(office: Office) -> None:
    group = lists.find(office.course.session, office.course.vault, Wish(search="zoe"), LATER).rows[0].group_id
    fields = {"act": "move", "query": "search=dirk", "all": "1", "many": "1", "group": group}
    assert office.desk.post("/staff/students/act", **fields).status_code == 200
    assert office.names(f"group={group}&sort=name") == ["Dirk Dam", "Zoë Zand"]


def test_coordinator_reminds_who_was_asked_and_has_not_finished(office: Office) -> None:
    rows = lists.find(office.course.session, office.course.vault, Wish(search="dirk"), LATER).rows
    asked = office.course.session.get_one(Invitation, rows[0].invitation_id)
    asked.invited_at, asked.quiet_at = NOW, None
    office.course.session.flush()
    answer = office.desk.post("/staff/students/act", act="remind", query="search=dirk", all="1", many="1")
    assert answer.status_code == 200
    events = office.course.session.scalars(select(Event.subject).where(Event.action == "student.remind")).all()
    assert events == [f"invitation:{asked.id}"] and asked.remind_at is not None


def test_nobody_is_reminded_of_a_round_that_is_over(office: Office) -> None:
    rows = lists.find(office.course.session, office.course.vault, Wish(search="dirk"), LATER).rows
    asked = office.course.session.get_one(Invitation, rows[0].invitation_id)
    asked.invited_at, asked.quiet_at, office.course.round.closes_at = NOW, None, LATER
    office.course.session.flush()
    answer = office.desk.post("/staff/students/act", act="remind", query="search=dirk", all="1", many="1")
    assert "Gedaan voor 0 studenten." in plain(answer.text) and asked.remind_at is None


def test_mentor_can_do_no_act_of_a_coordinator(office: Office, client: FlaskClient) -> None:
    mentor = signed_in(client, office.course.campus, office.course.mentor)
    assert 'value="move"' not in mentor.get(OPEN)
    fields = {"act": "move", "query": "", "all": "1", "many": "5", "group": office.course.group.id}
    assert mentor.post("/staff/students/act", **fields).status_code == 303
    events = office.course.session.scalars(select(Event.action).where(Event.action == "student.move")).all()
    assert events == []


def test_deputy_is_named_for_the_classes_of_those_chosen(office: Office) -> None:
    course = office.course
    joke = next(id_ for id_, name in _colleagues(course).items() if name == "Joke Prins")
    ids = ",".join((office.id_of("Cem Can"), office.id_of("Anna Aalders"), office.id_of("Zoë Zand")))
    fields = {"act": "deputy", "query": "", "ids": ids, "many": "3"}
    asked = plain(office.desk.post("/staff/students/confirm", **fields).text)
    assert "Dus voor 2 klassen H1A · V2B De vervanger ziet de hele klas" in asked
    assert "Kies een collega" in office.desk.post("/staff/students/act", **fields, deputy="").text
    assert course.session.scalars(select(Deputy)).all() == []
    done = office.desk.post("/staff/students/act", **fields, deputy=joke)
    assert "Gedaan voor 1 klas." in done.text  # of H1A Joke is the mentor
    assert course.session.scalars(select(Deputy.group_id)).all() == [course.group.id]
    assert "Gedaan voor 1 klas." in office.desk.post("/staff/students/act", **fields, deputy="nobody").text
    events = course.session.scalars(select(Event.action).where(Event.action.like("class.%_deputy"))).all()
    assert events == ["class.name_deputy", "class.drop_deputy"]


def test_mentor_names_no_deputy_for_a_class_of_another(office: Office, client: FlaskClient) -> None:
    course = office.course
    joke = next(id_ for id_, name in _colleagues(course).items() if name == "Joke Prins")
    zand = office.id_of("Zoë Zand")
    student = course.session.get_one(Student, course.session.get_one(Invitation, zand).student_id)
    student.mentor_id = course.mentor.id  # passed on
    course.session.flush()
    mentor = signed_in(client, course.campus, course.mentor)
    fields = {"act": "deputy", "query": "", "ids": zand, "many": "1"}
    assert "van geen van deze klassen de mentor" in mentor.post("/staff/students/confirm", **fields).text
    assert "Gedaan voor 0 klassen." in mentor.post("/staff/students/act", **fields, deputy=joke).text
    assert course.session.scalars(select(Deputy)).all() == []


def test_acts_reach_no_student_out_of_reach(office: Office, client: FlaskClient) -> None:
    zand = office.id_of("Zoë Zand")
    mentor = signed_in(client, office.course.campus, office.course.mentor)
    answer = mentor.post("/staff/students/confirm", act="spoken", query="", id=zand)
    assert answer.status_code == 422 and "Zoë" not in answer.text


def test_summary_is_gone_with_the_answers(office: Office) -> None:
    course = office.course
    invitation = course.session.get_one(Invitation, office.id_of("Anna Aalders"))
    begun = course.session.scalars(select(Sitting).where(Sitting.invitation_id == invitation.id)).one()
    erase_sitting(course.session, course.vault, begun, "student:x", LATER)
    course.session.flush()
    assert list_rows.get_rows(course.session, course.vault, [invitation.id])[0].summary == Summary()
    assert office.names("destination=werken&sort=name") == ["Cem Can", "Émile Evers"]
    assert "antwoorden gewist" in office.desk.get(f"{OPEN}?search=anna")


def test_administrator_has_no_list(course: Course, client: FlaskClient) -> None:
    desk = signed_in(client, course.campus, course.campus.staff(Role.administrator, "Ad Min"))
    desk.get(OPEN, 403)
    assert OPEN not in desk.get("/staff/")
