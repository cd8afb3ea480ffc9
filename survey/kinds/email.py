"""An e-mail address, looked at for its form only: whether it works shows when somebody writes to it."""

from __future__ import annotations

import re
from typing import ClassVar

from survey.answers import Value
from survey.kinds.question import Question, Refused
from survey.kinds.short_text import clean

#: The longest that mail can be sent to (RFC 5321, 4.5.3.1).
LONGEST = 254
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,}")


class Email(Question):
    """A question with an e-mail address for an answer; it has no points."""

    widget: ClassVar[str] = "email"

    def parse(self, raw: list[str]) -> Value | None:
        """Read an address; its domain is kept in lower case."""
        written = clean(raw[0] if raw else "")
        return read_email(written) if written else None

    def accept(self, raw: object) -> Value | None:
        """Read a JSON text."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not raw.strip():
            raise Refused("email_invalid")
        return self.parse([raw])


def read_email(written: str) -> str:
    """Give an address with its domain in lower case; raises Refused for what is none."""
    if len(written) > LONGEST or ".." in written or not _ADDRESS.fullmatch(written):
        raise Refused("email_invalid")
    name, _, domain = written.rpartition("@")
    return f"{name}@{domain.lower()}"
