"""Alpha, omega and item figures on covariances whose answers are known by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.quality import reliability

PARALLEL = np.full((4, 4), 0.4) + 0.6 * np.eye(4)


def test_parallel_items_have_the_alpha_of_spearman_and_brown() -> None:
    assert reliability.alpha(PARALLEL) == pytest.approx(4 * 0.4 / (1 + 3 * 0.4))
    assert reliability.omega(PARALLEL) == pytest.approx(4 * 0.4 / (1 + 3 * 0.4))
    assert reliability.item_rest(PARALLEL) == pytest.approx([1.2 / np.sqrt(3 + 6 * 0.4)] * 4)
    assert reliability.alpha_if_dropped(PARALLEL) == pytest.approx([3 * 0.4 / (1 + 2 * 0.4)] * 4)


def test_loadings_of_one_factor_are_found_again() -> None:
    loadings = np.array([0.9, 0.7, 0.5, 0.3, 0.6])
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1)
    found = reliability.minres(correlations)
    assert found is not None and found == pytest.approx(loadings, abs=1e-9)


def test_two_items_have_alpha_and_no_omega() -> None:
    two = PARALLEL[:2, :2]
    assert reliability.alpha(two) == pytest.approx(2 * 0.4 / 1.4) and reliability.omega(two) is None
    assert reliability.alpha_if_dropped(two) == [None, None]


def test_item_without_spread_leaves_what_can_be_told() -> None:
    with_constant = np.zeros((4, 4))
    with_constant[:3, :3] = PARALLEL[:3, :3]
    assert reliability.omega(with_constant) is None and reliability.item_rest(with_constant)[3] is None
    assert reliability.alpha(with_constant) == pytest.approx(4 / 3 * (1 - 3 / (3 + 6 * 0.4)))
    assert reliability.alpha(np.zeros((3, 3))) is None


def test_impossible_factor_gives_no_omega() -> None:
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.3], [0.9, 0.3, 1]])
    assert reliability.omega(heywood) is None


@pytest.mark.parametrize("weight", [1, 2])
def test_covariances_are_those_of_numpy(weight: int) -> None:
    points = np.random.default_rng(1).integers(0, 4, (3, 50)).astype(float)
    everyone, weights = np.ones_like(points), np.full(50, float(weight))
    sums = reliability.products(points, everyone, weights)
    assert reliability.covariance(sums) == pytest.approx(np.cov(np.concatenate([points] * weight, axis=1)))
    assert np.array_equal(reliability.complete_products(points, weights), sums)


def test_interval_holds_the_estimate_and_narrows_with_n() -> None:
    wide, narrow = (reliability.alpha_interval(0.7, n, 5) for n in (40, 4000))
    assert wide[0] < narrow[0] < 0.7 < narrow[1] < wide[1]


@given(st.integers(3, 7), st.integers(0, 10_000))
def test_no_loading_can_be_moved_to_a_better_place(k: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    correlations = np.corrcoef(chance.normal(size=(k, 60)) + chance.normal(size=60))
    found = reliability.minres(correlations)
    assume(found is not None)
    assert found is not None
    rest = correlations - np.outer(found, found)
    np.fill_diagonal(rest, 0)
    assert rest @ found == pytest.approx(np.zeros(k), abs=1e-8)
