"""The school's way in a real browser: from a flag in the morning to the documents for the municipality."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from desk import DESK, QUESTIONNAIRE, Allow, Check, Open, Serve, sign_in
from machine import COORDINATOR, MENTOR, Machine
from paper import pages_of
from phone import Phone
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from survey import accounts, review
from survey.access import Role
from survey.records import open_profile
from survey.store.people import School, Student
from survey.store.surveying import Invitation, Sitting

pytestmark = pytest.mark.browser

OTHER_MENTOR = ("bram@voorbeeld.nl", "weer een lang wachtwoord")
#: The class in which each has a part: two with a flag, one without, one who is busy, one who did not start.
FLAGGED, CALM, FINISHED, BUSY = "Yara Voorbeeld 0", "Daan Proef 1", "Milan Monster 2", "Selam Staal 3"
STUDENTS = 5
CALM_ANSWERS = {"bestemming": "leren", "geld_genoeg": "meestal_niet", "hulp": "nee", "praten": "nee"}
UNSAFE_ANSWERS = CALM_ANSWERS | {"veilig": "klopt_niet"}
REMARK = "Samen een plek gezocht bij een tante."
MARK = "CONCEPT - NIET VERSTUREN"


@dataclass(frozen=True, slots=True)
class Office:
    """A school on its own server, in the morning after its class answered."""

    machine: Machine
    student_ids: dict[str, str]

    def student(self, name: str) -> str:
        """Return the address of a student's page."""
        return f"{self.machine.origin}/staff/students/{self.student_ids[name]}"

    def mails(self) -> list[Path]:
        """Return the mails that were sent."""
        return sorted((self.machine.folder / "mail").glob("*.eml"))


@pytest.fixture(scope="module")
def office(serve: Serve, allow_database: Allow) -> Iterator[Office]:
    """Serve a school of whose class three students sent their answers, and one was finalised."""
    with serve("office") as machine:
        with allow_database():
            links = machine.admit(QUESTIONNAIRE, STUDENTS)
        machine.start_web()
        machine.start_worker()
        for link, answers in zip(links, (UNSAFE_ANSWERS, CALM_ANSWERS, UNSAFE_ANSWERS), strict=False):
            send_answers(machine.phone(), link, answers)
        busy = machine.phone()
        busy.answer(**first_choices(busy.start(links[3]).form.choices, CALM_ANSWERS))
        with allow_database():
            ids = prepare(machine)
        yield Office(machine, ids)


def prepare(machine: Machine) -> dict[str, str]:
    """Finalise one student, add a mentor of no class; return the students' ids by name."""
    now = datetime.now(UTC)
    with machine.inside() as (app, session):
        vault = app.extensions["vault"]
        school = session.get_one(School, machine.school_id)
        students, key = session.scalars(select(Student)).all(), vault.school_key(school)
        ids = {open_profile(key, student).name: student.id for student in students}
        finished = select(Sitting).join(Invitation).where(Invitation.student_id == ids[FINISHED])
        sitting, judgement = session.scalars(finished).one(), review.Judgement("Gebeld.")
        review.finalise(session, vault, sitting, machine.mentor(session), judgement, now)
        accounts.add_staff(
            session, vault, school, Role.mentor, "Bram Stil", *OTHER_MENTOR, now, proof=accounts.PASSWORD_ONLY
        )
        session.commit()
    return ids


def first_choices(choices: dict[str, list[str]], chosen: dict[str, str]) -> dict[str, str]:
    """Return for each question on a page what this student chooses, else the first answer."""
    return {name: chosen.get(name, codes[0]) for name, codes in choices.items()}


def send_answers(phone: Phone, link: str, chosen: dict[str, str]) -> None:
    """Answer every page as the student does, and send it all."""
    page = phone.start(link)
    for _ in range(30):
        if page.path == "/controle":
            break
        page = phone.answer(**first_choices(page.form.choices, chosen))
        assert page.status == 200, page.words
    assert phone.send(page.form_to("/controle")).path == "/klaar"


def wait_for(what: Callable[[], bool], seconds: int = 20) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def download(page: Page, link: Locator) -> bytes:
    """Follow a link to a file; return what the browser stored."""
    with page.expect_download() as started:
        link.click()
    return started.value.path().read_bytes()


def ready_link(desk: Page) -> Locator:
    """Return the link to the newest document of a student, which may not be there yet."""
    return desk.locator("section[aria-labelledby=document]").get_by_role("link", name="Download PDF")


def reload_until(page: Page, seen: Locator, seconds: int = 30) -> None:
    """Load the page again until something is on it, as a person does who waits for it."""
    deadline = time.monotonic() + seconds
    while not seen.is_visible():
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.wait_for_timeout(300)
        page.reload()


def words_of(pdf: bytes) -> list[str]:
    """Return the text of each page on one line."""
    assert pdf.startswith(b"%PDF-")
    return [" ".join(text.split()) for text in pages_of(pdf)]


def test_flag_is_taken_up_and_ends_in_documents(open_browser: Open, office: Office) -> None:
    desk = open_browser(viewport=DESK)
    sign_in(desk, office.machine, *MENTOR)
    take_up(desk)
    see_class(desk)
    desk.get_by_role("rowheader").get_by_role("link", name=FLAGGED).click()
    read_why(desk)
    finalise(desk)
    pdf = download(desk, ready_link(desk))
    pages = words_of(pdf)
    assert all(MARK in page for page in pages) and 1 <= len(pages) <= 2
    assert FLAGGED in pages[0] and REMARK in " ".join(pages)

    other = open_browser(viewport=DESK)
    sign_in(other, office.machine, *COORDINATOR)
    other.get_by_role("link", name="V2B", exact=True).click()
    row = other.get_by_role("row").filter(has_text=FLAGGED)
    assert download(other, row.get_by_role("link").last) == pdf
    other.goto(f"{office.machine.origin}/staff/")
    waiting = other.locator("section[aria-labelledby=packages]").get_by_role("row").filter(has_text="Purmerend")
    expect(waiting.get_by_role("cell").nth(1)).to_have_text("0")  # a concept is not taken along: nobody agreed yet


def take_up(desk: Page) -> None:
    """Find the flag above everything else, and put a name to it."""
    first = desk.locator("main section").first
    expect(first.get_by_role("heading")).to_contain_text("Vandaag praten")
    card = first.get_by_role("listitem").filter(has_text=FLAGGED)
    expect(card).to_contain_text("Voelt zich niet veilig bij anderen.")
    expect(card).to_contain_text("vóór")
    card.get_by_role("button").click()
    expect(card).to_contain_text("opgepakt door Sanne de Wit, vandaag")
    expect(card.get_by_role("button")).to_have_count(0)


def see_class(desk: Page) -> None:
    """Open the class: how many answered, where each stands, what the rules say of those who sent."""
    line = desk.get_by_role("row").filter(has_text="V2B")
    expect(line).to_contain_text(f"3 van {STUDENTS}")
    line.get_by_role("link", name="V2B", exact=True).click()
    expect(desk.get_by_label("Werk", exact=True)).to_be_visible()
    row = desk.get_by_role("row").filter(has_text=FLAGGED)
    expect(row.locator(".band")).not_to_have_count(0)
    expect(desk.get_by_role("row").filter(has_text=BUSY)).to_contain_text(re.compile(r"1 van \d\d"))


def read_why(desk: Page) -> None:
    """See for each subject a band in words, and the answers from which it follows."""
    subjects = desk.locator("section[aria-labelledby=domains]")
    money = subjects.locator(".domain").filter(has=desk.get_by_role("heading", name="Geld"))
    expect(money.locator(".band")).to_be_visible()
    expect(money).to_contain_text("Waarom:")
    expect(money.get_by_role("listitem").first).not_to_be_empty()
    desk.get_by_text("Hoe dit is gerekend").first.click()
    expect(desk.get_by_role("columnheader", name="Punten")).to_be_visible()


def finalise(desk: Page) -> None:
    """Add a remark, finalise, and wait for the worker."""
    desk.get_by_label("Opmerking van de school").fill(REMARK)
    desk.get_by_role("button", name="Stel vast en maak het document").click()
    expect(desk.locator("section[aria-labelledby=history]")).to_contain_text(REMARK)
    reload_until(desk, ready_link(desk))


def test_mail_of_a_flag_says_nothing_of_the_student(office: Office) -> None:
    wait_for(lambda: len(office.mails()) == 2)  # one for each student with a flag
    for file in office.mails():
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_content()
        assert mail["To"] == MENTOR[0] and f"{office.machine.origin}/staff/" in body
        told = f"{mail['Subject']} {body}"
        for secret in (*FLAGGED.split()[:2], *FINISHED.split()[:2], "veilig", "V2B", "/u/", *office.student_ids.values()):
            assert secret not in told


def test_other_mentor_finds_nothing(office: Office) -> None:
    desk = office.machine.phone()
    page = desk.open("/staff/sign-in")
    page = desk.send(page.form, {"email": OTHER_MENTOR[0], "password": OTHER_MENTOR[1]})
    assert page.path == "/staff/" and "V2B" not in page.words and FLAGGED not in page.words
    for name in (FLAGGED, BUSY):
        assert desk.open(urlsplit(office.student(name)).path).status == 404


def test_staff_pages_are_accessible_on_desk_and_phone(
    open_browser: Open, office: Office, assert_accessible: Check
) -> None:
    page = open_browser(viewport=DESK)

    def look(heading: str) -> None:
        expect(page.get_by_role("heading", name=heading).first).to_be_attached()
        assert_accessible(page, everywhere=True)

    page.goto(f"{office.machine.origin}/staff/")
    look("Inloggen")
    page.get_by_label("E-mailadres").fill(MENTOR[0])
    page.get_by_label("Wachtwoord").fill("niet het wachtwoord")
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look("Er klopt nog iets niet")
    sign_in(page, office.machine, *MENTOR)
    look("Vandaag praten")
    page.get_by_role("link", name="V2B", exact=True).last.click()
    look("Klas V2B")
    page.get_by_role("link", name="Kaartjes met QR-code").click()
    look("Kaartjes met QR-code")
    for name in (BUSY, FINISHED):
        page.goto(office.student(name))
        look(name)
    page.locator("select#override").select_option(index=1)
    page.get_by_role("button", name="Stel vast en maak het document").click()
    look("Er klopt nog iets niet")
    page.goto(f"{office.machine.origin}/staff/municipalities/GM0439.zip")
    look("Niet voor jouw rol")
    answer = page.goto(f"{office.machine.origin}/staff/students/nobody")
    assert answer is not None and answer.status == 404
    look("Deze pagina bestaat niet")


def test_keyboard_alone_signs_in_and_finalises(open_browser: Open, office: Office) -> None:
    page = open_browser(viewport=DESK)
    page.goto(f"{office.machine.origin}/staff/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, page.get_by_label("E-mailadres"))
    page.keyboard.type(MENTOR[0])
    tab_to(page, page.get_by_label("Wachtwoord"))
    page.keyboard.type(MENTOR[1])
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("rowheader").get_by_role("link", name="V2B", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name=CALM))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Opmerking van de school"))
    page.keyboard.type("Met het toetsenbord gedaan.")
    tab_to(page, page.get_by_role("button", name="Stel vast en maak het document"))
    page.keyboard.press("Enter")
    expect(page.locator("section[aria-labelledby=history]")).to_contain_text("Met het toetsenbord gedaan.")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus, and can be seen to have it."""
    expect(wanted).to_be_attached()
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            outline = wanted.evaluate("one => getComputedStyle(one).outlineStyle")
            assert outline != "none", "the focus cannot be seen"
            return
    raise AssertionError(f"Tab does not lead to {wanted}")
