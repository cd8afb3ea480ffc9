"""A few words on one line."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, ClassVar

from pydantic import Field

from survey.answers import Value
from survey.kinds.question import Question, Refused

#: More makes a document of many pages and seconds of layout (measured: 50,000 characters took 15 s).
HARD_LENGTH = 4000
HARD_LINES = 60
#: Control, private and unassigned characters break the document's fonts; tab and newline become white space.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\uf8ff]")

Length = Annotated[int, Field(ge=1, le=HARD_LENGTH)]


class ShortText(Question):
    """A question with a line of text for an answer; it has no points."""

    widget: ClassVar[str] = "short_text"

    max_length: Length = 300

    def parse(self, raw: list[str]) -> Value | None:
        """Read a line: white space runs become one space."""
        line = " ".join(clean(raw[0] if raw else "").split())
        return self._bounded(line)

    def accept(self, raw: object) -> Value | None:
        """Read a JSON text."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise Refused("text_invalid")
        return self.parse([raw])

    def _bounded(self, text: str) -> str | None:
        """Refuse a text that is too long; an empty one is no answer."""
        if len(text) > self.max_length:
            raise Refused("text_long", max=self.max_length, length=len(text))
        return text or None


def clean(text: str) -> str:
    """Give a text in composed form, with plain line ends and without characters that no font draws."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", plain)).strip()
