"""Every state of the student's pages: valid HTML, short sentences, the help contact in its place, no page forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import html5lib
import pytest
from browser.states import OTHERS, OVERSTAP, STATES, reach_all
from factories import Campus
from flask import Flask, request
from phone import Page
from trip import launch
from werkzeug.routing import Rule

from survey.access import Anyone, Respondent, policy_of

MANUAL = Path(__file__).parents[2] / "docs" / "student-pages.md"
#: What a state answers with when that is not 200.
STATUS = {
    "code_mistyped": 422, "code_unknown": 422, "code_too_often": 429, "link_unknown": 404, "conflict": 409,
    "question_without_answer": 422, "question_with_wrong_answers": 422, "slow_with_gaps": 422, "no_visit": 403,
    "too_old": 400, "closed_half_way": 403, "nowhere": 404, "recording_unknown": 404, "too_much": 413, "broken": 500, "database_away": 503,
    "agree_step_without_answer": 422, "agree_too_long": 422, "agree_without_copy": 404, "known_by_no_date": 422, "opinion_without_words": 422, "waited_and_changed_elsewhere": 409, "waited_too_long": 410,
}  # fmt: skip
#: Before a link is known nobody's mentor can be named.
NO_CONTACT = {"code", "code_mistyped", "code_unknown", "code_too_often", "link_unknown", "no_visit", "left"}


@pytest.fixture
def visited(app: Flask) -> Iterator[set[tuple[str, str]]]:
    """Note each endpoint with the method by which it was asked."""
    seen: set[tuple[str, str]] = set()

    @app.before_request
    def note() -> None:
        seen.add((request.endpoint or "", request.method))

    app.testing = False  # a fault becomes its page
    yield seen


@pytest.fixture
def pages(language: str, app: Flask, visited: set[tuple[str, str]], school: Campus) -> dict[str, Page]:
    """Return the page of every state in one language."""
    return reach_all(launch(app, school, OVERSTAP), language)


@pytest.mark.parametrize(("database", "language"), [("sqlite", "nl"), ("postgresql", "en")], indirect=["database"])
def test_every_state_is_what_it_says(app: Flask, pages: dict[str, Page], visited: set[tuple[str, str]]) -> None:
    assert {name: page.status for name, page in pages.items() if page.status != STATUS.get(name, 200)} == {}
    assert invalid(pages) == {}
    assert without_contact(pages) == set()
    assert long_sentences(pages) == {}
    assert [name for name, page in pages.items() if "enquête" in page.words] == []
    expected = {(rule.endpoint, method) for rule in student_rules(app) for method in rule.methods or () if method in ("GET", "POST")}
    assert expected - visited == set(), "add a state to tests/browser/states.py"
    assert len(expected) > 15 and len(STATES) > 40


def student_rules(app: Flask) -> list[Rule]:
    """Return the addresses that students use."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if isinstance(policy_of(app.view_functions[rule.endpoint]), Anyone | Respondent)
        and rule.endpoint.split(".")[0] not in OTHERS
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_manual_names_the_address_of_every_page(app: Flask) -> None:
    table = re.findall(r"^\| (`/.*?) \|", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    told = {re.sub(r"<.*?>", "<>", path) for row in table for path in re.findall(r"`(.*?)`", row)}
    real = {re.sub(r"<.*?>", "<>", rule.rule) for rule in student_rules(app) if not rule.rule.startswith(("/s/", "/U/"))}
    assert told == real


def invalid(pages: dict[str, Page]) -> dict[str, str]:
    """Return what a strict parser refuses, by state."""
    found = {}
    for name, page in pages.items():
        parser = html5lib.HTMLParser(strict=True)
        try:
            parser.parse(page.html)
        except html5lib.html5parser.ParseError as error:
            found[name] = f"{error}: {parser.errors}"
    return found


def without_contact(pages: dict[str, Page]) -> set[str]:
    """Return the states whose last words before the end are not whom to call."""
    places = {name: page.html.partition("<footer>")[2].partition("</p>")[0] for name, page in pages.items()}
    return {name for name, place in places.items() if name not in NO_CONTACT and "Sanne de Wit" not in place}


def long_sentences(pages: dict[str, Page]) -> dict[str, list[str]]:
    """Return the sentences of more than ten words, of what students read in Dutch; names of laws are as they are."""
    found: dict[str, list[str]] = {}
    for name, page in pages.items():
        if 'lang="nl"' not in page.html.partition("<head>")[0]:
            continue
        body = re.sub(r"<(title|style|script)\b.*?</\1>|<b class=\"vh\">.*?</b>", " ", page.html, flags=re.DOTALL)
        parts = re.split(r"</?(?:p|h\d|li|dt|dd|div|button|a|label|summary|legend|option|title|br|span)\b[^>]*>", body)
        for part in parts:
            words = unescape(re.sub(r"<[^>]+>", " ", part))
            for sentence in re.split(r"(?<=[.!?:])\s", " ".join(words.split())):
                if len(sentence.split()) > 10 and "artikel" not in sentence:
                    found.setdefault(name, []).append(sentence)
    return found
