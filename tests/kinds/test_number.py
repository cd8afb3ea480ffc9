"""A number is exact, within its bounds, and written as people write it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import State
from survey.definition.load import load
from survey.kinds import NumberQuestion, Refused

QUESTIONS = load(Path(__file__).parents[1] / "questionnaires" / "kind_number.yaml").questions
HOURS, TRAVEL = QUESTIONS["uren"], QUESTIONS["reistijd"]
FREE = NumberQuestion.model_validate({"id": "q", "kind": "number"})


@pytest.mark.parametrize(
    ("written", "value"),
    [("1,5", "3/2"), (" 2.25 ", "9/4"), ("0", "0"), ("+3", "3"), ("\N{MINUS SIGN}1", "-1"), ("007", "7")],
)
def test_form_takes_a_point_or_a_comma(written: str, value: str) -> None:
    assert FREE.parse([written]) == Fraction(value)


@pytest.mark.parametrize("written", ["", "   "])
def test_empty_field_is_no_answer(written: str) -> None:
    assert FREE.parse([written]) is None
    assert FREE.parse([]) is None


@pytest.mark.parametrize("written", ["veel", "1.2.3", "1e99", "9" * 40, "1/2", "0x10", "1_000", "--1", "½", "٣٣,٣,"])
def test_form_refuses_what_is_no_plain_number(written: str) -> None:
    with pytest.raises(Refused) as refused:
        FREE.parse([written])
    assert refused.value.code == "number_invalid"


@pytest.mark.parametrize(
    ("written", "code"), [("-1", "number_low"), ("61", "number_high"), ("7,5", "number_whole"), ("60,01", "number_whole")]
)
def test_form_refuses_a_number_out_of_bounds_or_broken(written: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        HOURS.parse([written])
    assert refused.value.code == code


def test_refusal_says_the_bound() -> None:
    with pytest.raises(Refused) as refused:
        HOURS.parse(["61"])
    assert refused.value.values == {"max": "60"}


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), Decimal("NaN"), 10**400, True, [], {}, "", "veel", "1e9"])
def test_json_value_that_is_no_number_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        FREE.accept(raw)


@pytest.mark.parametrize("raw", [1.5, "1.5", "1,5", Decimal("1.5"), Fraction(3, 2)])
def test_json_number_is_exact(raw: object) -> None:
    assert FREE.accept(raw) == Fraction(3, 2)
    assert FREE.accept(0.1) == Fraction(1, 10)


@given(st.integers(0, 60))
def test_points_are_the_number_itself(hours: int) -> None:
    value = HOURS.accept(hours)
    assert value is not None
    assert HOURS.reading(value) == (State.ANSWERED, hours)
    assert HOURS.export(value) == hours


def test_range_needs_both_bounds() -> None:
    assert HOURS.range() == (0, 60)
    assert FREE.range() is None


def test_number_is_said_with_its_unit_and_a_comma_in_dutch() -> None:
    assert TRAVEL.say(Fraction(3, 2), "nl") == "1,5 uur"
    assert TRAVEL.say(Fraction(3, 2), "en") == "1.5 hours"
    assert TRAVEL.export(Fraction(3, 2)) == 1.5


def test_stored_text_is_no_number() -> None:
    assert HOURS.state("veel") is State.NOT_REACHED
