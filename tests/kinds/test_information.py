"""Information is read and takes no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.definition.load import load
from survey.kinds import Refused
from survey.route import find_path, first_open

DEFINITION = load(Path(__file__).parents[1] / "questionnaires" / "kind_information.yaml")


def test_information_is_a_page_that_never_waits_for_an_answer() -> None:
    path = find_path(DEFINITION, {"sparen": "yes"})
    assert [page.id for page in path.pages] == ["uitleg", "geld", "bedankt"]
    assert first_open(DEFINITION, {"sparen": "yes"}) is None
    opened = first_open(DEFINITION, {})
    assert opened is not None and opened.id == "geld"


def test_information_takes_no_answer() -> None:
    question = DEFINITION.questions["uitleg"]
    assert question.parse(["iets"]) is None
    assert question.accept(None) is None
    with pytest.raises(Refused):
        question.accept("iets")
    assert "uitleg" not in find_path(DEFINITION, {"uitleg": "iets"}).values
