"""A coordinator's round and a mentor's lesson, in a real browser on a real server with its worker."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from desk import DESK, QUESTIONNAIRE, Allow, Check, Open, Serve, sign_in
from machine import COORDINATOR, MENTOR, Machine
from paper import pages_of
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from survey import inviting, tasks
from survey.hours import ZONE
from survey.records import open_profile, school_key, seal_profile
from survey.store.people import Group, Student
from survey.store.traces import Mail
from survey.store.types import new_id

pytestmark = pytest.mark.browser

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}")


@dataclass(frozen=True, slots=True)
class Office:
    """A school on its own server."""

    machine: Machine

    def letters(self) -> list[str]:
        """Return the plain text of every mail to a student that was sent."""
        found = []
        for file in sorted((self.machine.folder / "mail").glob("*.eml")):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            found.append(f"{message['Subject']}\n{body.get_content()}")
        return found


@pytest.fixture(scope="module")
def office(serve: Serve, allow_database: Allow) -> Iterator[Office]:
    """Serve a school with a class that is asked in one round, and one more class; everybody has an address."""
    with serve("rounds") as machine:
        with allow_database():
            machine.admit(QUESTIONNAIRE, 3)
            add_class(machine)
        machine.start_web()
        machine.start_worker()
        yield Office(machine)


def add_class(machine: Machine) -> None:
    """Add a second class with two students, and give everybody an address."""
    with machine.inside() as (app, session):
        key, mentor = school_key(session, app.extensions["vault"]), machine.mentor(session)
        group = Group(id=new_id(), school_id=mentor.school_id, name="H1A", mentor_id=mentor.id)
        session.add(group)
        session.flush()
        first = session.scalars(select(Student)).first()
        assert first is not None
        known = open_profile(key, first).to_json()
        for name in ("Fleur", "Jayden"):
            id_ = new_id()
            profile = type(open_profile(key, first)).from_json({**known, "first_name": name})
            sealed = seal_profile(key, id_, profile)
            session.add(
                Student(id=id_, school_id=mentor.school_id, group_id=group.id, number_index=id_, profile=sealed)
            )
        session.flush()
        for number, student in enumerate(session.scalars(select(Student))):
            profile = open_profile(key, student)
            with_mail = type(profile).from_json(profile.to_json() | {"email": f"s{number}@voorbeeld.nl"})
            student.profile = seal_profile(key, student.id, with_mail)
        session.commit()


def write_by_day(office: Office, days: int = 0) -> int:
    """Write and send what is due, as the worker does on a school day; return how many were looked at."""
    moment = datetime.now(ZONE).replace(hour=11, minute=0) + timedelta(days=days)
    while moment.weekday() > 4 or moment < datetime.now(ZONE):
        moment += timedelta(days=1)
    with office.machine.inside() as (app, session):
        found = inviting.write_due(session, app.extensions["vault"], app.extensions["settings"], moment)
        session.commit()
        waiting = session.scalars(select(Mail.id).where(Mail.state == "waiting")).all()
        session.rollback()
        with time_machine.travel(moment, tick=False):
            for mail_id in waiting:
                tasks.send_mail(mail_id)
    return found


def wait_for(what: Callable[[], bool], seconds: int = 40) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.2)


def test_coordinator_plans_asks_follows_and_reminds(
    open_browser: Open, office: Office, assert_accessible: Check, allow_database: Callable[[], AbstractContextManager[None]]
) -> None:
    desk = open_browser(viewport=DESK)
    sign_in(desk, office.machine, *COORDINATOR)
    desk.get_by_role("link", name="Rondes").click()
    desk.get_by_role("link", name="Ronde plannen").click()
    desk.get_by_role("button", name="Deze ronde plannen").click()
    expect(desk.get_by_role("alert")).to_contain_text("Geef de ronde een naam")
    assert_accessible(desk)
    desk.get_by_label("Naam").fill("Najaar")
    desk.get_by_role("button", name="Deze ronde plannen").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Najaar")
    for name in ("V2B", "H1A"):
        desk.get_by_label(name).check()
    desk.get_by_role("button", name="Deze klassen uitnodigen").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("5 studenten uitnodigen?")
    assert_accessible(desk)
    desk.get_by_role("button", name="Uitnodigen").click()
    expect(desk.get_by_role("row").filter(has_text="V2B")).to_contain_text("3")
    with allow_database():
        write_by_day(office)
    wait_for(lambda: len(office.letters()) == 5)
    letter = office.letters()[0]
    assert "een bericht van Sanne" in letter.splitlines()[0] and "enqu" not in letter.lower()
    link = re.search(r"http://\S+/u/\w+", letter)
    assert link
    student = office.machine.phone()
    assert student.start(link[0].removeprefix(office.machine.origin)).path.startswith("/v/")
    desk.reload()
    expect(desk.get_by_label("Hoe ver deze ronde is")).to_contain_text("1 begonnen, niet klaar")
    desk.get_by_role("link", name="Studenten V2B").or_(desk.get_by_role("link", name="Studenten H1A")).first.click()
    expect(desk.locator("main")).to_contain_text("uitgenodigd")
    assert_accessible(desk)
    desk.go_back()
    desk.get_by_label("V2B").check()
    desk.get_by_label("H1A").check()
    desk.get_by_role("button", name="Deze klassen herinneren").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("5 studenten herinneren?")
    desk.get_by_role("button", name="Herinneren").click()
    with allow_database():
        write_by_day(office)
    wait_for(lambda: len(office.letters()) == 10)
    assert sum("nog een bericht van Sanne" in letter for letter in office.letters()) == 5


def ready(desk: Page, link: Locator) -> bytes:
    """Load the page again until a paper is there; return what the browser stored."""
    deadline = time.monotonic() + 60
    while not link.is_visible():
        assert time.monotonic() < deadline, desk.locator("main").inner_text()
        desk.wait_for_timeout(500)
        desk.reload()
    with desk.expect_download() as started:
        link.click()
    return started.value.path().read_bytes()


def test_lesson_from_poster_to_a_number_that_grows(
    open_browser: Open, office: Office, assert_accessible: Check
) -> None:
    desk = open_browser(viewport=DESK)
    sign_in(desk, office.machine, *MENTOR)
    desk.get_by_role("rowheader").get_by_role("link", name="V2B").last.click()
    desk.get_by_role("link", name="In de les").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Maak de poster").click()
    assert "/code" in pages_of(ready(desk, desk.get_by_role("link", name="Poster A4")))[0]
    desk.get_by_role("button", name="Maak de kaarten").click()
    sheet = " ".join(pages_of(ready(desk, desk.get_by_role("link", name="Kaarten om uit te knippen A4"))))
    codes = CODE.findall(sheet)
    assert len(codes) == 3
    wall = open_browser(viewport=DESK)
    wall.goto(office.machine.origin + str(desk.get_by_role("link", name="Toon op de muur").get_attribute("href")))
    number = wall.get_by_role("status").locator("b")
    before = int(number.inner_text())
    assert_accessible(wall)
    assert "Yara" not in wall.content() and "Daan" not in wall.content()
    answer_by_code(office, codes[0])
    expect(number).to_have_text(str(before + 1), timeout=15_000)
    expect(desk.get_by_role("status")).to_contain_text(f"{before + 1} van 3", timeout=15_000)


def answer_by_code(office: Office, code: str) -> None:
    """Type the code of a card, answer everything and send."""
    phone = office.machine.phone()
    page = phone.open("/code")
    page = phone.send(page.form_to("/code"), {"code": code.lower()})
    assert page.path.startswith("/u/"), page.words
    page = phone.start(page.path)
    for _ in range(40):
        if page.path == "/controle":
            break
        page = phone.answer(**{name: given[0] for name, given in page.form.choices.items()})
    assert phone.send(page.form_to("/controle")).path == "/klaar"


def test_keyboard_alone_asks_a_class(open_browser: Open, office: Office) -> None:
    page = open_browser(viewport=DESK)
    sign_in(page, office.machine, *COORDINATOR)
    page.goto(f"{office.machine.origin}/staff/rounds")
    tab_to(page, page.get_by_role("rowheader").get_by_role("link").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("V2B"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Deze klassen uitnodigen"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"uitnodigen\?|uit te nodigen"))  # or nobody is left


def tab_to(page: Page, wanted: Locator) -> None:
    expect(wanted).to_be_attached()
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.evaluate("one => getComputedStyle(one).outlineStyle") != "none", "the focus cannot be seen"
            return
    raise AssertionError(f"Tab does not lead to {wanted}")
