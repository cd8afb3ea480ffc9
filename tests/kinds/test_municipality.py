"""A municipality is chosen from the list and kept by its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.answers import State
from survey.definition.load import load
from survey.kinds import Municipality, Refused

QUESTIONS = load(Path(__file__).parents[1] / "questionnaires" / "kind_municipality.yaml").questions
LIVES = QUESTIONS["woont"]


def test_code_or_name_is_kept_as_the_code() -> None:
    assert LIVES.parse(["GM0439"]) == "GM0439"
    assert LIVES.accept("purmerend") == "GM0439"
    assert LIVES.say("GM0439", "nl") == "Purmerend"
    assert LIVES.reading("GM0439") == (State.ANSWERED, None)


def test_not_knowing_is_an_answer_that_does_not_count() -> None:
    assert LIVES.parse(["unknown"]) == "unknown"
    assert LIVES.state("unknown") is State.UNKNOWN
    assert (LIVES.say("unknown", "nl"), LIVES.say("unknown", "en")) == ("Weet ik niet", "I don't know")
    assert QUESTIONS["verhuist"].say("unknown", "nl") == "Nog geen idee"


@pytest.mark.parametrize("raw", ["GM9999", "Atlantis", 439, True, ["GM0439"]])
def test_what_is_not_in_the_list_is_refused(raw: object) -> None:
    with pytest.raises(Refused, match="municipality_unknown"):
        LIVES.accept(raw)


def test_menu_begins_with_not_knowing_and_goes_by_the_alphabet() -> None:
    assert isinstance(LIVES, Municipality)
    menu = LIVES.menu("nl")
    names = [name for _, name in menu]
    assert (names[0], names[1]) == ("Weet ik niet", "Aa en Hunze")
    assert len(menu) > 300 and len({code for code, _ in menu}) == len(menu)
    after = names[names.index("'s-Hertogenbosch") + 1]
    assert after.startswith("H"), "at the h, as in any Dutch register"


def test_empty_choice_is_no_answer() -> None:
    assert LIVES.parse([""]) is None
    assert LIVES.parse([]) is None
    assert LIVES.accept(None) is None
