"""Text is bounded, and written in characters that the faces have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.report.text import LONGEST_WORD, MOST_LINES, REPLACEMENT, bound, writable

LATIN = frozenset({*range(0x20, 0x7F), *range(0xA0, 0x250), ord(REPLACEMENT)})


@given(st.text(), st.integers(2, 500))
def test_bound_text_keeps_its_cap_and_its_lines(text: str, cap: int) -> None:
    cut = bound(text, cap)
    assert len(cut) <= cap
    assert cut.count("\n") < MOST_LINES
    assert cut == cut.strip()


@pytest.mark.parametrize(
    ("text", "cap", "cut"),
    [
        ("  twee   woorden ", 50, "twee woorden"),
        ("een\n\n\n twee\r\ndrie", 50, "een\ntwee\ndrie"),
        ("\n".join("abcdefgh"), 50, "a\nb\nc\nd\ne\nf g h"),
        ("precies", 7, "precies"),
        ("te lang", 5, "te l…"),
        ("", 5, ""),
    ],
)
def test_bound_text(text: str, cap: int, cut: str) -> None:
    assert bound(text, cap) == cut


def test_hostile_lengths_are_cut() -> None:
    assert bound("x" * 20_000, 500) == "x" * 499 + "…"
    assert bound("y\n" * 5_000, 500).count("\n") == MOST_LINES - 1
    assert len(bound("z" + " " * 20_000 + "z", 500)) == 2


@given(st.text())
def test_only_characters_of_the_faces_are_written(text: str) -> None:
    for character in writable(text, LATIN):
        assert ord(character) in LATIN or character in "\n\u200b"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Zoë e\u0301n Łukasz", "Zoë én Łukasz"),
        ("goed 😀👍🏽 zo", f"goed {REPLACEMENT} zo"),
        ("𝐘𝐚𝐫𝐚 ﬁjn", "Yara fijn"),
        ("漢字", REPLACEMENT),
        ("a\u202eb\x00c\x07", "abc"),
        ("a\tb\u00a0c", "a b\u00a0c"),
        ("\ud800", REPLACEMENT),
        ("eerste\ntweede", "eerste\ntweede"),
    ],
)
def test_what_a_face_lacks_is_said_otherwise(text: str, written: str) -> None:
    assert writable(text, LATIN) == written


def test_joiners_stay_between_arabic_letters_only() -> None:
    assert writable("می\u200cخواهم", LATIN | set(range(0x600, 0x700))) == "می\u200cخواهم"
    assert writable("a\u200db", LATIN) == "ab"


def test_long_words_can_break() -> None:
    word = writable("x" * 100, LATIN)
    assert word.replace("\u200b", "") == "x" * 100
    assert max(map(len, word.split("\u200b"))) == LONGEST_WORD
    assert "\u200b" not in writable("x" * LONGEST_WORD + " " + "y" * LONGEST_WORD, LATIN)
