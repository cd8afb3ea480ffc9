"""Several answers: kept in the order of the options, with some that stand alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import State
from survey.definition.load import load
from survey.kinds import Choices, Refused

FILES = Path(__file__).parents[1] / "questionnaires"
WISHES = load(FILES / "kind_choices.yaml").questions["hulp_bij"]
WHO = load(FILES / "kind_choices.yaml").questions["wie"]
assert isinstance(WISHES, Choices) and isinstance(WHO, Choices)


@given(st.lists(st.sampled_from(["geld", "werk", "wonen"]), min_size=1))
def test_order_of_ticking_makes_no_difference(codes: list[str]) -> None:
    value = WISHES.parse(codes)
    assert value == tuple(code for code in WISHES.options if code in codes)
    assert WISHES.points(value) == len(value)


@pytest.mark.parametrize("codes", [["niets", "geld"], ["weet_niet", "werk"], ["niets", "weet_niet"]])
def test_option_that_stands_alone_is_refused_beside_another(codes: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        WISHES.parse(codes)
    assert refused.value.code == "choose_alone"


def test_option_that_stands_alone_is_taken_alone() -> None:
    assert WISHES.parse(["niets", "niets"]) == ("niets",)
    assert WISHES.state(("weet_niet",)) is State.UNKNOWN
    assert WISHES.points(("weet_niet",)) is None


def test_empty_list_says_none_unless_an_option_does() -> None:
    assert WHO.accept([]) == ()
    assert WHO.state(()) is State.ANSWERED
    assert WISHES.accept([]) is None
    assert WHO.parse([]) is None


def test_one_code_is_a_list_of_one() -> None:
    assert WISHES.accept("geld") == ("geld",)


@pytest.mark.parametrize("raw", ["goud", ["geld", "goud"], [["geld"]], {"geld": True}, [None], True])
def test_what_is_no_code_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        WISHES.accept(raw)


def test_stored_code_that_is_gone_is_no_answer() -> None:
    assert WISHES.state(("geld", "goud")) is State.NOT_REACHED
    assert WISHES.state("geld") is State.NOT_REACHED


def test_range_is_the_lowest_and_highest_sum() -> None:
    assert WISHES.range() == (0, 3)
    assert WHO.range() is None
    mixed = Choices.model_validate({"id": "q", "kind": "choices", "options": {"a": -1, "b": 2, "c": 2}})
    assert mixed.range() == (-1, 4)


def test_answer_is_said_with_commas_and_leaves_as_a_list() -> None:
    assert WISHES.say(("geld", "wonen"), "nl") == "Geld, Wonen"
    assert WISHES.export(("geld", "wonen")) == ["geld", "wonen"]
