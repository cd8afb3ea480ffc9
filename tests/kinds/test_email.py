"""An e-mail address is looked at for its form only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.kinds import Refused
from survey.kinds.email import LONGEST, Email

ADDRESS = Email.model_validate({"id": "q", "kind": "email"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("noor@voorbeeld.nl", "noor@voorbeeld.nl"),
        (" Noor.Bakker+werk@Voorbeeld.NL ", "Noor.Bakker+werk@voorbeeld.nl"),
        ("n@mail.school.example.org", "n@mail.school.example.org"),
        ("zoë@café-voorbeeld.nl", "zoë@café-voorbeeld.nl"),
    ],
)
def test_address_is_kept_with_its_domain_in_lower_case(typed: str, kept: str) -> None:
    assert ADDRESS.parse([typed]) == kept


@pytest.mark.parametrize(
    "typed",
    ["noor", "noor@", "@voorbeeld.nl", "noor@voorbeeld", "noor@@voorbeeld.nl", "no or@voorbeeld.nl", "noor@voorbeeld..nl",
     "noor@-voorbeeld.nl", "noor@voorbeeld.n", "a@b.nl,c@d.nl", "Noor <noor@voorbeeld.nl>", "noor@voorbeeld.nl\nBcc: a@b.nl",
     "a" * 65 + "@voorbeeld.nl", "a@" + "b" * 64 + ".nl", "a@" + "b." * 130 + "nl"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="email_invalid"):
        ADDRESS.parse([typed])


@pytest.mark.parametrize("raw", [1, "", ["noor@voorbeeld.nl"]])
def test_json_value_that_is_no_address_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        ADDRESS.accept(raw)


@given(st.emails() | st.text(max_size=300))
def test_what_is_kept_is_read_again(typed: str) -> None:
    try:
        value = ADDRESS.parse([typed])
    except Refused:
        return
    assert value is None or (len(str(value)) <= LONGEST and ADDRESS.parse(ADDRESS.written(value)) == value)


def test_empty_field_is_no_answer() -> None:
    assert ADDRESS.parse([""]) is None
    assert ADDRESS.accept(None) is None
