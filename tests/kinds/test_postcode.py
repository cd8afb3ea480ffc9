"""A Dutch postcode is kept in one form, and never read by a score."""

from __future__ import annotations

import pytest

from survey.definition.load import read
from survey.kinds import Refused
from survey.kinds.postcode import Postcode

CODE = Postcode.model_validate({"id": "q", "kind": "postcode"})


@pytest.mark.parametrize("typed", ["1234 AB", "1234AB", " 1234 ab ", "1234  Ab"])
def test_postcode_is_kept_in_one_form(typed: str) -> None:
    assert CODE.parse([typed]) == "1234 AB"
    assert CODE.accept("1234 AB") == "1234 AB"


@pytest.mark.parametrize("typed", ["0123 AB", "1234", "1234 A", "1234 ABC", "1234 SS", "١٢٣٤ AB", "AB 1234", "1234-AB", "B-1000"])
def test_what_is_no_postcode_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="postcode_invalid"):
        CODE.parse([typed])


@pytest.mark.parametrize("raw", [1234, "", ["1234 AB"]])
def test_json_value_that_is_no_postcode_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        CODE.accept(raw)


def test_empty_field_is_no_answer() -> None:
    assert CODE.parse([" "]) is None
    assert CODE.accept(None) is None


def test_score_of_a_report_may_not_read_it() -> None:
    source = """\
id: oneerlijk
version: 1
questions: {waar: {kind: postcode, text: Waar woon je?}, werk: {text: Werk?, options: {ja: 0, nee: 1}}}
counts: {last: [{id: ver, when: answered(waar)}]}
report: {}
"""
    _, findings = read(source, "oneerlijk.yaml")
    assert "E251" in {finding.code for finding in findings}
