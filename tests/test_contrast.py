"""A school's colour reads well, or the nearest one that does is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import contrast
from survey.school import SchoolSettings

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
NAMES = st.sampled_from(sorted(contrast.BESIDE))


def test_house_colours_read_well() -> None:
    assert contrast.check("brand", SchoolSettings().brand) is None
    assert contrast.check("brand_dark", SchoolSettings().brand_dark) is None


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_that_of_the_guideline(one: str, other: str, ratio: float) -> None:
    assert contrast.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast.contrast(one, other) == contrast.contrast(other, one)


def test_poor_colour_says_what_it_has_and_what_would_do() -> None:
    poor = contrast.check("brand", "#ff6600")
    assert poor is not None and poor.ratio < poor.needed == 7.0
    assert contrast.check("brand", poor.better) is None


@given(NAMES, COLOURS)
def test_nearest_colour_reads_well_and_a_good_one_is_its_own(name: str, colour: str) -> None:
    better = contrast.nearest(name, colour)
    assert contrast.check(name, better) is None
    assert (better == colour) == (contrast.check(name, colour) is None)
