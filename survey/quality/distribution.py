"""The F distribution's quantile, which numpy does not have; through the regularised incomplete beta function."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

TINY = 1e-300
CLOSE = 1e-15
#: The continued fraction takes some sqrt(max(a, b)) terms: enough for millions of respondents.
MOST_TERMS = 100_000
MOST_STEPS = 200


@lru_cache(maxsize=256)
def f_quantile(share: float, numerator: float, denominator: float) -> float:
    """Return the value below which `share` (0 to 1) of an F distribution with these degrees of freedom lies.

    If F has d1 and d2 degrees of freedom, d1 F / (d1 F + d2) has a beta distribution with d1/2 and d2/2
    (Abramowitz and Stegun 26.6.2). Raises ValueError for a share or degrees of freedom out of their range.
    """
    if not 0 <= share < 1 or numerator <= 0 or denominator <= 0:
        raise ValueError("a share lies from 0 up to 1 and degrees of freedom are above 0")
    x = beta_quantile(share, numerator / 2, denominator / 2)
    return inf if x == 1 else denominator * x / (numerator * (1 - x))


def beta_quantile(share: float, a: float, b: float) -> float:
    """Return x for which the regularised incomplete beta function is `share`: Newton's steps kept in a bracket."""
    low, high, x = 0.0, 1.0, _first_guess(share, a, b)
    for _ in range(MOST_STEPS):
        error = incomplete_beta(x, a, b) - share
        low, high = (low, x) if error > 0 else (x, high)
        slope = exp(_log_kernel(x, a, b) - log(x) - log1p(-x)) if 0 < x < 1 else 0.0
        step = x - error / slope if slope > TINY else -1.0
        if error == 0 or abs(step - x) <= CLOSE * x:
            return x
        x = step if low < step < high else (low + high) / 2
    return x


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b): the continued fraction DLMF 8.17.22.

    It converges fast below (a + 1) / (a + b + 2); above that the symmetry I_x(a, b) = 1 - I_1-x(b, a) is used.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    return exp(_log_kernel(x, a, b)) / a * _fraction(x, a, b)


def _log_kernel(x: float, a: float, b: float) -> float:
    """Return the logarithm of x^a (1-x)^b / B(a, b)."""
    return a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction, by the method of Lentz in the form of Thompson and Barnett."""
    upper, lower = 1.0, 1 - (a + b) * x / (a + 1)
    lower = 1 / (lower if abs(lower) > TINY else TINY)
    value = lower
    for m in range(1, MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            lower = 1 + term * lower
            lower = 1 / (lower if abs(lower) > TINY else TINY)
            upper = 1 + term / upper
            upper = upper if abs(upper) > TINY else TINY
            value *= upper * lower
        if abs(upper * lower - 1) < CLOSE:
            break
    return value


def _first_guess(share: float, a: float, b: float) -> float:
    """Return a value near the quantile (Abramowitz and Stegun 26.5.22), the middle for small a or b."""
    if a <= 1 or b <= 1 or not 0 < share < 1:
        return a / (a + b)
    y = -NormalDist().inv_cdf(share)
    bend = (y * y - 3) / 6
    h = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1))
    if h + bend <= 0:
        return a / (a + b)
    w = y * sqrt(h + bend) / h - (1 / (2 * b - 1) - 1 / (2 * a - 1)) * (bend + 5 / 6 - 2 / (3 * h))
    return min(max(a / (a + b * exp(min(2 * w, 700.0))), 1e-12), 1 - 1e-12)
