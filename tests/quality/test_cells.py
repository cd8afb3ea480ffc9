"""What may be shown of counts: nothing small, and nothing from which a small one follows."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.quality.cells import Hidden, hide, hide_linked

SIZES = st.integers(0, 40)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 40, "b": 12}, {"a": 40, "b": 12}),
        ({"a": 40, "b": 0}, {"a": 40, "b": "<10"}),  # that nobody is there may be known
        ({"a": 40, "b": 3}, {"a": "hidden", "b": "<10"}),  # 43 - 40 would be 3
        ({"a": 40, "b": 15, "c": 3}, {"a": 40, "b": "hidden", "c": "<10"}),
        ({"a": 40, "b": 6, "c": 4}, {"a": 40, "b": "<10", "c": "<10"}),  # together they are ten
        ({"a": 3, "b": 4}, {"a": "<10", "b": "<10"}),
        ({"a": 10}, {"a": 10}),
        ({}, {}),
    ],
)
def test_counts_of_a_whole(counts: dict[str, int], shown: dict[str, object]) -> None:
    assert hide(counts) == shown


@given(st.lists(SIZES, max_size=8))
def test_hidden_part_of_a_whole_is_nobody_or_ten(sizes: list[int]) -> None:
    shown = hide({str(place): n for place, n in enumerate(sizes)})
    told = [n for n in shown.values() if isinstance(n, int)]
    assert all(n >= 10 for n in told)
    if told:
        rest = sum(sizes) - sum(told)
        assert rest == 0 or rest >= 10


def test_what_a_band_hides_does_not_follow_from_the_answers_below_it() -> None:
    kinds = [60, 25, 5, 10]  # answered: goes well, not yet, help; unknown
    cells = {
        "good": [True, False, False, False],
        "mind": [False, True, False, False],
        "help": [False, False, True, False],
        "unknown band": [False, False, False, True],
        "answered": [True, True, True, False],
        "unknown": [False, False, False, True],
    }
    shown = hide_linked(kinds, cells)
    assert shown["good"] == 60 and shown["mind"] == 25 and shown["help"] is Hidden.SMALL
    assert shown["unknown band"] is Hidden.ALSO and shown["unknown"] is Hidden.ALSO and shown["answered"] is Hidden.ALSO


def test_large_kinds_are_shown_as_they_are() -> None:
    assert hide_linked([20, 30], {"a": [True, False], "none": [False, False]}) == {"a": 20, "none": "<10"}


def test_too_many_kinds_show_nothing() -> None:
    cells = {"all": [True] * 13}
    assert hide_linked([9, *[50] * 12], cells) == {"all": "hidden"}


@given(st.lists(SIZES, min_size=1, max_size=5).flatmap(
    lambda kinds: st.tuples(
        st.just(kinds), st.lists(st.lists(st.booleans(), min_size=len(kinds), max_size=len(kinds)), max_size=6)
    )
))
def test_no_small_set_follows_from_overlapping_cells(case: tuple[list[int], list[list[bool]]]) -> None:
    kinds, members = case
    assume(sum(kinds) >= 30)
    shown = hide_linked(kinds, dict(enumerate(members)))
    known = [[1.0] * len(kinds), *([float(m) for m in members[name]] for name, n in shown.items() if isinstance(n, int))]
    there = [place for place, n in enumerate(kinds) if n]
    basis = np.array(known)[:, there]
    assert all(n == sum(k for k, m in zip(kinds, members[name]) if m) >= 10 for name, n in shown.items() if isinstance(n, int))
    for chosen in product((0, 1), repeat=len(there)):
        people = sum(kinds[place] for place, one in zip(there, chosen) if one)
        if 0 < people < 10:
            rank = np.linalg.matrix_rank(basis)
            assert np.linalg.matrix_rank(np.vstack([basis, chosen])) > rank, (kinds, shown, chosen)
