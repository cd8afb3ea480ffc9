"""What a student gave: values by question, each with the revision that two open tabs are told apart by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

#: A stored answer: an option code, a text or an ISO date (str), an exact number, or codes in the order of the options.
Value = str | Fraction | tuple[str, ...]
#: Values by question id. What the pure rooms read; a question without an answer is absent.
Values = Mapping[str, Value]
#: Where the moments of pages stand among the stored answers; no question has such an id.
MOMENTS = "@pages"


class State(StrEnum):
    """Why a question has, or has not, an answer that counts (see docs/scoring.md)."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_SHOWN = "not_shown"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the number of times it has been set, from 1; None is an answer that was taken back."""

    value: Value | None
    revision: int


@dataclass(frozen=True, slots=True)
class Answers:
    """All that one student gave, also what later left the path; changed by making a new one."""

    given: Mapping[str, Answer] = field(default_factory=dict)
    moments: Mapping[str, int] = field(default_factory=dict)  # page -> whole seconds from Start to its first answer

    @property
    def values(self) -> dict[str, Value]:
        """Give the value of each question that has one."""
        return {question: answer.value for question, answer in self.given.items() if answer.value is not None}

    def get(self, question: str) -> Answer | None:
        """Give the answer with its revision, None when there is no value."""
        answer = self.given.get(question)
        return None if answer is None or answer.value is None else answer

    def revision(self, question: str) -> int:
        """Give the number of times a question was set or taken back, 0 when never."""
        answer = self.given.get(question)
        return 0 if answer is None else answer.revision

    def with_value(self, question: str, value: Value | None) -> Answers:
        """Give the answers with one value set, or taken back with None; the same value keeps its revision."""
        now = self.given.get(question)
        if (now.value if now else None) == value:
            return self
        return Answers({**self.given, question: Answer(value, self.revision(question) + 1)}, self.moments)

    def with_moment(self, page: str, seconds: int) -> Answers:
        """Give the answers with when a page was first answered; what is known of it already stays."""
        return self if page in self.moments else Answers(self.given, {**self.moments, page: max(0, seconds)})

    def to_json(self) -> bytes:
        """Write every answer and its revision, the same bytes for the same answers."""
        plain: dict[str, object] = {
            question: [_pack(answer.value), answer.revision] for question, answer in self.given.items()
        }
        if self.moments:
            plain[MOMENTS] = dict(self.moments)
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, raw: bytes | str) -> Answers:
        """Read what `to_json` wrote; raises ValueError for anything else."""
        try:
            plain = json.loads(raw)
            moments = {page: int(seconds) for page, seconds in plain.pop(MOMENTS, {}).items()}
            given = {question: Answer(_unpack(value), int(revision)) for question, (value, revision) in plain.items()}
            return cls(given, moments)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("these are no stored answers") from error


def _pack(value: Value | None) -> object:
    """Give a value as JSON; an exact number as an object, so that "3" stays a text."""
    if isinstance(value, Fraction):
        return {"number": str(value)}
    return list(value) if isinstance(value, tuple) else value


def _unpack(raw: object) -> Value | None:
    """Read a value that `_pack` gave."""
    if raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, list) and all(isinstance(code, str) for code in raw):
        return tuple(raw)
    if isinstance(raw, dict):
        return Fraction(raw["number"])
    raise TypeError("a value is a text, a list of codes or a number")
