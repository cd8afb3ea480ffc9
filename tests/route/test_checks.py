"""An answer can be refused for not going with the others."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from survey.answers import Value
from survey.definition.load import load, read
from survey.route import find_broken

HOURS = load(Path(__file__).parents[1] / "questionnaires" / "page_checks.yaml")


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ({"werkt": "ja", "stage": Fraction(30), "werk": Fraction(30)}, None),
        ({"werkt": "ja", "stage": Fraction(30), "werk": Fraction(31)}, 0),
        ({"werkt": "nee", "stage": Fraction(30), "werk": Fraction(31)}, 0),
        ({"werkt": "nee", "stage": Fraction(30), "werk": Fraction(1)}, 1),
        ({"werkt": "nee", "werk": Fraction(0)}, None),
        ({"werkt": "ja", "werk": Fraction(90)}, None),
    ],
)
def test_first_check_that_holds_is_given_and_what_is_unknown_passes(values: dict[str, Value], broken: int | None) -> None:
    found = find_broken(HOURS, values, "werk")
    assert found == (None if broken is None else HOURS.questions["werk"].checks[broken])
    assert find_broken(HOURS, values, "stage") is None


SOUND = """\
id: p
version: 1
questions:
  a: {kind: number, text: A?, checks: [{when: a > b, text: Te veel.}]}
  b: {kind: number, text: B?}
  c: {kind: number, text: C?}
pages: [[a, b], c]
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("a > b", "a > c", "E105"),
        ("a > b", "a > d", "E106"),
        ("a > b", "a + b", "E107"),
        ("a > b", "a >", "E018"),
        (", text: Te veel.", "", "E016"),
        ("Te veel.", "'Te veel, {baas}.'", "E261"),
    ],
)
def test_check_that_cannot_be_made_is_found_at_its_line(old: str, new: str, code: str) -> None:
    assert read(SOUND, "p.yaml")[1] == []
    _, findings = read(SOUND.replace(old, new), "p.yaml")
    assert (code, 4) in [(finding.code, finding.line) for finding in findings]
