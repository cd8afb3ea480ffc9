"""The table of municipalities."""

from __future__ import annotations

import re

from survey.municipalities import name_of, names


def test_table_holds_every_municipality_once_by_its_code() -> None:
    assert len(names()) == 342 == len(set(names().values()))
    assert all(re.fullmatch(r"GM\d{4}", code) for code in names())


def test_name_is_found_by_code_and_an_unknown_code_is_said_as_it_is() -> None:
    assert (name_of("GM0439"), name_of("GM0518"), name_of("GM9999")) == ("Purmerend", "'s-Gravenhage", "GM9999")
