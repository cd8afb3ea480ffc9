"""Accounts in a real browser: from the operator's command to a mentor who signs in with a passkey, and loses no form."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pyotp
import pytest
from desk import DESK, PHONE, Allow, Check, Open, Serve
from machine import Machine
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from survey import accounts
from survey.access import Role
from survey.store.people import School, StaffSession
from survey.store.scope import in_school

pytestmark = pytest.mark.browser

ADMINISTRATOR, MENTOR = "ad@voorbeeld.nl", "sanne@voorbeeld.nl"
PASSWORDS = {ADMINISTRATOR: "paard batterij nietje juist", MENTOR: "fiets zolder regen kaas"}
LINK = re.compile(r"http://localhost:\d+(/staff/welcome/\w+)")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(slots=True)
class Office(Machine):
    """An installation that is reached by a name: browsers know no passkeys of a bare address."""

    @property
    def origin(self) -> str:
        """Return the address of the server."""
        return f"http://localhost:{self.port}"

    def link_for(self, email: str) -> str:
        """Wait for the newest mail to somebody; return the path of its link."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            files = sorted((self.folder / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime)
            mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
            if mine := [mail for mail in mails if mail["To"] == email]:
                found = LINK.search(mine[-1].get_content())
                assert found, mine[-1].get_content()
                return found[1]
            time.sleep(0.1)
        raise AssertionError(f"no mail for {email}")


@pytest.fixture(scope="module")
def office(serve: Serve, allow_database: Allow) -> Iterator[Office]:
    """Serve a new school, of which only the administrator was named by the operator."""
    with serve("accounts", Office) as machine:
        with allow_database():
            named = ("--administrator", ADMINISTRATOR, "--administrator-name", "Ad Beheer")
            machine.run("school", "add", "ROC Voorbeeld", *named)
            machine.start_web()
            machine.start_worker()
        yield machine


def choose_password(page: Page, office: Office, email: str) -> None:
    """Open the link of the mail, choose a password, and sign in with it."""
    page.goto(office.origin + office.link_for(email))
    page.get_by_label("Nieuw wachtwoord").fill(PASSWORDS[email])
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Log ermee in")
    sign_in(page, email)


def sign_in(page: Page, email: str) -> None:
    """Give address and password, with the keyboard."""
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORDS[email])
    page.keyboard.press("Enter")


def set_up_app(page: Page) -> str:
    """Set up an app as the page says; return the secret of it."""
    secret = page.locator(".key").inner_text().replace(" ", "")
    page.get_by_label("Typ de zes cijfers").fill(pyotp.TOTP(secret).at(datetime.now()))
    page.keyboard.press("Enter")
    return secret


def keep_codes(page: Page) -> list[str]:
    """Copy the recovery codes and go on."""
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    return codes


def leave_idle(office: Office, allow_database: Callable[[], AbstractContextManager[None]]) -> None:
    """Let everybody's last click be twenty minutes ago."""
    with allow_database(), office.inside() as (_, session):
        in_school(session, session.scalars(select(School.id)).one())
        session.execute(update(StaffSession).values(seen_at=datetime.now(UTC) - timedelta(minutes=20)))
        session.commit()


def see_warning(page: Page, office: Office) -> None:
    """Let the page ask how long the session lasts: it warns near the end, and is content after one click."""
    left = {"seconds": 90}
    page.route("**/staff/left", lambda route: route.fulfill(json=left))
    page.clock.install()
    page.goto(f"{office.origin}/staff/account")
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.fast_forward("13:30")
    stay = page.get_by_role("button", name="Ik ben er nog")
    expect(stay).to_be_visible()
    expect(page.get_by_text("binnen twee minuten uitgelogd")).to_be_visible()
    left["seconds"] = 900
    stay.click()
    expect(page.locator("#idle")).to_be_hidden()
    left["seconds"] = 0
    page.clock.fast_forward("14:00")
    expect(page.get_by_text("Wat je invulde blijft bewaard")).to_be_visible()


def test_administrator_invites_a_mentor_who_comes_in_with_a_passkey_and_loses_no_form(
    open_browser: Open,
    office: Office,
    assert_accessible: Check,
    allow_database: Callable[[], AbstractContextManager[None]],
) -> None:
    def look(page: Page, heading: str) -> None:
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        assert_accessible(page, everywhere=True)

    desk = open_browser(viewport=DESK)
    desk.goto(office.origin + office.link_for(ADMINISTRATOR))
    look(desk, "Kies een wachtwoord")
    choose_password(desk, office, ADMINISTRATOR)
    look(desk, "Stel de tweede stap in")
    set_up_app(desk)
    look(desk, "Herstelcodes")
    codes = keep_codes(desk)

    desk.goto(f"{office.origin}/staff/colleagues")
    desk.get_by_label("Voor- en achternaam").fill("Sanne de Wit")
    desk.get_by_label("E-mailadres").fill(MENTOR)
    desk.get_by_role("button", name="Verstuur de uitnodiging").click()
    expect(desk.get_by_role("status")).to_contain_text("onderweg")
    look(desk, "Collega's")

    phone = open_browser(viewport=PHONE)
    tools = phone.context.new_cdp_session(phone)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    choose_password(phone, office, MENTOR)
    phone.get_by_role("button", name="Maak een passkey").click()
    keep_codes(phone)
    expect(phone.get_by_role("link", name="Sanne de Wit")).to_be_visible()
    phone.get_by_role("button", name="Uitloggen").click()
    sign_in(phone, MENTOR)
    look(phone, "Tweede stap")
    phone.get_by_role("button", name="Gebruik je passkey").click()
    expect(phone.get_by_role("link", name="Sanne de Wit")).to_be_visible()
    phone.get_by_role("link", name="Sanne de Wit").click()
    expect(phone.get_by_role("row").filter(has_text="Passkey")).to_have_count(1)
    look(phone, "Mijn account")

    desk.get_by_role("link", name="Sanne de Wit").click()
    look(desk, "Sanne de Wit")
    desk.get_by_label("Telefoonnummer").fill("06 0000 0042")
    leave_idle(office, allow_database)
    desk.get_by_role("button", name="Bewaar").click()
    sign_in(desk, ADMINISTRATOR)
    desk.get_by_label("Code").fill(codes[0])
    desk.keyboard.press("Enter")
    look(desk, "Je formulier is bewaard")
    desk.get_by_role("button", name="Verstuur het formulier nu").click()
    expect(desk.get_by_label("Telefoonnummer")).to_have_value("06 0000 0042")
    see_warning(desk, office)


ROOMS = {
    Role.administrator: ("/staff/school", "/staff/colleagues", "/staff/region/schools"),
    Role.privacy_officer: ("/staff/trail?proof=1",),
    Role.operator: ("/staff/server",),
    Role.region: ("/staff/region",),
}


@pytest.mark.parametrize("role", list(ROOMS))
def test_rooms_of_the_office_are_accessible_on_desk_and_phone(
    open_browser: Open,
    office: Office,
    assert_accessible: Check,
    allow_database: Callable[[], AbstractContextManager[None]],
    role: Role,
) -> None:
    email = f"{role}@voorbeeld.nl"
    with allow_database(), office.inside() as (app, session):
        school = session.scalars(select(School)).one()
        vault, now = app.extensions["vault"], datetime.now(UTC)
        accounts.add_staff(session, vault, school, role, "Iemand Anders", email, PASSWORDS[MENTOR], now, proof="password")
        session.commit()
    page = open_browser(viewport=DESK)
    page.goto(f"{office.origin}/staff/sign-in")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORDS[MENTOR])
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Iemand Anders")).to_be_visible()
    for path in ROOMS[role]:
        page.goto(office.origin + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page, everywhere=True)
