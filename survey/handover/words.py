"""The words to which a student or a parent says yes: their version and their digest are kept with the yes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

#: Version of the words below; a test holds that no word changes without a new version. Of version 1 one sentence was
#: another, which a document that was agreed to in those words still quotes.
VERSION = 2


class Words(Protocol):
    """The catalogue of a language, as `survey.i18n` gives it."""

    def text(self, message: str, **values: object) -> str:
        """Give a message in this language."""


def say_consent(words: Words, school: str, municipality: str, version: int = VERSION) -> tuple[str, ...]:
    """Return the sentences of the student's agreement, as they are in a version."""
    if version == 1:
        giving = _give_in_version_1(words, school, municipality or words.text("the place where I live"))
    elif municipality:
        giving = _give(words, school, municipality)
    else:
        giving = words.text("{school} may give it to the municipality where I live.", school=school)
    return (
        words.text("I have read the paper about me."),
        giving,
        words.text("Only what I chose is in it."),
        words.text("I can stop this later. Then nothing is sent any more."),
    )


def say_consent_of_parent(words: Words, school: str, municipality: str, version: int = VERSION) -> tuple[str, ...]:
    """Return the sentences of a parent's agreement, as they are in a version."""
    if version == 1:
        giving = _give_in_version_1(words, school, municipality or words.text("the place where the student lives"))
    elif municipality:
        giving = _give(words, school, municipality)
    else:
        giving = words.text("{school} may give it to the municipality where my child lives.", school=school)
    return (
        words.text("I have read the paper about my child."),
        giving,
        words.text("I can stop this later. Then nothing is sent any more."),
    )


def _give(words: Words, school: str, municipality: str) -> str:
    return words.text(
        "{school} may give it to the municipality of {municipality}.", school=school, municipality=municipality
    )


def _give_in_version_1(words: Words, school: str, municipality: str) -> str:
    return words.text(
        "{school} may give it to the municipality: {municipality}.", school=school, municipality=municipality
    )


def digest(sentences: Sequence[str]) -> str:
    """Return the SHA-256 of the sentences, a line each."""
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()
