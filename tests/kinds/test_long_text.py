"""Some lines of text."""

from __future__ import annotations

import pytest

from survey.kinds import Refused
from survey.kinds.long_text import LongText

LINES = LongText.model_validate({"id": "q", "kind": "long_text"})


def test_lines_stay_and_empty_lines_are_one() -> None:
    assert LINES.parse(["  Ik werk graag.\r\n\r\n\r\n\r\nSamen is  fijn. \n"]) == "Ik werk graag.\n\nSamen is fijn."


def test_empty_lines_are_no_answer() -> None:
    assert LINES.parse(["\n\n  \n"]) is None


def test_too_many_lines_or_letters_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        LINES.parse(["a\n" * 70])
    assert refused.value.code == "text_lines"
    with pytest.raises(Refused) as refused:
        LINES.parse(["a" * 501])
    assert refused.value.code == "text_long"
