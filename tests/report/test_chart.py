"""A bar is whole tenths."""

from __future__ import annotations

from fractions import Fraction

import pytest

from survey.report.chart import tenths


@pytest.mark.parametrize(
    ("share", "filled"),
    [
        (None, None),
        (0, 0),
        (Fraction(1, 100), 1),
        (Fraction(14, 100), 1),
        (Fraction(15, 100), 2),
        (Fraction(1, 2), 5),
        (Fraction(2, 3), 7),
        (0.99, 10),
        (1, 10),
        (7, 10),
        (-1, 0),
    ],
)
def test_bar_is_rounded_half_up_and_never_hides_a_little(share: Fraction | float | None, filled: int | None) -> None:
    assert tenths(share) == filled
