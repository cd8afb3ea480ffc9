"""Who reads an answer, in words for the student: at school, and outside it only after an own yes."""

from __future__ import annotations

from collections.abc import Sequence

from survey.i18n import Catalogue
from survey.kinds import Question
from survey.web.sender import Sender

#: Whom a definition can name besides the mentor, who has a name; messages of phone.po.
ROLES = {
    "coordinator": "the coordinator",
    "administrator": "the administrator",
    "privacy_officer": "the privacy officer",
    "municipality": "the municipality",
    "doorstroompunt": "the Doorstroompunt",
    "employer": "your employer",
    "school": "your new school",
}


def say_readers(question: Question, sender: Sender, words: Catalogue) -> list[str]:
    """Return who reads the answer to a question, in short sentences."""
    names = [_name(role, sender, words) for role in question.seen_by]
    outside = [_name(role, sender, words) for role in question.shared_with]
    said = []
    if names:
        readers = join(names, words)
        one, more = "At school {readers} reads this.", "At school {readers} read this."
        said.append(words.plural(one, more, len(names), readers=readers))
    if not outside:
        return [*said, words.text("Nobody else sees this.")]
    receivers = join(outside, words)
    one, more = "Only after your yes {receivers} sees this.", "Only after your yes {receivers} see this."
    return [*said, words.plural(one, more, len(outside), receivers=receivers)]


def join(names: Sequence[str], words: Catalogue) -> str:
    """Return names as people list them: "Sanne, de coördinator en de gemeente"."""
    *first, last = names
    return words.text("{some} and {last}", some=", ".join(first), last=last) if first else last


def _name(role: str, sender: Sender, words: Catalogue) -> str:
    return sender.mentor_first if role == "mentor" else words.text(ROLES.get(role, role))
