"""A mentor's lesson: names on the own screen, numbers on the wall, papers by the worker; and students who want no mail."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from factories import Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select
from sqlalchemy.engine import Connection
from staffroom import Desk, plain, signed_in
from stages import FINE, LATER, NOW, WORRIED, Course, make_course

from survey import apart, codes, fork, inviting, jobs, paper_tasks, papers, passing, tasks
from survey.records import open_profile, school_key
from survey.school import SchoolSettings
from survey.store.inviting import Deputy, Sheet
from survey.store.people import Staff, Student
from survey.store.traces import Event


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """Let it be a Monday morning in school; nobody works off the queue."""
    monkeypatch.setattr(jobs, "enqueue", lambda *task: True)
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class: one is done, one is busy, one was only asked."""
    made = make_course(school)
    made.send(FINE, "Cato Dijk")
    made.answer(made.begin("Bilal Bos"), "doel", doel="leren")
    made.invite("Aylin Aker")
    made.session.commit()
    return made


@pytest.fixture
def desk(client: FlaskClient, course: Course) -> Desk:
    """Seat the mentor."""
    return signed_in(client, course.campus, course.mentor)


def path(course: Course) -> str:
    return f"/staff/classes/{course.group.id}/lesson"


def wall_of(page: str) -> str:
    found = re.search(r'href="(/wall/[^"]+)"', page)
    assert found
    return found[1]


def test_own_screen_names_who_is_missing_and_the_wall_only_counts(desk: Desk, course: Course, app: Flask) -> None:
    page = desk.get(path(course))
    words = plain(page)
    assert "1 van 3 zijn klaar · 1 is bezig" in words
    assert "Aylin Aker nog niet begonnen" in words and "Bilal Bos 1 van 3" in words and "Cato" not in words
    projector = app.test_client()  # without an account
    wall = plain(projector.get(wall_of(page)).text)
    assert "1 van 3 zijn klaar" in wall and "ROC Waterland · V2B" in wall
    for name in ("Aylin", "Bilal", "Cato", "Sanne"):
        assert name not in wall


def test_wall_says_in_a_few_bytes_that_nothing_changed(desk: Desk, course: Course, app: Flask) -> None:
    address, projector = f"{wall_of(desk.get(path(course)))}/count", app.test_client()
    first = projector.get(address)
    assert first.json["finished"] == 1 and first.json["line"] == "van 3 zijn klaar"  # type: ignore[index]
    again = projector.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    course.send(FINE, "Damla Engel")
    course.session.commit()
    grown = projector.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert grown.status_code == 200 and grown.json["finished"] == 2  # type: ignore[index]


def test_wall_ends_with_the_day_and_opens_no_other_class(
    desk: Desk, course: Course, app: Flask, clock: time_machine.Traveller
) -> None:
    address, projector = wall_of(desk.get(path(course))), app.test_client()
    other = course.campus.group(course.coordinator, "H1A")
    course.session.commit()
    assert projector.get(address.replace(course.group.id, other.id)).status_code == 404
    assert projector.get(address[:-1] + "x").status_code == 404
    assert projector.get(address.rpartition("/")[0] + "/é").status_code == 404
    clock.move_to(NOW + timedelta(days=1))
    assert projector.get(address).status_code == 404


def test_wall_asks_the_database_twice_whatever_the_class(
    desk: Desk, course: Course, app: Flask, connection: Connection
) -> None:
    address, projector, counts = f"{wall_of(desk.get(path(course)))}/count", app.test_client(), []
    for more in (0, 5):
        for number in range(more):
            course.invite(f"Student {number}")
        course.session.commit()
        sent: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object, to: list[str] = sent) -> None:
            to.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        projector.get(address)
        event.remove(connection, "before_cursor_execute", note)
        counts.append([statement for statement in sent if statement.startswith("SELECT")])
    assert len(counts[0]) == len(counts[1]) == 2


def make(app: Flask, sheet: Sheet) -> None:
    with app.app_context():
        paper_tasks.print_paper(sheet.id)


def test_cards_are_made_by_the_worker_and_their_codes_are_found(desk: Desk, course: Course, app: Flask) -> None:
    assert desk.post(f"/staff/classes/{course.group.id}/papers", kind="cards").status_code == 303
    sheet = course.session.scalars(select(Sheet)).one()
    assert "wordt gemaakt" in plain(desk.get(path(course)))
    invited = papers.get_invited(course.session, sheet)
    make(app, sheet)
    make(app, sheet)  # a task that comes twice finds nothing to do
    course.session.expire_all()
    assert (sheet.state, sheet.attempts) == ("ready", 1)
    assert sheet.content is not None and b"%PDF" not in sheet.content
    answer = desk.client.get(f"/staff/papers/{sheet.id}.pdf")
    assert answer.data.startswith(b"%PDF") and "cards-V2B-A4.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"].startswith("no-store")
    open_ones = [one for one in invited if codes.find_by_code(
        course.session, course.vault, codes.issued_code(course.vault, one), "192.0.2.7", LATER) is not None]  # fmt: skip
    assert len(open_ones) == 2  # who has sent everything opens nothing by code
    events = course.session.scalars(select(Event.action).where(Event.action.like("class.print%"))).all()
    assert events == ["class.print_cards"]


def test_poster_holds_no_link_of_anybody(desk: Desk, course: Course, app: Flask) -> None:
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="poster", size="A3")
    sheet = course.session.scalars(select(Sheet)).one()
    paper = papers.compose(course.session, course.vault, app.extensions["settings"], sheet)
    assert isinstance(paper, papers.Poster) and paper.size == "A3" and paper.address == "http://localhost/code"
    assert paper.help == "Hulp nodig? Vraag het aan Sanne de Wit."


def test_poster_and_cards_speak_the_language_that_was_chosen(desk: Desk, course: Course, app: Flask) -> None:
    for kind in ("poster", "cards"):
        desk.post(f"/staff/classes/{course.group.id}/papers", kind=kind, language="en")
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="poster", language="xx")
    sheets = course.session.scalars(select(Sheet)).all()
    made = [papers.compose(course.session, course.vault, app.extensions["settings"], sheet) for sheet in sheets]
    said = {type(paper).__name__ + paper.language: paper for paper in made}
    assert set(said) == {"Posteren", "Cardsen", "Posternl"}
    poster, cards = said["Posteren"], said["Cardsen"]
    assert isinstance(poster, papers.Poster) and poster.help == "Need help? Ask Sanne de Wit."
    assert isinstance(cards, papers.Cards) and cards.scan == "Scan this code with your phone."
    assert "Engels" in plain(desk.get(path(course)))


def test_poster_carries_the_logo_and_the_colour_of_the_school(desk: Desk, course: Course, app: Flask) -> None:
    course.campus.school.logo = b"\x89PNG verzonnen"
    course.campus.school.settings = SchoolSettings(brand="#7a1f4b").to_json()
    course.session.commit()
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="poster")
    sheet = course.session.scalars(select(Sheet)).one()
    paper = papers.compose(course.session, course.vault, app.extensions["settings"], sheet)
    assert isinstance(paper, papers.Poster) and b64decode(paper.logo) == b"\x89PNG verzonnen" and paper.colour == "#7a1f4b"


def test_overview_says_where_each_student_stands_as_it_was_asked_for(desk: Desk, course: Course, app: Flask) -> None:
    assert desk.post(f"/staff/classes/{course.group.id}/papers", kind="overview").status_code == 303
    sheet = course.session.scalars(select(Sheet)).one()
    overview = papers.compose(course.session, course.vault, app.extensions["settings"], sheet)
    assert isinstance(overview, papers.Overview) and overview.title == "Klas V2B" and "mentor Sanne de Wit" in overview.about
    invited = papers.get_invited(course.session, sheet)
    assert len(overview.rows) == len(invited) and {len(row) for row in overview.rows} == {len(overview.heads)}
    names = [row[0] for row in overview.rows]
    assert len(set(names)) == len(names) and all(name in plain(desk.get(f"/staff/classes/{course.group.id}")) for name in names)
    assert sheet.content is not None and overview.rows[0][0].encode() not in sheet.content
    make(app, sheet)
    course.session.expire_all()
    assert "overzicht" in plain(desk.get(path(course))).lower()
    answer = desk.client.get(f"/staff/papers/{sheet.id}.pdf")
    assert answer.data.startswith(b"%PDF") and "overview-V2B-A4.pdf" in answer.headers["Content-Disposition"]
    events = course.session.scalars(select(Event.action).where(Event.action.like("class.print%"))).all()
    assert events == ["class.print_overview"]


def test_paper_that_fails_is_tried_again_and_then_shown(
    desk: Desk, course: Course, app: Flask, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    def run(*arguments: object, **limits: float) -> bytes:
        raise fork.ChildFailed("longer than 30 seconds")

    monkeypatch.setattr(apart, "run", run)
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="poster")
    sheet = course.session.scalars(select(Sheet)).one()
    for _ in range(paper_tasks.ATTEMPTS):
        make(app, sheet)
        course.session.expire_all()
        clock.move_to(sheet.due_at)
    assert sheet.state == "failed" and "kon niet worden gemaakt" in plain(desk.get(path(course)))


def test_cards_of_yesterday_are_gone(desk: Desk, course: Course, app: Flask, clock: time_machine.Traveller) -> None:
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="cards")
    clock.move_to(LATER + papers.KEPT + timedelta(minutes=1))
    with app.app_context():
        tasks.sweep()
    course.session.expire_all()
    assert course.session.scalars(select(Sheet)).all() == []


def test_deputy_is_named_and_dropped_with_a_trace(desk: Desk, course: Course) -> None:
    colleague = course.campus.staff(name="Joke Prins")
    course.session.commit()
    address = f"/staff/classes/{course.group.id}/deputy"
    assert desk.post(address, deputy=colleague.id).status_code == 303
    assert course.session.scalars(select(Deputy.staff_id)).all() == [colleague.id]
    assert 'selected>Joke Prins' in desk.get(path(course))
    desk.post(address, deputy=course.mentor.id)  # who is the mentor stands in for nobody
    assert course.session.scalars(select(Deputy.staff_id)).all() == []
    events = course.session.scalars(select(Event.action).where(Event.action.like("class.%_deputy"))).all()
    assert events == ["class.name_deputy", "class.drop_deputy"]


def test_whom_one_student_was_passed_to_gets_nothing_of_the_whole_class(
    client: FlaskClient, desk: Desk, course: Course
) -> None:
    """Cards hold everybody's code, and a deputy sees everybody: neither is for who was passed one student."""
    colleague = course.campus.staff(name="Joke Prins")
    course.invite("Noor Bakker")[0].mentor_id = colleague.id
    course.session.commit()
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="cards")
    sheet = course.session.scalars(select(Sheet)).one()
    sheet.state = "ready"
    course.session.commit()
    passed = signed_in(client, course.campus, colleague)
    page = passed.get(f"/staff/classes/{course.group.id}")
    assert "Noor Bakker" in page and "/lesson" not in page
    for address in (path(course), f"/staff/papers/{sheet.id}.pdf"):
        passed.get(address, 404)
    for act in ("deputy", "papers"):
        assert passed.post(f"/staff/classes/{course.group.id}/{act}", deputy=colleague.id).status_code == 404
    assert course.session.scalars(select(Deputy)).all() == []


@pytest.fixture
def passed(course: Course) -> Staff:
    """Give the colleague to whom Noor, who is in danger at home, and Wim, who was only asked, were passed."""
    colleague = course.campus.staff(name="Joke Prins")
    course.send(WORRIED, "Noor Bakker")
    course.invite("Wim Visser")
    course.session.flush()
    for student in course.session.scalars(select(Student)):
        if open_profile(school_key(course.session, course.vault), student).name in {"Noor Bakker", "Wim Visser"}:
            passing.pass_to(course.session, course.vault, student, colleague, course.coordinator, "Veiligheid.", LATER)
    course.session.commit()
    return colleague


def print_both(desk: Desk, course: Course, app: Flask) -> tuple[list[str], set[str], list[Sheet]]:
    """Ask for overview and cards; return the names on them, and the papers, ready."""
    before = set(course.session.scalars(select(Sheet.id)))
    for kind in ("overview", "cards"):
        assert desk.post(f"/staff/classes/{course.group.id}/papers", kind=kind).status_code == 303
    sheets = [sheet for sheet in course.session.scalars(select(Sheet)) if sheet.id not in before]
    made = {sheet.kind: papers.compose(course.session, course.vault, app.extensions["settings"], sheet) for sheet in sheets}
    overview, cards = made["overview"], made["cards"]
    assert isinstance(overview, papers.Overview) and isinstance(cards, papers.Cards)
    for sheet in sheets:
        sheet.state, sheet.content = "ready", papers.seal_sheet(course.session, course.vault, sheet.id, b"%PDF")
    course.session.commit()
    return [row[0] for row in overview.rows], {card.name for card in cards.cards}, sheets


def test_paper_names_nobody_who_was_passed_to_a_colleague(
    client: FlaskClient, desk: Desk, course: Course, passed: Staff, app: Flask
) -> None:
    rows, cards, sheets = print_both(desk, course, app)
    assert rows == ["Aylin Aker", "Bilal Bos", "Cato Dijk"] and cards == {"Aylin", "Bilal", "Cato"}
    office = signed_in(client, course.campus, course.coordinator)
    rows, cards, whole = print_both(office, course, app)
    assert len(rows) == len(cards) == 5
    for sheet in sheets:
        office.get(f"/staff/papers/{sheet.id}.pdf", 404)
    mentor = signed_in(client, course.campus, course.mentor)
    assert all(sheet.id not in mentor.get(path(course)) for sheet in whole)
    for sheet in whole:
        mentor.get(f"/staff/papers/{sheet.id}.pdf", 404)
    assert all(mentor.client.get(f"/staff/papers/{sheet.id}.pdf").status_code == 200 for sheet in sheets)


def test_deputy_who_was_passed_a_student_has_another_paper_than_the_mentor(
    client: FlaskClient, desk: Desk, course: Course, passed: Staff, app: Flask
) -> None:
    course.session.add(Deputy(school_id=course.campus.school.id, group_id=course.group.id, staff_id=passed.id))
    course.session.commit()
    deputy = signed_in(client, course.campus, passed)
    rows, _, sheets = print_both(deputy, course, app)
    assert {"Noor Bakker", "Wim Visser"} < set(rows)
    mentor = signed_in(client, course.campus, course.mentor)
    for sheet in sheets:
        mentor.get(f"/staff/papers/{sheet.id}.pdf", 404)


def test_papers_made_before_a_student_was_passed_are_gone(desk: Desk, course: Course, app: Flask) -> None:
    print_both(desk, course, app)
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="poster")
    colleague, (student, _, _) = course.campus.staff(name="Joke Prins"), course.invite("Noor Bakker")
    passing.pass_to(course.session, course.vault, student, colleague, course.coordinator, "Veiligheid.", LATER)
    assert course.session.scalars(select(Sheet.kind)).all() == ["poster"]


def test_paper_that_is_forgotten_while_it_is_made_stays_forgotten(
    desk: Desk, course: Course, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(*_: object, **__: object) -> bytes:
        course.session.execute(delete(Sheet))
        course.session.commit()
        return b"%PDF"

    monkeypatch.setattr(apart, "run", forget)
    desk.post(f"/staff/classes/{course.group.id}/papers", kind="cards")
    make(app, course.session.scalars(select(Sheet)).one())
    assert course.session.scalars(select(Sheet)).all() == []


def test_deputy_names_no_other_deputy(client: FlaskClient, course: Course) -> None:
    colleague, other = course.campus.staff(name="Joke Prins"), course.campus.staff(name="Kees Kok")
    course.invite("Noor Bakker")
    course.session.add(Deputy(school_id=course.campus.school.id, group_id=course.group.id, staff_id=colleague.id))
    course.session.commit()
    deputy = signed_in(client, course.campus, colleague)
    assert 'name="deputy"' not in deputy.get(path(course))
    assert deputy.post(f"/staff/classes/{course.group.id}/deputy", deputy=other.id).status_code == 404
    assert course.session.scalars(select(Deputy.staff_id)).all() == [colleague.id]


# No more reminders


def test_student_asks_for_no_more_reminders_and_looking_changes_nothing(client: FlaskClient, course: Course) -> None:
    _, invitation, token = course.invite("Yara Smit")
    course.session.commit()
    address = f"/u/{token}/herinneringen"
    for _ in range(20):  # as mail scanners do
        assert "Geen herinneringen meer?" in plain(client.get(address).text)
    assert invitation.quiet_at is None
    token_of = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert token_of
    assert "Je krijgt geen herinneringen meer" in plain(client.post(address, data={"csrf_token": token_of[1]}).text)
    course.session.expire_all()
    assert invitation.quiet_at == LATER
    assert inviting.remind_now(course.session, course.vault, course.round, [course.group.id], "system", LATER) == 0
    assert client.get(f"/u/{token}").status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 26])
def test_unknown_link_wants_nothing(client: FlaskClient, course: Course, token: str) -> None:
    assert client.get(f"/u/{token}/herinneringen").status_code == 404
