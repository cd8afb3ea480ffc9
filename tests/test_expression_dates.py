"""Days in conditions: between two, an age on one, so many months later; for routes, checks and texts alone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.definition.load import load, read
from survey.expression import ABSENT, ExpressionError, Scope, measure, parse, truth
from survey.expression.dates import add_months, ordinal, years
from survey.route import find_path
from survey.score.cohort import NotVectorised, gather, score_cohort
from survey.walk import walk

DAYS = load(Path(__file__).parent / "questionnaires" / "text_days.yaml")
some_day = st.dates(date(1950, 1, 1), date(2080, 12, 31))


def reckoned(source: str, **values: str) -> object:
    return measure(parse(source))(Scope(values, dict.fromkeys(values, "answered")))


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("days(a, b)", 20),
        ("days(b, a)", -20),
        ("days(a, '2026-06-13')", 1),
        ("days(add_months(a, 1), '2026-07-12')", 0),
        ("days(add_months('2026-01-31', 1), '2026-02-28')", 0),
        ("days(add_months(a, -12), '2025-06-12')", 0),
        ("days(m, '2026-06-02')", 1),
        ("age('2008-06-12', a)", 18),
        ("age('2008-06-13', a)", 17),
        ("age('2008-02-29', '2026-02-28')", 17),
        ("age('2008-02-29', '2026-03-01')", 18),
        ("days(a, b) / 7", None),
    ],
)
def test_days_and_ages(source: str, number: int | None) -> None:
    found = reckoned(source, a="2026-06-12", b="2026-07-02", m="2026-06")
    assert found == number if number is not None else str(found) == "20/7"


def test_day_that_is_missing_or_not_asked_gives_no_number() -> None:
    reckon = measure(parse("days(a, '2026-06-13')"))
    assert reckon(Scope({}, {"a": "not_reached"})) is None and reckon(Scope({}, {})) is ABSENT
    assert truth(parse("days(a, '2026-06-13') > 0"))(Scope({}, {"a": "refused"})) is None
    assert truth(parse("days(a, '2026-06-13') > 0"))(Scope({}, {})) is False


@given(some_day, st.integers(-240, 240))
def test_months_later_is_the_same_day_or_the_last_of_that_month(day: date, months: int) -> None:
    later = date.fromordinal(add_months(day.toordinal(), months))
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(1)).day == 1


@given(some_day, some_day)
def test_age_grows_by_one_on_each_birthday(born: date, day: date) -> None:
    age = years(born.toordinal(), day.toordinal())
    assert years(born.toordinal(), add_months(day.toordinal(), 12)) in (age + 1, age + 2) or day.day == 29


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("days(a)", "takes two days"),
        ("days(a, 12)", "is no day"),
        ("days(a, '12-6-2026')", "is no day"),
        ("days(a, '2026-13-01')", "is no day"),
        ("add_months(a, 2) > 3", "is a day"),
        ("days(a, add_months(b, c))", "whole number"),
        ("days(a, add_months(b, 9999))", "whole number"),
        ("today() > 3", "no function `today`"),
    ],
)
def test_what_is_no_day_is_refused(source: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse(source)


def test_written_day_has_a_number_and_other_texts_have_none() -> None:
    assert ordinal("2026-06-12") == date(2026, 6, 12).toordinal() and ordinal("2026-06") == date(2026, 6, 1).toordinal()
    assert [ordinal(text) for text in ("", "2026", "12 juni", "2026-02-30")] == [None] * 4


def test_days_decide_the_way() -> None:
    young = {"geboren": "2009-06-13", "begint": "2027-06-12", "stopt": "2027-09-01"}
    assert find_path(DAYS, young).questions[-1] == "kort" and find_path(DAYS, young).values["weken"] == 11
    grown = {**young, "geboren": "2009-06-12", "stopt": "2028-09-01", "klaar": "2027-06"}
    assert find_path(DAYS, grown).questions[-1] == "volwassen"
    late = {**grown, "begint": "2027-08-02"}
    assert find_path(DAYS, late).questions[-1] == "laat"
    assert walk(DAYS).is_whole


def test_columns_reckon_days_and_leave_ages_to_one_by_one() -> None:
    source = "id: x\nversion: 1\nquestions:\n  a: {kind: date}\n  b: {kind: date, show_if: answered(a)}\n"
    source += "  c: {options: {ja: 0, nee: 1}, show_if: \"days(add_months(a, 1), b) >= 0 and days('2026-01-01', a) > 0\"}\n"
    definition, findings = read(source, "x.yaml")
    assert definition is not None, findings
    rows = [{"a": "2026-06-12", "b": "2026-07-12"}, {"a": "2026-06-12", "b": "2026-07-11"}, {"a": "2026-06-12"}, {}]
    shown = score_cohort(definition, gather(rows, definition.questions)).shown["c"]
    assert list(shown) == ["c" in find_path(definition, row).questions for row in rows] == [True, False, False, False]
    with pytest.raises(NotVectorised):
        score_cohort(DAYS, gather([{}], DAYS.questions))


@pytest.mark.parametrize(
    ("part", "code", "line"),
    [
        ("scales: {s: {value: \"days(a, b)\"}}", "E253", 7),
        ("scales: {s: {op: sum, of: [w, n]}}", "E253", 7),
        ("counts: {c: [{id: x, when: w > 3}]}", "E253", 7),
        ("flags: [{id: f, when: \"age(a, b) < 18\", text: Jong.}]", "E253", 7),
        ("counts: {c: [{id: x, when: \"days(a, n) > 3\"}]}", "E106", 7),
        ("counts: {c: [{id: x, when: a > 3}]}", "E106", 7),
    ],
)
def test_score_that_reckons_with_days_is_found(part: str, code: str, line: int) -> None:
    source = "id: x\nversion: 1\nquestions:\n  a: {kind: date}\n  b: {kind: date, show_if: 'days(a, ''2026-01-01'') > 0'}\n  w: {value: 'days(a, b)'}\n"
    source = source.replace("  w:", "  n: {min: 0, max: 3}\n  w:").replace("  a: {kind: date}\n", "  a: {kind: date}\n", 1)
    _, findings = read(source + part + "\n", "x.yaml")
    assert (code, line + 1) in [(each.code, each.line) for each in findings], list(map(str, findings))
