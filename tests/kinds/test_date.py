"""A date is read in the order in which people say it, refused in words when it cannot be, and kept as ISO."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.answers import State
from survey.definition.load import load
from survey.kinds import Refused
from survey.kinds.date import Date

STARTS = load(Path(__file__).parents[1] / "questionnaires" / "kind_date.yaml").questions["begint"]
FREE = Date.model_validate({"id": "q", "kind": "date"})


@pytest.mark.parametrize(
    "typed",
    [
        ["12", "6", "2026"],
        ["12", "06", " 2026 "],
        ["12", "juni", "2026"],
        ["12", "JUN", "2026"],
        ["12", "June", "2026"],
        ["12 juni 2026"],
        ["12-6-2026"],
        ["12/06/2026"],
        ["2026-06-12"],
        ["12 6 2026", "", ""],
    ],
)
def test_usual_ways_to_write_a_day_are_read(typed: list[str]) -> None:
    assert FREE.parse(typed) == "2026-06-12"


@pytest.mark.parametrize(("month", "number"), [("mrt", 3), ("maart", 3), ("mei", 5), ("okt.", 10), ("dec", 12)])
def test_month_may_be_named_shortly(month: str, number: int) -> None:
    assert FREE.parse(["1", month, "2027"]) == f"2027-{number:02}-01"


@pytest.mark.parametrize("typed", [[], [""], ["", "", ""], ["  ", " "]])
def test_empty_fields_are_no_answer(typed: list[str]) -> None:
    assert FREE.parse(typed) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["12", "", "2026"], "date_incomplete"),
        (["12", "6", "26"], "date_incomplete"),
        (["12", "6", "0026"], "date_incomplete"),
        (["12", "13", "2026"], "date_incomplete"),
        (["12", "ju", "2026"], "date_incomplete"),
        (["1e2", "6", "2026"], "date_incomplete"),
        (["٣", "6", "2026"], "date_incomplete"),
        (["morgen"], "date_incomplete"),
        (["9" * 5000, "1", "2026"], "date_incomplete"),
        (["31", "6", "2026"], "date_unknown"),
        (["0", "6", "2026"], "date_unknown"),
        (["29", "2", "2027"], "date_unknown"),
    ],
)
def test_what_is_no_day_is_refused(typed: list[str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        FREE.parse(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(("typed", "code", "said"), [("31-5-2026", "date_early", {"min": "1-6-2026"}), ("1-1-2028", "date_late", {"max": "31-12-2027"})])
def test_day_out_of_bounds_is_refused_with_its_bound(typed: str, code: str, said: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        STARTS.parse([typed])
    assert (refused.value.code, refused.value.values) == (code, said)


@pytest.mark.parametrize("raw", [1, True, "", " ", ["2026-06-12"], {}, "20260612"])
def test_json_value_that_is_no_day_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        FREE.accept(raw)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_comes_back_from_its_fields(day: date) -> None:
    value = FREE.accept(day.isoformat())
    assert value == day.isoformat()
    assert FREE.parse(FREE.written(value)) == value == FREE.accept(FREE.export(value))
    assert FREE.parse([FREE.say(value, "nl")]) == value, "as it is said, so it can be typed"
    assert FREE.reading(value) == (State.ANSWERED, None)


@given(st.lists(st.text(max_size=12), max_size=4))
def test_anything_typed_is_read_or_refused(typed: list[str]) -> None:
    try:
        value = FREE.parse(typed)
    except Refused:
        return
    assert value is None or date.fromisoformat(str(value)).isoformat() == value


def test_day_is_said_in_each_language() -> None:
    assert FREE.say("2026-06-12", "nl") == "12 juni 2026"
    assert FREE.say("2026-06-12", "en") == "12 June 2026"
    assert FREE.say("2026-06-12", "zz") == "12 juni 2026"


@pytest.mark.parametrize("wrong", [{"min": "12-6-2026"}, {"max": "2026-02-30"}, {"min": "2027-01-01", "max": "2026-01-01"}, {"min": 3}])
def test_bounds_are_days_in_order(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Date.model_validate({"id": "q", "kind": "date", **wrong})
