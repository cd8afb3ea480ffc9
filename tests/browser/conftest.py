"""A real browser on a real server: the shipped questionnaire, a class, a mentor and a coordinator."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from desk import DESK, PHONE, QUESTIONNAIRE, Allow, Open, Serve
from machine import Machine
from playwright.sync_api import Browser, Page, sync_playwright

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES: dict[str, object] = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": STANDARDS}}
CONTRAST: dict[str, object] = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, where it can without a window's parts; for a module, since Playwright keeps an event loop running."""
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is not installed")
    # The last three keep it from calling home at every start.
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet]
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory, templates: Callable[[str], str]) -> Serve:
    """Return what makes an installation for some tests: migrated, empty, not yet started, and stopped at the end."""

    @contextmanager
    def serving(name: str, kind: type[Machine] = Machine) -> Iterator[Machine]:
        folder = tmp_path_factory.mktemp(name)
        machine = kind(folder, f"sqlite:///{folder}/survey.sqlite")
        machine.migrate(templates("sqlite"))
        try:
            yield machine
        finally:
            machine.stop()

    return serving


@pytest.fixture(scope="session")
def school(serve: Serve, allow_database: Allow) -> Iterator[tuple[Machine, Iterator[str]]]:
    """Serve a school with one class; give its links one by one, so that tests do not share a student."""
    with serve("school") as machine:
        with allow_database():
            links = machine.admit(QUESTIONNAIRE, 40)
        machine.start_web()
        machine.start_worker()
        yield machine, iter(links)


@pytest.fixture
def link(school: tuple[Machine, Iterator[str]]) -> str:
    """Return the full link of a student who has not started."""
    machine, links = school
    return machine.origin + next(links)


@pytest.fixture
def open_browser(browser: Browser) -> Iterator[Open]:
    """Return a way to open a new, empty browser window; closed after the test."""
    contexts = []

    def opened(script: bool = True, viewport: dict[str, int] = PHONE, scheme: str = "light", lang: str = "nl") -> Page:
        context = browser.new_context(
            java_script_enabled=script, viewport=viewport, color_scheme=scheme, locale=lang, accept_downloads=True
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """Return a check that axe finds nothing on a page and that nothing scrolls sideways.

    With `everywhere` the page is looked at as a phone and as a desk show it, in light by every rule and in dark by what
    a colour scheme can change; it is left light, on a desk.
    """

    def run(page: Page, options: dict[str, object]) -> None:
        if page.evaluate("typeof axe") == "undefined":  # half a megabyte, once a page
            page.evaluate(AXE_SCRIPT)
        violations = page.evaluate("(options) => axe.run(options)", options)["violations"]
        problems = [(one["id"], node["html"], node["failureSummary"]) for one in violations for node in one["nodes"]]
        assert problems == [], page.url

    def fits(page: Page) -> None:
        wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{page.url} scrolls sideways: {wide} > {window}"

    def check(page: Page, everywhere: bool = False) -> None:
        page.wait_for_load_state("load")  # with its sheet
        for viewport in (PHONE, DESK) if everywhere else ():
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            page.emulate_media(color_scheme="dark")
            run(page, CONTRAST)
            page.emulate_media(color_scheme="light")
            run(page, RULES)
            fits(page)
        if not everywhere:
            run(page, RULES)
            fits(page)

    return check
