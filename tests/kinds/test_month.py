"""A month is read from two fields and kept as ISO."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.definition.load import load
from survey.kinds import Refused
from survey.kinds.month import Month

READY = load(Path(__file__).parents[1] / "questionnaires" / "kind_month.yaml").questions["klaar"]
FREE = Month.model_validate({"id": "q", "kind": "month"})


@pytest.mark.parametrize("typed", [["6", "2026"], ["06", "2026"], ["juni", "2026"], ["juni 2026", ""], ["6-2026"], ["2026-06"]])
def test_usual_ways_to_write_a_month_are_read(typed: list[str]) -> None:
    assert FREE.parse(typed) == "2026-06"


@pytest.mark.parametrize("typed", [["6"], ["13", "2026"], ["6", "26"], ["1", "6", "2026"], ["zomer", "2026"], ["0", "2026"]])
def test_what_is_no_month_is_refused(typed: list[str]) -> None:
    with pytest.raises(Refused, match="month_incomplete"):
        FREE.parse(typed)


@pytest.mark.parametrize(("typed", "code", "said"), [("12 2025", "month_early", {"min": "1-2026"}), ("8 2027", "month_late", {"max": "7-2027"})])
def test_month_out_of_bounds_is_refused_with_its_bound(typed: str, code: str, said: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        READY.parse([typed])
    assert (refused.value.code, refused.value.values) == (code, said)


@pytest.mark.parametrize("raw", [6, True, "", [], {}])
def test_json_value_that_is_no_month_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        FREE.accept(raw)


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_every_month_comes_back_from_its_fields(year: int, month: int) -> None:
    value = f"{year}-{month:02}"
    assert FREE.parse(FREE.written(value)) == value == FREE.accept(FREE.export(value))
    assert FREE.parse([FREE.say(value, "nl")]) == value


def test_month_is_said_in_each_language() -> None:
    assert FREE.say("2026-06", "nl") == "juni 2026"
    assert FREE.say("2026-06", "en") == "June 2026"
    assert FREE.parse(["", ""]) is None
    assert FREE.accept(None) is None


@pytest.mark.parametrize("wrong", [{"min": "6-2026"}, {"max": "2026-13"}, {"min": "2027-01", "max": "2026-01"}])
def test_bounds_are_months_in_order(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Month.model_validate({"id": "q", "kind": "month", **wrong})
