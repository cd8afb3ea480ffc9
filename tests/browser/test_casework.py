"""Lists and a student's case in a real browser, with 600 students: every page of them accessible, and a Friday's work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from crowd import Crowd
from desk import DESK, QUESTIONNAIRE, Allow, Check, Open, Serve, sign_in
from machine import COORDINATOR, MENTOR, Machine
from playwright.sync_api import expect
from sqlalchemy import select

from survey import casework, create_app, lists
from survey.access import Staff, policy_of
from survey.casework import Content, Kind
from survey.choosing import Wish
from survey.config import Settings
from survey.records import get_definition
from survey.store.people import Group, Student
from survey.store.surveying import Round

pytestmark = pytest.mark.browser

ROOMS = {"staff", "students", "bulk", "casework", "together"}


@dataclass(frozen=True, slots=True)
class Office:
    """A school of 600 on its own server; what fills the addresses of its pages in."""

    machine: Machine
    values: dict[str, str]

    def paths(self) -> dict[str, str]:
        """Return the address of every page of these rooms, from the URL map: a new page cannot be forgotten."""
        app = create_app(Settings.from_environment(self.machine.environment))
        with app.test_request_context():
            return {
                rule.endpoint: app.url_for(rule.endpoint, **{name: self.values[name] for name in rule.arguments})
                for rule in app.url_map.iter_rules()
                if rule.endpoint.split(".")[0] in ROOMS
                and "GET" in (rule.methods or ())
                and isinstance(policy_of(app.view_functions[rule.endpoint]), Staff)
            }


@pytest.fixture(scope="module")
def office(serve: Serve, allow_database: Allow) -> Iterator[Office]:
    """Serve a school with 600 students, of whom one has a log."""
    now = datetime.now(UTC)
    with serve("friday") as machine:
        with allow_database():
            machine.admit(QUESTIONNAIRE, 1)
            with machine.inside() as (app, session):
                vault, mentor = app.extensions["vault"], machine.mentor(session)
                round_ = session.scalars(select(Round)).one()
                Crowd(session, vault, round_, get_definition(session, round_.digest), now).fill([mentor], 600)
                student_id = lists.find(session, vault, Wish(state="discuss"), now).rows[0].student_id
                student = session.get_one(Student, student_id)
                content = Content("Hulp bij een kamer", "talk", "Sanne de Wit", "open")
                entry = casework.add(session, vault, student, mentor, Kind.OFFER, now.date(), content, now)
                session.commit()
                group_id = session.scalars(select(Group.id).where(Group.id == student.group_id)).one()
                values = {"student_id": student_id, "group_id": group_id, "thread": entry.thread}
        machine.start_web()
        yield Office(machine, values)


def test_every_page_of_lists_and_cases_is_accessible(
    open_browser: Open, office: Office, assert_accessible: Check
) -> None:
    page = open_browser(viewport=DESK)
    sign_in(page, office.machine, *COORDINATOR)
    paths = office.paths()
    assert len(paths) >= 10
    for endpoint, path in paths.items():
        answer = page.goto(f"{office.machine.origin}{path}")
        assert answer is not None and answer.status == 200, endpoint
        assert_accessible(page, everywhere=True)


def test_coordinators_friday_without_script(open_browser: Open, office: Office, assert_accessible: Check) -> None:
    page = open_browser(script=False, viewport=DESK)
    sign_in(page, office.machine, *COORDINATOR)
    page.get_by_role("list", name="Werk").get_by_role("link", name="bespreken").click()
    expect(page).to_have_url(f"{office.machine.origin}/staff/students?state=discuss")
    page.get_by_text("Meer filters en kolommen").click()
    page.locator("select#asked").select_option(label="Ja")
    page.get_by_role("button", name="Toon").click()
    caption = page.locator("caption").inner_text()
    wanted = int(caption.split()[0])
    assert 0 < wanted < 600
    page.get_by_text("Bewaar deze lijst").click()
    page.get_by_label("Naam van de lijst").fill("Vraagt hulp, bespreken")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("link", name="Vraagt hulp, bespreken")).to_be_visible()
    page.get_by_label(f"alle {wanted} studenten van deze lijst").check()
    page.get_by_label("Met wie gekozen is").select_option(label="Noteer als gesproken")
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Noteer als gesproken: {wanted} student")
    page.get_by_label("Hoe").select_option(label="per telefoon")
    page.get_by_role("button", name="Noteer als gesproken").click()
    expect(page.get_by_role("status")).to_contain_text(f"Gedaan voor {wanted} student")
    page.get_by_role("link", name="Terug naar de lijst").click()
    expect(page.locator("caption")).to_contain_text("0 van ")


def test_mentors_day_by_keyboard(open_browser: Open, office: Office) -> None:
    page = open_browser(viewport=DESK)
    sign_in(page, office.machine, *MENTOR)
    page.goto(f"{office.machine.origin}/staff/students/{office.values['student_id']}/log")
    page.get_by_label("Wat er is gezegd").focus()
    page.keyboard.type("Samen naar de brief gekeken.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Schrijf op").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("section[aria-labelledby=entries]")).to_contain_text("Samen naar de brief gekeken.")
