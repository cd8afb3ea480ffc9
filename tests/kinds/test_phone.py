"""A telephone number is read as people write it, kept in one form and shown in the Dutch way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.kinds import Refused
from survey.kinds.phone import Phone

NUMBER = Phone.model_validate({"id": "q", "kind": "phone"})


@pytest.mark.parametrize(
    "typed",
    ["0600000012", "06 0000 0012", "06-00000012", " 06 00 00 00 12 ", "+31600000012", "+31 6 0000 0012", "0031600000012", "+31 (0)6 00000012"],
)
def test_dutch_mobile_number_in_any_form_is_one_number(typed: str) -> None:
    assert NUMBER.parse([typed]) == "+31600000012"


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("06-00000012", "+31600000012", "06 0000 0012"),
        ("(020) 000 00 12", None, None),
        ("(020) 555 00 12", "+31205550012", "020 555 0012"),
        ("0299-555012", "+31299555012", "0299 555 012"),
        ("0045 12 34 56 78", "+4512345678", "+4512345678"),
        ("+32 470 00 00 12", "+32470000012", "+32470000012"),
    ],
)
def test_number_is_said_in_groups(typed: str, kept: str | None, said: str | None) -> None:
    assert NUMBER.parse([typed]) == (kept or "+31200000012")
    assert NUMBER.say(kept or "+31200000012", "nl") == (said or "020 000 0012")


@pytest.mark.parametrize(
    "typed",
    ["112", "06 1234", "06000000123", "0012", "+0612345678", "+1", "+1234567890123456", "zes", "06 0000 OO12", "٠٦٠٠٠٠٠٠١٢", "9" * 400, "+", "06+00000012"],
)
def test_what_nobody_can_call_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="phone_invalid"):
        NUMBER.parse([typed])


@pytest.mark.parametrize("raw", [600000012, True, "", ["0600000012"], {}])
def test_json_value_that_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        NUMBER.accept(raw)


@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True) | st.from_regex(r"\+[4-9][0-9]{7,14}", fullmatch=True))
def test_number_comes_back_from_its_field(typed: str) -> None:
    value = NUMBER.parse([typed])
    assert value is not None
    assert NUMBER.parse(NUMBER.written(value)) == value == NUMBER.accept(NUMBER.export(value))


def test_empty_field_is_no_answer() -> None:
    assert NUMBER.parse([" "]) is None
    assert NUMBER.parse([]) is None
    assert NUMBER.accept(None) is None
