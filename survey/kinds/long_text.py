"""A few lines of text."""

from __future__ import annotations

from typing import ClassVar

from survey.answers import Value
from survey.kinds.question import Refused
from survey.kinds.short_text import HARD_LINES, Length, ShortText, clean


class LongText(ShortText):
    """A question with some lines of text for an answer; it has no points."""

    widget: ClassVar[str] = "long_text"

    max_length: Length = 500

    def parse(self, raw: list[str]) -> Value | None:
        """Read the lines; more than one empty line between them is one."""
        lines = [" ".join(line.split()) for line in clean(raw[0] if raw else "").split("\n")]
        kept = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
        if len(kept) > HARD_LINES:
            raise Refused("text_lines", max=HARD_LINES)
        return self._bounded("\n".join(kept))
