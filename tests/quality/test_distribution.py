"""The quantile of F against published tables, and against its own distribution."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.quality.distribution import beta_quantile, f_quantile, incomplete_beta


@pytest.mark.parametrize(
    ("share", "numerator", "denominator", "expected"),
    [
        # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.3, upper critical values of F
        (0.95, 1, 1, 161.448),
        (0.95, 5, 2, 19.296),
        (0.95, 10, 20, 2.348),
        (0.95, 20, 100, 1.676),
        (0.90, 3, 7, 3.074),
        (0.99, 4, 12, 5.412),
    ],
)
def test_tables_of_critical_values(share: float, numerator: int, denominator: int, expected: float) -> None:
    assert f_quantile(share, numerator, denominator) == pytest.approx(expected, abs=6e-4)


def test_two_and_two_degrees_have_a_formula() -> None:
    for share in (0.001, 0.025, 0.5, 0.8, 0.999):
        assert f_quantile(share, 2, 2) == pytest.approx(share / (1 - share), rel=1e-12)


def test_swapped_degrees_of_freedom_are_the_reciprocal() -> None:
    assert f_quantile(0.025, 12, 480) == pytest.approx(1 / f_quantile(0.975, 480, 12), rel=1e-10)


def test_many_respondents_come_near_one() -> None:
    low, high = f_quantile(0.025, 99_999, 399_996), f_quantile(0.975, 99_999, 399_996)
    assert 0.990 < low < 1 < high < 1.010 and low * high == pytest.approx(1, abs=2e-4)


def test_beta_of_whole_numbers_is_a_polynomial() -> None:
    for x in (0.1, 0.35, 0.9):
        assert incomplete_beta(x, 2, 3) == pytest.approx(6 * x**2 - 8 * x**3 + 3 * x**4, rel=1e-12)
    assert (incomplete_beta(0, 2, 3), incomplete_beta(1, 2, 3)) == (0, 1)


@given(st.floats(0.001, 0.999), st.floats(0.5, 5000), st.floats(0.5, 5000))
def test_quantile_leads_back_to_its_share(share: float, a: float, b: float) -> None:
    assert incomplete_beta(beta_quantile(share, a, b), a, b) == pytest.approx(share, abs=1e-7)


def test_nothing_lies_below_the_share_of_nobody() -> None:
    assert f_quantile(0, 5, 5) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("wrong", [(1, 2, 2), (-0.1, 2, 2), (0.5, 0, 2), (0.5, 2, -1)])
def test_impossible_question_is_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError):
        f_quantile(*wrong)
