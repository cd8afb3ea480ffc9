"""Which passwords are refused, and that a long one of own words is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.passwords import LONGEST, SHORTEST, weakness

ABOUT = ("Sanne de Wit", "s.dewit@roc-waterland.example", "ROC Waterland")


@pytest.mark.parametrize(
    "password",
    [
        "twaalf tekens!",
        "paard batterij nietje juist",
        "Een heel lang wachtwoord",
        "gNU3-kLp0_2vTqzR",
        "Mijn fiets is in april 2024 gestolen",
        "密码很长很长很长很长的一句话",
    ],
)
def test_long_password_of_own_words_is_taken(password: str) -> None:
    assert weakness(password, ABOUT) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elf tekens.", "short"),
        ("x1" * LONGEST, "long"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("121212121212", "common"),
        ("Welkom2026!!", "common"),
        ("W@chtw00rd123!", "common"),
        ("P@$$w0rd2026!", "common"),
        ("Zomer2026Zomer2026", "common"),
        ("qwertyuiop123", "common"),
        ("poiuytrewq987", "common"),
        ("abcdefghijkl", "common"),
        ("sannedewit2026", "common"),
        ("S.deWit@ROC-Waterland1", "common"),
        ("Waterland-2026", "common"),
        ("correct horse battery staple", "common"),
        ("06-12345678-90", "common"),
    ],
)
def test_what_is_tried_first_is_refused(password: str, why: str) -> None:
    assert weakness(password, ABOUT) == why


@given(st.text(max_size=SHORTEST - 1))
def test_short_is_short_whatever_it_holds(password: str) -> None:
    assert weakness(password) == "short"


@given(st.lists(st.sampled_from("fiets zolder regen kaas lepel brug torens molen sokken".split()), min_size=3, unique=True))
def test_three_words_of_ones_own_are_taken(words: list[str]) -> None:
    assert weakness(" ".join(words), ABOUT) is None
