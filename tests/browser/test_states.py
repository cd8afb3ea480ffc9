"""Every state of the student's pages in a real browser: accessible, large enough to press, never wider than the phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browser.states import OVERSTAP, reach_all
from desk import PHONE
from factories import make_campus
from flask import Flask
from phone import Page as Shown
from playwright.sync_api import Page, Route
from sqlalchemy.orm import Session
from trip import launch

from survey.vault import Vault
from survey.web.headers import read_style
from survey.web.script import read_script

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]

ORIGIN = "http://localhost"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": STANDARDS}}
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
REACHED: dict[str, dict[str, Shown]] = {}
#: Widths with how much larger than usual a reader set the text; 320 px at 200% is WCAG's 1.4.4 and 1.4.10 at once.
SIZES = ((320, 1), (320, 2), (360, 1), (1280, 1))
#: What a page measures of itself: what is too low to press, and whether it scrolls sideways.
MEASURE = """() => {
  const seen = (one) => one.offsetParent !== null && getComputedStyle(one).clipPath === 'none';
  const low = (what, least) => [...document.querySelectorAll(what)].filter(seen)
    .filter((one) => Math.round(one.getBoundingClientRect().height) < least)
    .map((one) => `${one.outerHTML.slice(0, 80)}: ${one.getBoundingClientRect().height}`);
  const page = document.documentElement;
  return {
    answers: low('.o label, .t, .go', 56),
    others: low('main a:not(p > a), nav a, button, summary, footer a, .lang button', 44),
    wide: page.scrollWidth > page.clientWidth ? `${page.scrollWidth} > ${page.clientWidth}` : '',
  };
}"""


@pytest.fixture
def reach(app: Flask, session: Session, vault: Vault) -> Callable[[str], dict[str, Shown]]:
    """Return a way to reach every state in a language, in this process; each language once for all tests."""

    def reached(language: str) -> dict[str, Shown]:
        if language not in REACHED:
            app.testing = False  # a fault becomes its page
            campus = make_campus(session, vault)
            session.commit()
            REACHED[language] = reach_all(launch(app, campus, OVERSTAP), language)
        return REACHED[language]

    return reached


def show_each(page: Page, states: dict[str, Shown]) -> Iterator[str]:
    """Show each state in a browser, as it was served: its address, status, headers and text."""
    now: list[Shown] = []

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request():
            kept = {name: value for name, value in now[0].headers.items() if name.startswith("content-security")}
            route.fulfill(body=now[0].html, headers={"Content-Type": "text/html; charset=utf-8", **kept})
        elif path.endswith(".css"):
            route.fulfill(body=read_style("respond").css, content_type="text/css")
        elif path.startswith("/s/"):
            route.fulfill(body=read_script().source, content_type="text/javascript")
        else:
            route.abort()

    page.route("**/*", serve)
    for name, shown in states.items():
        now[:] = [shown]
        page.goto(ORIGIN + shown.path)
        yield name


def violations(page: Page, options: dict[str, object]) -> list[tuple[str, list[str]]]:
    """Return what axe finds on a page, which gets its half a megabyte once."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(options) => axe.run(options)", options)["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_every_page_is_accessible_can_be_pressed_and_never_scrolls_sideways(
    reach: Callable[[str], dict[str, Shown]], open_browser: Callable[..., Page], language: str
) -> None:
    """Light and at 360 px by every rule of axe; what another colour scheme or width can change, in these as well."""
    states, page, found = reach(language), open_browser(lang=language), {}
    for name in show_each(page, states):
        found[name, "light"] = violations(page, OPTIONS)
        page.emulate_media(color_scheme="dark")
        found[name, "dark"] = violations(page, CONTRAST)
        page.emulate_media(color_scheme="light")
        for width, zoom in SIZES:
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate(f"document.documentElement.style.fontSize = '{zoom * 100}%'")
            found[name, width, zoom] = [(what, one) for what, one in page.evaluate(MEASURE).items() if one]
        page.set_viewport_size(PHONE)
    assert {where: what for where, what in found.items() if what} == {}
    assert len(states) > 40


@pytest.mark.parametrize("setting", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_wishes_of_the_reader_break_nothing(
    reach: Callable[[str], dict[str, Shown]], open_browser: Callable[..., Page], setting: dict[str, str]
) -> None:
    page, found = open_browser(), {}
    page.emulate_media(**setting)  # type: ignore[arg-type]
    chosen = {"question_to_change", "check_with_help", "question_without_answer", "done", "code"}
    states = {name: one for name, one in reach("nl").items() if name in chosen}
    for name in show_each(page, states):
        seen, moving = violations(page, OPTIONS), page.evaluate("document.getAnimations().length")
        if seen or moving:
            found[name] = (seen, moving)
    assert found == {} and len(states) == len(chosen)
