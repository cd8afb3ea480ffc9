"""A poor network: what is shown as saved is stored once, what waits is sealed, and another phone goes on (R3, R4, R5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.client import HTTPException
from urllib.parse import urlsplit

import pytest
from desk import Open
from flaky import Proxy, flaky
from machine import Machine
from phone import Form, Phone, over_http
from playwright.sync_api import Error, Page, expect

from survey import rounds, sitting
from survey.answers import Answers

pytestmark = pytest.mark.browser
#: Milliseconds within which the script tries again (it waits 30 s at most), and the page comes.
RETRY = 45_000

School = tuple[Machine, Iterator[str]]
UNSENT = "Nog niet verstuurd"
GIVEN = {"bestemming": "leren", "gestopt": "nee"}
#: How often a person presses again before giving up.
TRIES = 60


@pytest.fixture
def stored(school: School, allow_database: Callable[[], AbstractContextManager[None]]) -> Callable[[str], Answers]:
    """Return a way to read what the server keeps of the student behind a link."""
    machine, _ = school

    def read(link: str) -> Answers:
        with allow_database(), machine.inside() as (app, session):
            vault = app.extensions["vault"]
            invitation = rounds.find_invitation(session, vault, link.rpartition("/")[2])
            assert invitation is not None
            begun = sitting.find_sitting(session, invitation)
            assert begun is not None
            return sitting.read(session, vault, begun)[1]

    return read


def start(page: Page, link: str) -> None:
    """Open a link and press Start."""
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/v/**", timeout=RETRY)


def tick(page: Page, code: str) -> None:
    """Choose an answer by pressing its card."""
    page.locator(f"form[data-keep] input[value='{code}'] + label").click()


def kept(page: Page) -> dict[str, str]:
    """Return what the browser keeps."""
    return dict(json.loads(page.evaluate("JSON.stringify(localStorage)")))


# The script


def test_answer_is_saved_and_said_before_the_button(open_browser: Open, link: str, stored: Callable[[str], Answers]) -> None:
    page = open_browser()
    start(page, link)
    expect(page.locator("#state")).to_have_text("")
    tick(page, "leren")
    expect(page.locator("#state")).to_have_text("✓ Bewaard")
    assert stored(link).values == {"bestemming": "leren"}
    assert kept(page) == {}
    tick(page, "werken")
    expect(page.locator("#state")).to_have_text("✓ Bewaard")
    page.get_by_role("button", name="Volgende").click()
    page.wait_for_url("**/v/werk_nu*", timeout=RETRY)
    assert stored(link).values == {"bestemming": "werken"}, "a changed mind is no conflict with oneself"


def test_sheet_of_the_second_page_is_there_before_it_is_asked_for(open_browser: Open, link: str) -> None:
    page = open_browser()
    with page.expect_response("**/s/respond-*.css") as sheet:  # the network can be idle before it is asked for
        page.goto(link)
    sheet.value.finished()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/v/**", timeout=RETRY)
    sheets = page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('.css')).map((one) => one.transferSize)"
    )
    assert sheets == [0], "fetched over the network (or not at all), not out of the browser's store"


def test_offline_says_so_seals_what_waits_and_sends_it_when_back(
    open_browser: Open, link: str, stored: Callable[[str], Answers]
) -> None:
    page = open_browser()
    start(page, link)
    page.context.set_offline(True)
    tick(page, "leren")
    expect(page.locator("#state")).to_have_text(UNSENT)
    expect(page.locator("#note")).to_contain_text("Er is geen internet.")
    page.wait_for_function("localStorage.length == 1")
    assert not any(word in json.dumps(kept(page)) for word in ("bestemming", "leren", "csrf"))
    page.get_by_role("button", name="Volgende").click()
    assert page.url.endswith("/v/bestemming")
    page.context.set_offline(False)
    page.wait_for_url("**/v/gestopt*", timeout=RETRY)
    assert stored(link).values == {"bestemming": "leren"} and stored(link).revision("bestemming") == 1
    assert kept(page) == {}


def test_changed_mind_while_offline_sends_the_last_answer(
    open_browser: Open, link: str, stored: Callable[[str], Answers]
) -> None:
    page = open_browser()
    start(page, link)
    page.context.set_offline(True)
    for code in ("leren", "werken", "anders"):
        tick(page, code)
    page.get_by_role("button", name="Volgende").click()
    tick(page, "weet_niet")
    page.get_by_role("button", name="Volgende").click()
    page.context.set_offline(False)
    page.wait_for_url("**/v/gestopt*", timeout=RETRY)
    assert stored(link).values == {"bestemming": "weet_niet"}


def test_page_that_was_closed_while_offline_is_sent_when_the_student_returns(
    open_browser: Open, link: str, stored: Callable[[str], Answers]
) -> None:
    page = open_browser()
    start(page, link)
    page.context.set_offline(True)
    tick(page, "leren")
    page.wait_for_function("localStorage.length == 1")
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    other.goto(link)
    other.get_by_role("button", name="Ga verder").click()
    other.wait_for_url("**/v/gestopt*", timeout=RETRY)
    expect(other.locator("main")).to_contain_text("Je was bij vraag 2.")
    assert stored(link).values == {"bestemming": "leren"}
    assert kept(other) == {}


def test_what_waited_meets_another_phone_and_the_student_chooses(
    open_browser: Open, link: str, stored: Callable[[str], Answers]
) -> None:
    here, there = open_browser(), open_browser()
    start(here, link)
    here.context.set_offline(True)
    tick(here, "leren")
    here.wait_for_function("localStorage.length == 1")
    there.goto(link)
    there.get_by_role("button", name="Ga verder").click()
    tick(there, "werken")
    there.get_by_role("button", name="Volgende").click()
    there.wait_for_url("**/v/werk_nu*", timeout=RETRY)
    here.context.set_offline(False)
    here.get_by_role("button", name="Volgende").click()
    expect(here.locator("h1")).to_have_text("Je gaf twee antwoorden")
    assert stored(link).values == {"bestemming": "werken"}
    here.get_by_role("button", name="Bewaar dit antwoord").first.click()
    here.wait_for_url("**/v/gestopt*", timeout=RETRY)
    assert stored(link).values == {"bestemming": "leren"}


def test_leaving_clears_what_waits(open_browser: Open, link: str) -> None:
    page = open_browser()
    start(page, link)
    page.context.set_offline(True)
    tick(page, "leren")
    page.wait_for_function("localStorage.length == 1")
    page.evaluate("document.querySelector('form[action=\"/niet-jij\"]').addEventListener('submit', (e) => e.preventDefault())")
    page.get_by_role("button", name="Niet ").click()
    assert kept(page) == {}


# Another phone (R4), two at once (R3)


def test_r4_phone_b_goes_on_where_phone_a_was(open_browser: Open, link: str) -> None:
    first = open_browser()
    start(first, link)
    for code in GIVEN.values():
        tick(first, code)
        first.get_by_role("button", name="Volgende").click()
    first.wait_for_url("**/v/ingeschreven*", timeout=RETRY)
    first.context.close()
    second = open_browser()
    second.goto(link)
    second.get_by_role("button", name="Ga verder").click()
    second.wait_for_url("**/v/ingeschreven*", timeout=RETRY)
    expect(second.locator("main")).to_contain_text("Je was bij vraag 3. Ga hier verder.")
    second.get_by_role("link", name="Terug").click()
    expect(second.locator("input[value=nee]")).to_be_checked()


@pytest.mark.parametrize("script", [True, False])
def test_r3_two_phones_at_once_never_overwrite(
    open_browser: Open, link: str, stored: Callable[[str], Answers], script: bool
) -> None:
    here, there = open_browser(script=script), open_browser(script=script)
    start(here, link)
    there.goto(link)
    there.get_by_role("button", name="Ga verder").click()
    tick(there, "werken")
    there.get_by_role("button", name="Volgende").click()
    there.wait_for_url("**/v/werk_nu*", timeout=RETRY)
    tick(here, "leren")
    here.get_by_role("button", name="Volgende").click()
    expect(here.locator("h1")).to_have_text("Je gaf twee antwoorden")
    assert stored(link).values == {"bestemming": "werken"}
    expect(here.locator("main")).to_contain_text("Verder leren")
    here.get_by_role("button", name="Bewaar dit antwoord").last.click()
    here.wait_for_url("**/v/werk_nu*", timeout=RETRY)
    assert stored(link).values == {"bestemming": "werken"}


# R5: a proxy that drops, delays, cuts before and after


def again(work: Callable[[], object]) -> None:
    """Do something as a person does who presses again until it works."""
    for _ in range(TRIES):
        try:
            work()
            return
        except (OSError, HTTPException, Error):
            continue
    raise AssertionError("it never worked")


def through(link: str, proxy: Proxy) -> str:
    """Return a link by way of the proxy."""
    return f"http://127.0.0.1:{proxy.port}{urlsplit(link).path}"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_r5_without_script_nothing_is_lost_and_nothing_doubled(
    school: School, link: str, stored: Callable[[str], Answers], seed: int
) -> None:
    with flaky(school[0].port, seed, 0.3) as proxy:
        phone = Phone(over_http(proxy.port), f"http://127.0.0.1:{proxy.port}")
        again(lambda: phone.open(urlsplit(link).path))
        given: dict[str, str] = {}

        def press(form: Form, fields: dict[str, str]) -> None:
            """Send a form; a browser's Reload sends the same form again."""
            again(lambda: phone.send(form, fields))

        assert phone.page is not None
        press(phone.page.form, {})
        while (page := phone.page) is not None and page.path.startswith("/v/"):
            chosen = {name: codes[0] for name, codes in page.form.choices.items()}
            given |= chosen
            press(page.form, chosen)
            assert phone.page.status == 200
        again(lambda: phone.open("/controle"))
        press(phone.page.form_to("/controle"), {})
        assert phone.page.path == "/klaar"
        faults = sum(number for fault, number in proxy.happened.items() if fault not in ("none", "delay"))
    assert faults > 5
    after = stored(link)
    assert {name: value for name, value in after.values.items() if name in given} == as_stored(given)
    assert {after.revision(name) for name in given} == {1}


def as_stored(given: dict[str, str]) -> dict[str, object]:
    """Return answers as they are kept: a question of several answers keeps them as a tuple."""
    return {name: (value,) if name == "hulp_bij" else value for name, value in given.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_r5_with_script_nothing_is_lost_and_nothing_doubled(
    open_browser: Open, school: School, link: str, stored: Callable[[str], Answers], seed: int
) -> None:
    with flaky(school[0].port, seed, 0.5, ("POST",)) as proxy:
        page, given = open_browser(), dict[str, str]()
        page.goto(through(link, proxy))
        again(lambda: start_again(page, through(link, proxy)))
        for _ in range(8):
            before = page.url
            box = page.locator("form[data-keep] input[type=radio]").first
            name, value = box.get_attribute("name"), box.get_attribute("value")
            assert name and value
            tick(page, value)
            given[name] = value
            page.get_by_role("button", name="Volgende").click()
            page.wait_for_url(lambda url, before=before: url != before and "/v/" in url, timeout=60_000)
        faults = sum(number for fault, number in proxy.happened.items() if fault not in ("none", "delay"))
    assert faults > 1
    after = stored(link)
    assert after.values == given
    assert {after.revision(name) for name in given} == {1}


def start_again(page: Page, link: str) -> None:
    """Open a link until Start has worked."""
    if "/v/" not in page.url:
        page.goto(link)
        page.get_by_role("button", name="Start").or_(page.get_by_role("button", name="Ga verder")).click()
        page.wait_for_url("**/v/**", timeout=5_000)
