"""A school's own questionnaire in a real browser: from a file with faults to a round that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from desk import DESK, QUESTIONNAIRE, Allow, Check, Open, Serve, sign_in
from machine import COORDINATOR, Machine
from playwright.sync_api import Page, expect

from survey import accounts
from survey.access import Role
from survey.definition.load import shipped_files
from survey.store.people import School

pytestmark = pytest.mark.browser

KEEPER = ("femke@voorbeeld.nl", "een heel lang wachtwoord")
CHECKIN = next(path for path in shipped_files() if path.parent.name == "checkin").read_text(encoding="utf-8")
OWN = CHECKIN.replace("id: checkin", "id: napraten")


@pytest.fixture(scope="module")
def office(serve: Serve, allow_database: Allow) -> Iterator[Machine]:
    """Serve a school with an administrator."""
    with serve("publishing") as machine:
        with allow_database():
            machine.admit(QUESTIONNAIRE, 1)
            with machine.inside() as (app, session):
                school, now = session.get_one(School, machine.school_id), datetime.now(UTC)
                plain = {"proof": accounts.PASSWORD_ONLY}
                accounts.add_staff(
                    session, app.extensions["vault"], school, Role.administrator, "Femke Mulder", *KEEPER, now, **plain
                )
                session.commit()
        machine.start_web()
        yield machine


def upload(page: Page, content: str) -> None:
    """Choose a file and send it."""
    page.get_by_role("link", name="Vragenlijsten").first.click()
    file = {"name": "napraten.yaml", "mimeType": "application/yaml", "buffer": content.encode()}
    page.get_by_label("De vragenlijst").set_input_files([file])  # type: ignore[list-item]
    page.get_by_role("button", name="Uploaden en nakijken").click()


def look(page: Page, check: Check) -> None:
    """Look at a page on a desk and on a phone, light and dark."""
    check(page, everywhere=True)


@pytest.mark.parametrize("script", [False, True])
def test_file_with_faults_is_mended_previewed_published_and_asked(
    open_browser: Open, office: Machine, assert_accessible: Check, script: bool
) -> None:
    name = "napraten" if script else "naderhand"
    own = OWN.replace("id: napraten", f"id: {name}")
    desk = open_browser(viewport=DESK, script=script)
    sign_in(desk, office, *KEEPER)
    upload(desk, own.replace("version: 1\n", "version: 1\nkleur: blauw\n"))
    row = desk.get_by_role("row").filter(has_text="E015")
    expect(row).to_contain_text("kleur: blauw")
    expect(row).to_contain_text("teken 1")
    expect(desk.get_by_role("button", name="Publiceren voor onze school")).to_have_count(0)
    if script:
        look(desk, assert_accessible)

    upload(desk, own)
    expect(desk.get_by_text("Geen fouten.")).to_be_visible()
    desk.get_by_role("link", name="Voorbeeld", exact=True).click()
    walk(desk)
    if script:
        look(desk, assert_accessible)
    desk.get_by_role("link", name=f"{name} 1", exact=True).click()
    desk.get_by_role("button", name="Publiceren voor onze school").click()
    expect(desk.get_by_text("gepubliceerd", exact=False).first).to_be_visible()
    if script:
        look(desk, assert_accessible)
        read_overview(desk, assert_accessible)

    other = open_browser(viewport=DESK, script=script)
    sign_in(other, office, *COORDINATOR)
    other.goto(f"{desk.url}/changes")
    expect(other.get_by_text("Er zijn minder dan 5 inzendingen")).to_be_visible()
    if script:
        look(other, assert_accessible)
    plan(other, office, name)
    desk.get_by_role("link", name="Vragenlijsten").first.click()
    expect(desk.get_by_role("row").filter(has_text=f"{name} 1")).to_contain_text(f"Ronde {name}")
    if script:
        look(desk, assert_accessible)


def walk(desk: Page) -> None:
    """Walk the phone from Start to what happens now, and jump back to a page."""
    phone = desk.frame_locator("iframe")
    phone.get_by_role("button", name="Start").click()
    go_on, send = phone.get_by_role("button", name="Volgende"), phone.get_by_role("button", name="Stuur naar Femke")
    expect(go_on).to_be_visible()
    for number in range(1, 12):
        phone.locator("label").first.click()
        go_on.click()
        expect(phone.get_by_text(f"Vraag {number + 1} van").or_(send)).to_be_visible()
        if send.is_visible():
            break
    send.click()
    expect(phone.get_by_role("heading", name="Wat gebeurt er nu?")).to_be_visible()
    desk.locator(".jumps a").nth(1).click()
    expect(phone.get_by_text("Vraag 2 van")).to_be_visible()


def read_overview(desk: Page, check: Check) -> None:
    """Look at the overview to print."""
    here = desk.url
    desk.get_by_role("link", name="Overzicht om te printen").click()
    expect(desk.get_by_role("heading", name="Pagina's en vragen")).to_be_visible()
    look(desk, check)
    desk.goto(here)


def plan(page: Page, office: Machine, name: str) -> None:
    """Let the coordinator plan a round with it."""
    page.goto(f"{office.origin}/staff/rounds/new")
    page.locator("input[name=name]").fill(f"Ronde {name}")
    choice = page.locator("[name=digest]")
    if choice.first.evaluate("each => each.tagName") == "SELECT":
        label = choice.locator("option").filter(has_text=name).first.get_attribute("value")
        choice.select_option(label)
    else:
        page.locator("label").filter(has_text=name).first.click()
    page.locator("main form button.button").last.click()
    expect(page.get_by_role("heading", name=f"Ronde {name}")).to_be_visible()
