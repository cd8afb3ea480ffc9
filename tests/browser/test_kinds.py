"""Every kind of question in a real browser at 360 px, in light and dark, as it is first seen and when it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from factories import Campus, make_campus
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session
from stages import NOW
from trip import launch

from survey.vault import Vault
from survey.web.headers import read_style

pytestmark = pytest.mark.browser

FILES = Path(__file__).parents[1] / "questionnaires"
FURTHER = {"choice_other": {"vervoer": "fiets"}}
WRONG = {"begint": ["31", "6", "2026"], "bellen": "112", "wie": ["Sanne de Boer", "", "tante"]}


@pytest.fixture
def campus(session: Session, vault: Vault) -> Campus:
    """Return a school of this process; the other tests here ask a server."""
    made = make_campus(session, vault)
    session.commit()
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["web_kinds", "choice_other"])
def test_kinds_are_large_and_accessible(
    app: Flask, campus: Campus, open_browser: Callable[..., Page], assert_accessible: Callable[[Page], None],
    name: str, scheme: str,
) -> None:  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        yara = launch(app, campus, FILES / f"{name}.yaml").invite("Yara Smit")
        seen = [yara.starts().html, yara.phone.answer(**WRONG).html]
        seen += [yara.answers(**{page: given}).html for page, given in FURTHER.get(name, {}).items()]
    page, style = open_browser(scheme=scheme), f"<style>{read_style('respond').css}</style>"
    for html in seen:
        page.set_content(re.sub('<link rel="stylesheet"[^>]*>', style, html))
        assert_accessible(page)
        heights = page.locator(".t, .o label, .go").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert min(heights) >= 56
        labelled = page.locator("input:not([type=hidden]), select, textarea").evaluate_all(
            "all => all.map(one => one.labels.length)"
        )
        assert set(labelled) == {1}
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
