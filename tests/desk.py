"""What browser tests share: the windows they look through, the questionnaire that is asked, and the staff's front door."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from machine import Machine
from playwright.sync_api import Page, expect

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

Allow = Callable[[], AbstractContextManager[None]]
Check = Callable[..., None]
Open = Callable[..., Page]
Serve = Callable[..., AbstractContextManager[Machine]]


def sign_in(page: Page, machine: Machine, email: str, password: str) -> None:
    """Come to the staff pages by the front door."""
    page.goto(f"{machine.origin}/staff/")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord").fill(password)
    page.get_by_role("button", name="Inloggen").click()
    expect(page).to_have_url(f"{machine.origin}/staff/")
