"""One number or one long line in a questionnaire does not keep a server busy: what is out of bounds is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.definition.finding import Finding
from survey.definition.load import read
from survey.definition.quotes import quote_conditions
from survey.definition.ranges import find_ranges
from survey.expression import LARGEST
from survey.kinds.question import LIMIT, read_number
from survey.report.trace import say_number
from survey.route import find_path
from survey.score import score
from survey.score.steps import number_of

ADVICE = "give a number, such as 3 or 0.5"


@contextmanager
def at_once() -> Iterator[None]:
    """Fail what takes longer than anything here may."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 5


def written(scale: str, question: str = "{text: Heb je schulden?, options: {ja: 1, nee: 0}}", more: str = "") -> str:
    return f"id: schuld\nversion: 1\nquestions:\n  schulden: {question}\n{more}scales:\n  geld: {scale}\n"


def errors(source: str) -> list[Finding]:
    return [finding for finding in read(source, "schuld.yaml")[1] if finding.is_error]


@pytest.mark.parametrize(
    "number",
    ["1e99999", "1e9999", "1e5000", "1e16", "1e-1000", "9" * 40, f"1/{'9' * 50}", "1e1e1", "1_000", "٣", "inf", "nan", "1/0", ""],
)
@pytest.mark.parametrize(
    "source",
    [
        written("{op: sum, of: [schulden]}", '{text: Heb je schulden?, options: {ja: "%s", nee: 0}}'),
        written("{op: sum, of: [schulden], bands: [{below: '%s', label: goed}, {label: hulp}]}"),
        written("{op: sum, of: [{ref: schulden, weight: '%s'}]}"),
        written("{op: sum, of: [schulden], times: '%s'}"),
        written("{op: sum, of: [schulden]}", '{kind: number, text: Hoeveel schuld heb je?, min: 0, max: "%s"}'),
    ],
)
def test_number_beyond_any_use_is_refused_at_its_line(source: str, number: str) -> None:
    with at_once():
        found = errors(source.replace("%s", number))
    assert {finding.code for finding in found} == {"E017"}
    assert all(ADVICE in finding.message for finding in found)


@pytest.mark.parametrize("number", ["1e999999999", "1e-99999999", "9" * 5000])
def test_key_of_a_table_beyond_any_use_is_no_number(number: str) -> None:
    with at_once():
        assert number_of(number) is None
        found = errors(written(f'{{op: sum, of: [schulden], lookup: {{"{number}": 3, 0: 1}}}}'))
    assert [finding.code for finding in found] == ["E215" if len(number) < 1000 else "E001"]  # YAML takes no longer word


@pytest.mark.parametrize(
    ("raw", "number"),
    [("1/3", "1/3"), (0.1, "1/10"), (1e-05, "1/100000"), ("1e3", "1000"), (" 2. ", "2"), (".5", "1/2"), ("-7", "-7"), (10**15, str(10**15))],
)
def test_number_as_files_have_it_is_read(raw: object, number: str) -> None:
    assert read_number(raw) == Fraction(number)


@given(st.one_of(st.text("0123456789e+-./", max_size=60), st.integers(), st.floats()))
def test_whatever_is_read_is_small(raw: object) -> None:
    try:
        number = read_number(raw)
    except ValueError as refused:
        assert str(refused) == ADVICE
    else:
        assert abs(number) <= LIMIT


@pytest.mark.parametrize("operation", ["{0} * {0} * {0}", "{0} ** 3", "{0} / (1 / ({0} + 1))", "sum({0} * {0}, 1)"])
def test_calculations_that_multiply_each_other_stay_small(operation: str) -> None:
    chain = [f"  c{n}: {{value: \"{operation.format(f'c{n - 1}')}\"}}\n" for n in range(1, 30)]
    source = written("{value: c29}", "{text: x, options: {ja: 1, nee: 0}}", "  c0: {kind: number, text: Hoeveel?, min: 1, max: 40}\n")
    source = source.replace("scales:", "".join(chain) + "scales:")
    with at_once():
        definition, findings = read(source, "schuld.yaml")
        assert definition is not None, findings
        assert "c29" not in find_ranges(definition).questions
        found = find_path(definition, {"c0": Fraction(39)})
        outcome = score(definition, {"c0": Fraction(39)})
    assert all(abs(point) < LARGEST for point in found.points.values())
    assert outcome.scales["geld"].value is None


def test_scales_that_multiply_each_other_stay_small() -> None:
    chain = "".join(f"  s{n}: {{op: sum, of: [s{n - 1}], times: 1e15}}\n" for n in range(1, 40))
    definition, findings = read(written("{op: sum, of: [schulden]}") + "  s0: {value: geld}\n" + chain, "schuld.yaml")
    assert definition is not None, findings
    outcome = score(definition, {"schulden": "ja"})
    assert (outcome.scales["s2"].value, outcome.scales["s39"].value) == (10**30, None)


def test_long_chains_are_put_in_order() -> None:
    def chain(line: str) -> str:
        return "".join(line % (n, f"{line.strip()[0]}{n + 1}" if n < 990 else "schulden") for n in range(991))

    source = written("{value: s0}", more=chain("  c%d: {value: %s + 1}\n")) + chain("  s%d: {value: %s + 1}\n")
    definition, findings = read(source, "schuld.yaml")
    assert definition is not None, findings
    outcome = score(definition, {"schulden": "ja"})
    assert outcome.scales["geld"].value == 992
    assert find_path(definition, {"schulden": "ja"}).points["c0"] == 992


@pytest.mark.parametrize("line", ["  c%d: {value: schulden + 1}\n", "  s%d: {value: schulden + 1}\n"])
def test_more_than_anyone_fills_in_is_refused_at_once(line: str) -> None:
    many = "".join(line % number for number in range(5_000))
    source = written("{value: schulden}", more=many) if line.startswith("  c") else written("{value: schulden}") + many
    with at_once():
        assert [finding.code for finding in errors(source)] == ["E003"]


@pytest.mark.parametrize("sign", ["when: a ", "when: a [x ", "when: a (x ", "when: " + " " * 20])
def test_conditions_on_one_long_line_are_looked_through_at_once(sign: str) -> None:
    with at_once():
        quote_conditions("{" + sign * 20_000)


@pytest.mark.parametrize("days", [-1, 10**6, 10**30])
def test_term_that_no_calendar_has_is_refused(days: int) -> None:
    rule = "rules:\n  - {set: gesprek, cases: [{value: 1}], values: {1: {text: Een gesprek, days: %s, weeks: [%s], moments: [%s]}}}\n"
    found = errors(written("{op: sum, of: [schulden]}") + rule.replace("%s", str(days)))
    assert [finding.code for finding in found] == ["E017"] * 3


def test_number_that_no_database_keeps_is_refused() -> None:
    rule = f"rules:\n  - {{set: gesprek, cases: [{{when: geld >= 1, value: {10**12}}}, {{value: 2}}], unknown: {-(10**12)}}}\n"
    found = errors(written("{op: sum, of: [schulden]}").replace("version: 1", f"version: {10**12}") + rule)
    assert [finding.code for finding in found] == ["E017"] * 3, found


@pytest.mark.parametrize(("number", "said"), [(10**27, "1" + "0" * 27), (Fraction(-1, 1000), "0"), (Fraction(10**30 + 1, 3), None)])
def test_trace_says_any_number(number: Fraction | int, said: str | None) -> None:
    assert said in (None, say_number(number, "nl"))
