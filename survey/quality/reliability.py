"""How items of one scale hang together: alpha, its interval, omega, item-rest correlations; as R's psych reckons.

Everything follows from the items' covariances: (k, k) arrays. Figures that cannot be told are None, never NaN.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.quality.distribution import f_quantile

Floats = NDArray[np.float64]
#: The same bound as psych's fa: a common part of an item's variance above it is no proper solution (Heywood case).
MOST_COMMON = 0.995
MOST_STEPS = 200
POWER_STEPS = 30
#: OpenBLAS multiplies in one thread up to this product of sizes (interface/gemm.c: 65536 times 4).
ONE_THREAD = 1 << 18


def products(points: Floats, there: Floats, weights: Floats) -> Floats:
    """Return all sums of products of items (2k, 2k): `points` (k, n) are 0 where `there` (k, n) is 0, else 1.

    In the corners stand the products of points, the sums of points over those who have the other item too, and how
    many those are. Whole points are summed exactly. `weights` (n,) say how many respondents a column stands for.
    """
    both = np.concatenate([points, there])
    return _multiply(both * weights, both)


def complete_products(points: Floats, weights: Floats) -> Floats:
    """Return the same sums of products where nothing is missing."""
    weighted = points * weights
    totals = np.repeat(weighted.sum(axis=1)[:, None], len(points), axis=1)
    return np.block([[_multiply(weighted, points), totals], [totals.T, np.full(totals.shape, weights.sum())]])


def _multiply(left: Floats, right: Floats) -> Floats:
    """Return left (a, n) times right (b, n) transposed, in slices of n that BLAS multiplies in one thread.

    Beside other work on the same cores its threads wait for each other: 30 items took 0.47 s instead of 0.06.
    """
    a, n = left.shape
    size = max(16, ONE_THREAD // (a * len(right)))
    slices, rest = divmod(n, size)
    sliced = left[:, : n - rest].reshape(a, slices, size).transpose(1, 0, 2)
    across = right[:, : n - rest].reshape(len(right), slices, size).transpose(1, 2, 0)
    return np.asarray((sliced @ across).sum(axis=0) + left[:, n - rest :] @ right[:, n - rest :].T)


def covariance(sums: Floats) -> Floats:
    """Return the covariances (k, k) from sums of products; each pair over those who have both."""
    k = len(sums) // 2
    n, totals = sums[k:, k:], sums[:k, k:]
    return np.asarray((sums[:k, :k] - totals * totals.T / n) / (n - 1))


def alpha(covariances: Floats) -> float | None:
    """Return Cronbach's alpha (raw), None for fewer than two items or without any spread."""
    k, total = len(covariances), covariances.sum()
    return _number(k / (k - 1) * (1 - np.trace(covariances) / total)) if k > 1 and total > 0 else None


def alpha_interval(value: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of an alpha over n respondents and k items.

    (1 - alpha) / (1 - estimate) has an F distribution with n - 1 and (n - 1)(k - 1) degrees of freedom
    (Feldt, Woodruff and Salih 1987, Applied Psychological Measurement 11, 93-103).
    """
    tail, freedom = (1 - level) / 2, (n - 1.0, (n - 1.0) * (k - 1.0))
    low, high = (1 - (1 - value) * f_quantile(share, *freedom) for share in (1 - tail, tail))
    return low, high


def alpha_if_dropped(covariances: Floats) -> list[float | None]:
    """Return alpha without each item in turn, None where fewer than two would be left."""
    rest = [np.delete(np.delete(covariances, i, 0), i, 1) for i in range(len(covariances))]
    return [alpha(part) for part in rest]


def item_rest(covariances: Floats) -> list[float | None]:
    """Return each item's correlation with the sum of the others (psych's r.drop)."""
    variances, rows = np.diag(covariances), covariances.sum(axis=1)
    rest = covariances.sum() - 2 * rows + variances
    with np.errstate(invalid="ignore", divide="ignore"):
        return [_number(value) for value in (rows - variances) / np.sqrt(variances * rest)]


def omega(covariances: Floats) -> float | None:
    """Return omega total of one common factor: the share of the standardised sum's variance that is not unique.

    None for fewer than three items (one factor is not determined), an item without spread, or no proper solution.
    """
    spread = np.sqrt(np.diag(covariances))
    if len(covariances) < 3 or not np.all(spread > 0):
        return None
    correlations = covariances / np.outer(spread, spread)
    loadings = minres(correlations)
    if loadings is None or np.any(loadings**2 > MOST_COMMON):
        return None
    return _number(1 - (1 - loadings**2).sum() / correlations.sum())


def minres(correlations: Floats) -> Floats | None:
    """Return the loadings (k,) on one factor that leave the smallest squared residual correlations.

    Harman and Jones 1966 (Psychometrika 31, 351-368). Newton's method from the first principal axis; where the
    second derivatives are not positive definite the step is damped. None when no minimum is found.
    """
    loadings = _first_axis(correlations)
    damping = 0.0
    loss = _loss(correlations, loadings)
    for _ in range(MOST_STEPS):
        step = _newton_step(correlations, loadings, damping)
        moved = loadings if step is None else loadings - step
        found = _loss(correlations, moved)
        if step is None or found > loss * (1 + 1e-12) + 1e-15:
            damping = max(damping * 4, 0.01)
            continue
        loadings, loss, damping = moved, found, damping / 4 if damping > 1e-6 else 0.0
        if np.abs(step).max() < 1e-11:
            return np.asarray(loadings)
    return None


def _first_axis(correlations: Floats) -> Floats:
    """Return loadings near the first principal axis: repeated multiplication, for eigh starts threads that wait."""
    axis = correlations[0]
    for _ in range(POWER_STEPS):
        axis = correlations @ axis
        axis = axis / np.linalg.norm(axis)
    axis = axis * np.sqrt(max(axis @ correlations @ axis, 0.0))
    return np.asarray(axis if axis.sum() >= 0 else -axis)


def _residuals(correlations: Floats, loadings: Floats) -> Floats:
    rest = correlations - np.outer(loadings, loadings)
    np.fill_diagonal(rest, 0)
    return np.asarray(rest)


def _loss(correlations: Floats, loadings: Floats) -> float:
    return float((_residuals(correlations, loadings) ** 2).sum() / 2)


def _newton_step(correlations: Floats, loadings: Floats, damping: float) -> Floats | None:
    """Return gradient over second derivatives; None where the latter bend the wrong way."""
    rest = _residuals(correlations, loadings)
    bend = 2 * (np.outer(loadings, loadings) - rest)
    np.fill_diagonal(bend, 2 * (loadings @ loadings - loadings**2) + damping)
    try:
        np.linalg.cholesky(bend)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(np.linalg.solve(bend, -2 * rest @ loadings))


def _number(value: Any) -> float | None:
    number = float(value)
    return number if isfinite(number) else None
