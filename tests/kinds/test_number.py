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


FEW = NumberQuestion.model_validate({"id": "q", "kind": "number", "integer": True})
LANGUAGES = ("nl", "en", "ar", "pl", "ti", "tr", "uk")


@pytest.mark.parametrize(
    ("written", "dutch", "english"),
    [
        ("1.000", "1000", "1"),
        ("1.250", "1250", "5/4"),
        ("-12.500,75", "-50003/4", None),
        ("1,250", "5/4", "1250"),
        ("1,250.5", None, "2501/2"),
        ("1.000.000", "1000000", None),
        ("12 500", "12500", "12500"),
        ("12\N{NO-BREAK SPACE}500,5", "25001/2", "25001/2"),
        ("0.500", "1/2", "1/2"),
        ("1250.5", "2501/2", "2501/2"),
        ("1.25", "5/4", "5/4"),
        ("1.2500", "5/4", "5/4"),
        ("1.000,000.5", None, None),
        ("1.000 000", None, None),
        ("12,5", "25/2", "25/2"),
    ],
)
def test_thousands_are_typed_as_the_language_writes_them(written: str, dutch: str | None, english: str | None) -> None:
    for language, expected in (("nl", dutch), ("en", english)):
        if expected is not None:
            assert FREE.parse_in([written], language) == Fraction(expected), language
            continue
        with pytest.raises(Refused) as refused:
            FREE.parse_in([written], language)
        assert refused.value.code == "number_invalid"


@pytest.mark.parametrize("written", ["1.500", "1,500", "1 500", "1500"])
@pytest.mark.parametrize("language", ["nl", "en", "pl"])
def test_whole_number_has_no_decimals_so_that_these_are_thousands(written: str, language: str) -> None:
    assert FEW.parse_in([written], language) == 1500


def test_text_in_json_keeps_its_meaning() -> None:
    assert (FREE.accept("1.250"), FREE.accept("1,250"), FEW.accept("1.000")) == (Fraction(5, 4), Fraction(5, 4), 1)


TYPED = st.from_regex(r"\A-?[0-9]{1,15}([.,][0-9]{1,12})?\Z")


@given(TYPED, st.sampled_from(LANGUAGES))
def test_number_that_was_taken_can_be_sent_again(written: str, language: str) -> None:
    for question in (FREE, FEW):
        try:
            value = question.parse_in([written], language)
        except Refused:
            continue
        assert value is not None
        assert question.parse_in(question.written_in(value, language), language) == value
        assert question.parse_in([question.say(value, language)], language) == value
        assert question.parse(question.written(value)) == value


@pytest.mark.parametrize(
    ("number", "dutch", "english"),
    [
        ("1/100000", "0,00001", "0.00001"),
        ("1234567890123455/10", "123456789012345,5", "123456789012345.5"),
        ("-15/2", "-7,5", "-7.5"),
        ("1/3", "0,333333333333", "0.333333333333"),
        ("-1/10000000000000", "0", "0"),
    ],
)
def test_number_is_written_plainly(number: str, dutch: str, english: str) -> None:
    assert (FREE.say(Fraction(number), "nl"), FREE.say(Fraction(number), "en")) == (dutch, english)


def test_decimal_sign_is_that_of_the_language() -> None:
    said = {language: FREE.say(Fraction(15, 2), language) for language in (*LANGUAGES, "x-none", "")}
    assert {language for language, words in said.items() if words == "7,5"} == {"nl", "pl", "tr", "uk"}
    assert {said[language] for language in ("en", "ar", "ti", "x-none", "")} == {"7.5"}


def test_refusal_says_a_bound_as_the_language_writes_it() -> None:
    question = NumberQuestion.model_validate({"id": "q", "kind": "number", "max": 2.5})
    with pytest.raises(Refused) as refused:
        question.parse_in(["3"], "nl")
    assert refused.value.values == {"max": "2,5"}


def test_stored_text_is_no_number() -> None:
    assert HOURS.state("veel") is State.NOT_REACHED
