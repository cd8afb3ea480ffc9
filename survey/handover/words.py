"""The words to which a student or a parent says yes: their version and their digest are kept with the yes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

#: Version of the words below; a test holds that no word changes without a new version.
VERSION = 1


class Words(Protocol):
    """The catalogue of a language, as `survey.i18n` gives it."""

    def text(self, message: str, **values: object) -> str:
        """Give a message in this language."""


def say_consent(words: Words, school: str, municipality: str) -> tuple[str, ...]:
    """Return the sentences of the student's agreement."""
    to = municipality or words.text("the place where I live")
    return (
        words.text("I have read the paper about me."),
        words.text("{school} may give it to the municipality: {municipality}.", school=school, municipality=to),
        words.text("Only what I chose is in it."),
        words.text("I can stop this later. Then nothing is sent any more."),
    )


def say_consent_of_parent(words: Words, school: str, municipality: str) -> tuple[str, ...]:
    """Return the sentences of a parent's agreement."""
    to = municipality or words.text("the place where the student lives")
    return (
        words.text("I have read the paper about my child."),
        words.text("{school} may give it to the municipality: {municipality}.", school=school, municipality=to),
        words.text("I can stop this later. Then nothing is sent any more."),
    )


def digest(sentences: Sequence[str]) -> str:
    """Return the SHA-256 of the sentences, a line each."""
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()
