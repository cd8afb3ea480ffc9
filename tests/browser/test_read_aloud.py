"""Reading aloud with the browser's own voice: a button where there is a voice, sentence by sentence, marked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

#: A voice that says nothing: each sentence ends when the test says so.
VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = function (words) { this.words = words };
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => [{lang: "LANG"}],
  speak: (one) => { said.push([one.words, one.lang]); window.current = one },
  cancel: () => { window.current = null },
}});
"""


def with_voice(page: Page, lang: str) -> Page:
    """Give the browser a voice of one language."""
    page.add_init_script(VOICE.replace("LANG", lang))
    return page


def test_page_is_read_sentence_by_sentence_and_marked(open_browser: object, link: str) -> None:
    page = with_voice(open_browser(), "nl-NL")  # type: ignore[operator]
    page.goto(link)
    button = page.locator("#read")
    expect(button).to_be_visible()
    button.click()
    expect(button).to_have_text("Stop met lezen")
    first = page.evaluate("said[0]")
    assert first == ["Hoe gaat het straks?", "nl"]
    assert page.evaluate("[...CSS.highlights.get('said')][0].toString()") == first[0]
    page.evaluate("current.onend()")
    assert page.evaluate("said.length") == 2 and page.evaluate("said[1][0]").startswith("Hoi ")
    button.click()
    expect(button).to_have_text("Lees voor")
    assert not page.evaluate("CSS.highlights.has('said')")


def test_question_and_its_answers_are_read(open_browser: object, link: str) -> None:
    page = with_voice(open_browser(), "nl-NL")  # type: ignore[operator]
    page.goto(link)
    with page.expect_navigation():
        page.click("main .go")
    assert page.locator("script[src*='/s/']").count() == 1, "what reads comes when it is asked for"
    page.locator("#read").click()
    page.wait_for_function("window.said.length == 1")
    for _ in range(40):
        if not page.evaluate("!!(current && current.onend)"):
            break
        page.evaluate("(current.onend(), 1)")
    said = [words for words, _ in page.evaluate("said")]
    assert "Wat ga je doen na deze opleiding?" in said and "Werken" in said and "Zeg ik liever niet" in said
    expect(page.locator("#read")).to_have_text("Lees voor")


@pytest.mark.parametrize("lang", ["", "de-DE"])
def test_without_a_voice_of_the_language_there_is_no_button(open_browser: object, link: str, lang: str) -> None:
    page = with_voice(open_browser(), lang)  # type: ignore[operator]
    page.goto(link)
    expect(page.locator("#read")).to_be_hidden()
    page.click("main .go")
    expect(page.locator("#read")).to_be_hidden()
