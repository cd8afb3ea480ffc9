"""docs/expressions.md is true: each form in its tables is read, checked and gives what it says."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from survey.expression import Name, Scope, check, compile_, parse
from survey.expression.parse import FUNCTIONS
from survey.expression.rewrite import Times, spread
from survey.score import CountScore, ScaleScore

MANUAL = (Path(__file__).parents[1] / "docs" / "expressions.md").read_text("utf-8")
#: Every `...` in the first column of a table, and every line behind `when:`, `value:` or `show_if:`.
TABLES = [form for row in re.findall(r"^\| (`.+?`) \|", MANUAL, re.MULTILINE) for form in re.findall(r"`([^`]+)`", row)]
LINES = re.findall(r"^    (?:when|value|show_if): (.+)$", MANUAL, re.MULTILINE)
FORMS = [form for form in dict.fromkeys([*TABLES, *LINES]) if not re.fullmatch(r"\W+( \W+)*|condition", form)]
JOBS = {
    "baan": Times({"uren": ("baan_1_uren", "baan_2_uren"), "soort": ("baan_1_soort", "baan_2_soort")}, ("true", "baan_1_another == yes"))
}
CODES = frozenset({"vast", "kort", "ja", "werken", "werk_leren", "zoekt_niet", "zorgen", "geld", "wonen", "yes", "vast"})
CHOICES = ("werk", "vraag_", "bestemming", "werk_nu", "schulden", "baan_1_soort", "baan_2_soort", "baan_1_another")
NAMES = {
    **{name: Name("choice", CODES) for name in CHOICES},
    **{name: Name("number") for name in ("plan", "geld_genoeg", "a", "b", "c", "q1", "q2", "q3", "first", "second", "age", "baan_1_uren", "baan_2_uren")},
    **{name: Name("date") for name in ("begin", "einde", "geboren")},
    **{name: Name("scale", bands=frozenset({"hulp", "goed", "matig"})) for name in ("geld", "physical", "mental", "total")},
    "hulp_bij": Name("choices", CODES),
    "open": Name("count", bands=frozenset({"veel"})),
    "vraag": Name("rule", frozenset({"ja", "nee"})),
    "prioriteit": Name("rule", frozenset({"1", "2"})),
}


def scope() -> Scope:
    """Give a student of whom everything is known."""
    numbers = {name: Fraction(3) for name, what in NAMES.items() if what.kind == "number"}
    dates = {"begin": "2026-06-12", "einde": "2026-12-31", "geboren": "2008-01-01"}
    codes = {name: "vast" for name in CHOICES} | {"baan_1_another": "yes"}
    values = {**numbers, **dates, **codes, "hulp_bij": ("wonen",)}
    scales = {name: ScaleScore(name, Fraction(2), "hulp", 2, 2, None, ()) for name in ("geld", "physical", "mental", "total")}
    counts = {"open": CountScore("open", 4, 4, (), (), ("veel",))}
    return Scope(values, dict.fromkeys(values, "answered"), numbers, scales, counts, {"vraag": "ja", "prioriteit": 2})


@pytest.mark.parametrize("form", FORMS)
def test_form_in_the_manual_is_read_checked_and_gives_something(form: str) -> None:
    expression = parse(spread(form.strip("'"), JOBS))
    named = {name: what for name, what in NAMES.items()} | {name: Name("number") for name in expression.names - NAMES.keys()}
    assert check(expression, named) == []
    assert compile_(expression, named)(scope()) is not None or expression.names - NAMES.keys()


@pytest.mark.parametrize(
    ("form", "result"),
    [
        ("werk in [vast, kort]", True),
        ("wonen in hulp_bij", True),
        ("1 <= plan < 3", False),
        ("open.low >= 4", True),
        ("count(a > 1, b > 1, c > 1) >= 2", True),
        ("a if plan == 3 else b", Fraction(3)),
        ("days(begin, einde)", 202),
        ("age(geboren, begin)", 18),
        ("sum(baan.uren) > 4", True),
        ("any(baan.soort == kort)", False),
        ("all(baan.uren < 12)", True),
        ("count(baan) >= 2", True),
        ("round(a / 2, 1)", Fraction(3, 2)),
        ("round(a / 2)", 2),
        ("a ** 2", 9),
    ],
)
def test_form_gives_what_the_manual_says(form: str, result: object) -> None:
    assert compile_(parse(spread(form, JOBS)), NAMES)(scope()) == result


def test_manual_names_every_function() -> None:
    assert [name for name in FUNCTIONS if f"{name}(" not in MANUAL] == []
    assert len(FORMS) > 40
