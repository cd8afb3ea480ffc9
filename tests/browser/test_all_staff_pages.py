"""Every page of the staff's, by the URL map, in a real browser: accessible, and no wider than a phone or a desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from axe_playwright_python.base import AXE_SCRIPT
from browser.conftest import CONTRAST, DESK, PHONE, RULES
from factories import make_campus
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Route
from sqlalchemy.orm import Session
from staff_pages import STAFF, make_target, own_rows, staff_rules
from staffroom import signed_in
from stages import LATER, make_course

from survey.access import Role
from survey.vault import Vault

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]

ORIGIN = "http://localhost"
#: No pages: a mail as it looks, shown inside one.
INSIDE = {"asking.show_html"}
Page = tuple[str, str, str]  # address, policy of its content, HTML


@pytest.fixture
def pages(app: Flask, client: FlaskClient, session: Session, vault: Vault) -> Iterator[dict[str, Page]]:
    """Return each page that a member of staff can open, by its endpoint, as the first role that may sees it."""
    with time_machine.travel(LATER):
        school = make_campus(session, vault)
        course = make_course(school)
        target = make_target(course, "GM0439")
        course.session.flush()
        found: dict[str, Page] = {}
        people = {role: school.staff(role, "Iemand Anders") for role in Role} | {Role.mentor: course.mentor}
        for role, person in people.items():
            target = replace(target, **own_rows(course, person))
            course.session.flush()
            signed_in(client, school, person)
            for rule in staff_rules(app):
                if "GET" not in (rule.methods or ()) or rule.endpoint in found.keys() | INSIDE or role not in STAFF[rule.endpoint][0]:
                    continue
                path = target.path(app, rule)
                if path.partition("?")[0].endswith((".pdf", ".csv", ".xlsx", ".zip")):
                    continue
                answer = client.get(path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    found[rule.endpoint] = path, answer.headers["Content-Security-Policy"], answer.text
            client.delete_cookie(app.config["SESSION_COOKIE_NAME"])
        yield found


def test_every_page_is_accessible_and_fits_a_phone(pages: dict[str, Page], browser: Browser) -> None:
    """Light by every rule, dark by what another scheme can change."""
    assert len(pages) > 45
    context = browser.new_context(viewport=PHONE, locale="nl")
    page, now, found = context.new_page(), "", {}

    def serve(route: Route) -> None:
        _, policy, html = pages[now]
        if route.request.is_navigation_request() and route.request.frame == page.main_frame:
            route.fulfill(body=html, headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy})
        else:
            route.abort()

    page.route("**/*", serve)
    for now in pages:
        page.goto(ORIGIN + pages[now][0])
        page.evaluate(AXE_SCRIPT)
        for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            broken = page.evaluate("(options) => axe.run(options)", rules)["violations"]
            found[now, scheme] = [(one["id"], node["html"][:200]) for one in broken for node in one["nodes"]]
        for viewport in (PHONE, DESK):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            found[now, f"{window} px"] = [] if wide <= window else [f"{wide} > {window}"]
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    context.close()
    assert {where: broken for where, broken in found.items() if broken} == {}
