"""What a student gave: values by question, each with the revision that two open tabs are told apart by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

#: A stored answer: an option code, a text or an ISO date (str), an exact number, or codes in the order of the options.
Value = str | Fraction | tuple[str, ...]
#: Values by question id. What the pure rooms read; a question without an answer is absent.
Values = Mapping[str, Value]


class State(StrEnum):
    """Why a question has, or has not, an answer that counts (see docs/scoring.md)."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_SHOWN = "not_shown"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the number of times it has been set, from 1."""

    value: Value
    revision: int
