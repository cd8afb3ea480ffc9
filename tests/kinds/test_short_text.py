"""A line of text: one line, of a length, without characters that cannot be printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.kinds import Refused, ShortText

LINE = ShortText.model_validate({"id": "q", "kind": "short_text", "max_length": 13})


def test_line_is_trimmed_and_empty_is_no_answer() -> None:
    assert LINE.parse(["  ik \t kook   graag "]) == "ik kook graag"
    assert LINE.parse([" \n "]) is None
    assert LINE.parse([]) is None


def test_long_line_is_refused_with_its_bound() -> None:
    assert LINE.parse(["x" * 13]) == "x" * 13
    with pytest.raises(Refused) as refused:
        LINE.parse(["x" * 14])
    assert (refused.value.code, refused.value.values) == ("text_long", {"max": 13, "length": 14})


def test_letters_with_accents_are_composed_and_control_characters_are_taken_out() -> None:
    assert LINE.parse(["cafe\u0301\x07\u202e!"]) == "café!"


@given(st.text(max_size=30))
def test_any_text_is_taken_cleaned_or_refused(text: str) -> None:
    try:
        value = LINE.parse([text])
    except Refused:
        return
    assert value is None or (isinstance(value, str) and "\n" not in value and value == value.strip())
    assert value is None or LINE.parse([value]) == value


@pytest.mark.parametrize("raw", [1, True, ["a"], {}])
def test_json_value_that_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        LINE.accept(raw)


def test_no_definition_asks_for_more_than_the_hard_limit() -> None:
    with pytest.raises(ValidationError):
        ShortText.model_validate({"id": "q", "kind": "short_text", "max_length": 4001})


def test_text_has_no_points() -> None:
    assert LINE.points("ik kook graag") is None
    assert LINE.range() is None
    assert LINE.say("ik kook graag", "nl") == "ik kook graag"
