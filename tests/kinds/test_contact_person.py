"""A contact person has a name and a number that can be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import State
from survey.kinds import Refused
from survey.kinds.contact_person import ContactPerson

WHO = ContactPerson.model_validate({"id": "q", "kind": "contact_person"})
AUNT = ("Sanne de Boer", "+31600000012", "tante")


def test_three_fields_make_one_person() -> None:
    assert WHO.parse(["  Sanne  de Boer ", "06-00000012", "tante"]) == AUNT
    assert WHO.say(AUNT, "nl") == "Sanne de Boer (tante), 06 0000 0012"
    assert WHO.written(AUNT) == ["Sanne de Boer", "06 0000 0012", "tante"]
    assert WHO.export(AUNT) == list(AUNT)
    assert WHO.reading(AUNT) == (State.ANSWERED, None)


def test_relation_may_be_left_empty() -> None:
    value = WHO.parse(["Sanne", "0600000012", ""])
    assert value == ("Sanne", "+31600000012", "")
    assert WHO.say(("Sanne", "+31600000012", ""), "nl") == "Sanne, 06 0000 0012"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["Sanne", "", ""], "contact_incomplete"),
        (["", "0600000012", ""], "contact_incomplete"),
        (["", "", "tante"], "contact_incomplete"),
        (["Sanne", "bel maar", ""], "phone_invalid"),
        (["S" * 81, "0600000012", ""], "text_long"),
        (["Sanne", "0600000012", "t" * 41], "text_long"),
    ],
)
def test_person_who_cannot_be_called_is_refused(typed: list[str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        WHO.parse(typed)
    assert refused.value.code == code


def test_empty_fields_are_no_answer() -> None:
    assert WHO.parse(["", " ", ""]) is None
    assert WHO.parse([]) is None
    assert WHO.accept(None) is None


@pytest.mark.parametrize("raw", [["Sanne", "0600000012"], {"name": "Sanne", "phone": "0600000012"}])
def test_json_list_or_mapping_is_read(raw: object) -> None:
    assert WHO.accept(raw) == ("Sanne", "+31600000012", "")


@pytest.mark.parametrize("raw", ["Sanne", 1, ["Sanne"], ["Sanne", 6], {"naam": "Sanne"}, {"name": 1, "phone": "06"}, [1, 2, 3]])
def test_json_value_that_is_no_person_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        WHO.accept(raw)


@given(st.lists(st.text(max_size=90), max_size=5))
def test_anything_typed_is_read_or_refused(typed: list[str]) -> None:
    try:
        value = WHO.parse(typed)
    except Refused:
        return
    assert value is None or WHO.parse(WHO.written(value)) == value
