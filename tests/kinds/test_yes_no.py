"""Yes and no need not be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.definition.load import load
from survey.kinds import Choice, Refused

QUESTIONS = load(Path(__file__).parents[1] / "questionnaires" / "kind_yes_no.yaml").questions


def test_yes_is_one_point_and_no_none() -> None:
    licence = QUESTIONS["rijbewijs"]
    assert (licence.points("yes"), licence.points("no")) == (1, 0)
    assert licence.range() == (0, 1)
    assert (licence.say("yes", "nl"), licence.say("no", "en")) == ("Ja", "No")


def test_json_truth_is_yes_or_no() -> None:
    assert QUESTIONS["rijbewijs"].accept(True) == "yes"
    assert QUESTIONS["rijbewijs"].accept(False) == "no"
    assert QUESTIONS["rijbewijs"].accept("no") == "no"
    with pytest.raises(Refused):
        QUESTIONS["rijbewijs"].accept("ja")


def test_file_changes_the_words_and_adds_options() -> None:
    busy = QUESTIONS["bezig"]
    assert isinstance(busy, Choice)
    assert list(busy.options) == ["yes", "no", "liever_niet"]
    assert busy.say("no", "nl") == "Nog niet"
    assert busy.points("yes") == 1
