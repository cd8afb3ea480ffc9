"""The student's way on a phone, in a real browser, with JavaScript on and off."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from desk import Check, Open
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NEXT = {"nl": "Volgende", "en": "Next"}
#: What this student chooses on each page, by question; the first answer elsewhere.
CHOSEN = {"bestemming": "werken", "werk_nu": "met_contract", "contract": "kort", "geld_genoeg": "meestal_niet", "hulp": "nee"}


def choose(page: Page, chosen: dict[str, str]) -> dict[str, str]:
    """Tick an answer of each question on the page; return what was ticked."""
    ticked = {}
    for name in page.locator("form input[type=radio]").evaluate_all("all => [...new Set(all.map(one => one.name))]"):
        code = chosen.get(name) or page.locator(f"input[name='{name}']").first.get_attribute("value")
        page.locator(f"label:has(input[name='{name}'][value='{code}']), input[name='{name}'][value='{code}']").first.click()
        ticked[name] = code
    return ticked


def go_on(page: Page, language: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=NEXT[language]).click()


def answer_all(page: Page, language: str, look: Check, chosen: dict[str, str] = CHOSEN) -> list[str]:
    """Answer every page to the check page; return the paths that were passed."""
    passed = []
    while "/v/" in page.url:
        look(page)
        passed.append(page.url)
        choose(page, chosen)
        go_on(page, language)
        page.wait_for_url(lambda url: url not in passed)  # no page comes back
        assert len(passed) <= 26
    return passed


def no_check(page: Page) -> None:
    """Look at nothing: axe is a script, and cannot run where scripts are off."""


@pytest.mark.parametrize(
    ("script", "language", "scheme"), [(True, "nl", "light"), (True, "en", "dark"), (False, "nl", "light")]
)
def test_student_answers_changes_checks_and_sends(
    open_browser: Open, link: str, assert_accessible: Check, script: bool, language: str, scheme: str
) -> None:
    assert_accessible = assert_accessible if script else no_check
    page = open_browser(script=script, scheme=scheme, lang=language)
    page.goto(link)
    assert_accessible(page)
    expect(page.locator("html")).to_have_attribute("lang", language)
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()
    passed = answer_all(page, language, assert_accessible)
    assert 15 <= len(passed) <= 24
    assert page.url.endswith("/controle")
    assert_accessible(page)
    # Goes back and changes something; the check page comes again, with the new answer.
    with page.expect_navigation():
        page.locator("a[href*='/v/plan']").click()
    expect(page.locator("input[name=plan][value=klopt]")).to_be_checked()
    choose(page, {"plan": "meestal"})
    go_on(page, language)
    assert page.url.endswith("/controle")
    with page.expect_navigation():
        page.locator("form[action$='/controle'] button").click()
    assert page.url.endswith("/klaar")
    assert_accessible(page)
    # Sent is sent: the link leads to the same page, and a question is no longer open.
    page.goto(page.url.replace("/klaar", "/v/plan"))
    assert page.url.endswith("/klaar")


def test_r6_back_forward_and_reload_show_what_was_given(open_browser: Open, link: str) -> None:
    page = open_browser()
    go_to_and_fro(page, [f"{link}/privacy", f"{link}/herinneringen", "/code", link])
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()
    go_to_and_fro(page, ["/privacy", "/alles", page.url])
    given: list[tuple[str, dict[str, str]]] = []
    while "/v/" in page.url:
        url = page.url
        given.append((url, choose(page, CHOSEN)))
        go_on(page, "nl")
    for url, answers in reversed(given):
        page.go_back()
        assert_shows(page, url, answers)
        page.reload()
        assert_shows(page, url, answers)
    for url, answers in given[1:]:
        page.go_forward()
        assert_shows(page, url, answers)
    page.go_forward()
    assert page.url.endswith("/controle")


def test_r6_check_page_shows_the_last_answer_after_back(open_browser: Open, link: str) -> None:
    page = open_browser()
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()
    answer_all(page, "nl", no_check)
    answer = page.locator("div.row:has(a[href*='/v/plan?']) dd").first
    before = answer.inner_text()
    with page.expect_navigation():
        page.locator("a[href*='/v/plan?']").click()
    question = page.url
    choose(page, {"plan": "meestal"})
    go_on(page, "nl")
    expect(answer).not_to_have_text(before)
    after = answer.inner_text()
    page.go_back()
    assert_shows(page, question, {"plan": "meestal"})
    # The page that was left before the change was read from the server again.
    page.go_back()
    assert page.url.endswith("/controle")
    expect(answer).to_have_text(after)
    with page.expect_navigation():
        page.locator("form[action$='/controle'] button").click()
    assert page.url.endswith("/klaar")
    page.go_back()
    assert page.url.endswith("/klaar")
    # After sending: what was said of the questions is sent once, however the student goes back and forth.
    go_to_and_fro(page, ["/privacy", "/verwijderen", "/verslag", "/mening"])
    page.get_by_text("Ja, allemaal").click()
    with page.expect_navigation():
        page.get_by_role("button", name="zonder").click()
    assert page.url.endswith("/mening/dank")
    page.reload()
    assert page.url.endswith("/mening/dank")
    page.go_back()
    assert page.url.endswith("/mening")
    page.go_forward()
    assert page.url.endswith("/mening/dank")


def go_to_and_fro(page: Page, addresses: list[str]) -> None:
    """Open pages one after the other, then go back and forward: each is again what it was, also when read anew."""
    base, seen = urljoin(page.url if page.url.startswith("http") else addresses[0], "/"), []
    for address in addresses:
        answer = page.goto(urljoin(base, address))
        assert answer and answer.status == 200, address
        seen.append((page.url, page.locator("h1").inner_text()))
    for url, heading in reversed(seen[:-1]):
        page.go_back()
        for _ in range(2):
            assert (page.url, page.locator("h1").inner_text()) == (url, heading)
            page.reload()
    for url, heading in seen[1:]:
        page.go_forward()
        assert (page.url, page.locator("h1").inner_text()) == (url, heading)


def assert_shows(page: Page, url: str, answers: dict[str, str]) -> None:
    assert page.url == url
    for name, code in answers.items():
        expect(page.locator(f"input[name='{name}'][value='{code}']")).to_be_checked()


def test_acute_answer_shows_help_lines_at_once(open_browser: Open, link: str, assert_accessible: Check) -> None:
    page = open_browser()
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()
    unsafe = CHOSEN | {"veilig": "klopt_niet", "praten": "vandaag"}
    while "/v/veilig" not in page.url:
        choose(page, unsafe)
        go_on(page, "nl")
    assert page.locator("main a[href^='tel:']").count() == 0
    choose(page, unsafe)
    go_on(page, "nl")
    assert page.locator("main a[href^='tel:']").count() >= 1
    assert_accessible(page)
    answer_all(page, "nl", assert_accessible, unsafe)
    # Before sending the student reads who will call and when; after sending the help lines stand first.
    expect(page.locator("main")).to_contain_text("Sanne belt je")
    with page.expect_navigation():
        page.locator("form[action$='/controle'] button").click()
    assert page.locator("main a[href^='tel:']").count() >= 1
    assert_accessible(page)


def test_page_without_an_answer_says_what_to_do_and_keeps_the_place(
    open_browser: Open, link: str, assert_accessible: Check
) -> None:
    page = open_browser()
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()
    url = page.url
    with page.expect_response(lambda reply: reply.request.method == "POST") as reply:
        go_on(page, "nl")
    assert reply.value.status == 422
    assert page.url == url
    expect(page.locator("[role=alert]")).to_be_visible()
    assert page.title().startswith("Fout")
    assert_accessible(page)


def test_targets_are_large_enough(open_browser: Open, link: str) -> None:
    page = open_browser(viewport={"width": 320, "height": 640})
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()
    for label in page.locator("form label").all():
        box = label.bounding_box()
        assert box is not None and box["height"] >= 56
    for other in page.locator("a:visible, button:visible, summary:visible").all():
        box = other.bounding_box()
        assert box is not None and box["height"] >= 44, other.inner_text()


def test_keyboard_alone_is_enough(open_browser: Open, link: str) -> None:
    page = open_browser()
    page.goto(link)
    press_until(page, "button.go", "Enter")
    page.wait_for_url("**/v/**")
    for _ in range(3):
        before = page.url
        press_until(page, "form[data-keep] input[type=radio]", "ArrowDown")
        press_until(page, "button.go", "Enter")
        page.wait_for_url(lambda url, before=before: url != before)
    # The way back, and what is folded away, are reached as well; the first stop of all leads past the menu.
    page.reload()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    press_until(page, "main details summary", "Enter")
    expect(page.locator("main details")).to_have_attribute("open", "")
    press_until(page, "nav a", "Enter")
    page.wait_for_url(lambda url: url != before)


def press_until(page: Page, wanted: str, key: str) -> None:
    """Go on with Tab until the focus is on what is wanted, visibly; then press a key."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", wanted):
            shown = page.evaluate(
                "() => { const one = document.activeElement, label = one.labels && one.labels[0];"
                " return [one, label].some(it => it && getComputedStyle(it).outlineStyle !== 'none') }"
            )
            assert shown, f"nothing shows that {wanted} has the focus"
            page.keyboard.press(key)
            return
    raise AssertionError(f"Tab never reaches {wanted}")
