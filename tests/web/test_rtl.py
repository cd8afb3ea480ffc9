"""Pages that run from right to left: numbers to call keep the order of their digits."""

from __future__ import annotations

import pytest
from factories import Campus
from flask import Flask, render_template_string
from trip import TESTS, launch

from survey.web import current

LINE = """{% from "macros/helplines.html" import helplines with context %}{{ helplines([line], "") }}"""


@pytest.mark.parametrize(("language", "number"), [("nl", "0800 0113"), ("ar", "\u20660800 0113\u2069")])
def test_number_of_a_help_line_keeps_its_order(app: Flask, language: str, number: str) -> None:
    with app.test_request_context():
        current.speak(language)
        page = render_template_string(LINE, line={"text": "113", "phone": "0800 0113", "url": ""})
    assert number in page and 'href="tel:08000113"' in page


def test_number_of_the_mentor_keeps_its_order(app: Flask, school: Campus) -> None:
    noor = launch(app, school, TESTS / "questionnaires" / "journey.yaml").invite()
    assert '<a dir="ltr" href="tel:' in noor.starts().html
