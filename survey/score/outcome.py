"""What scoring gives: values with their trace, as frozen values that screen, document and export share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from survey.answers import State


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a scale: where its points came from, after map, reverse and weight."""

    ref: str
    state: State
    code: str | None
    raw: Fraction | int | None
    points: Fraction | int | None


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The raw value of a scale, its band, and why it is absent (`why`: a code of docs/scoring.md)."""

    id: str
    value: Fraction | int | None
    band: str | None
    answered: int
    applicable: int
    why: str | None
    items: tuple[Item, ...]
    lifted_by: int | None = None


@dataclass(frozen=True, slots=True)
class CountScore:
    """Named circumstances that hold (`hits`), cannot be told (`unknown`), and the bounds these give."""

    id: str
    low: int
    high: int
    hits: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The value of a first-match rule and the case that gave it; None when the rule fell to `unknown`."""

    id: str
    value: str | int | None
    matched: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that the rules of one definition say of one student's answers."""

    definition: str
    version: int
    digest: str
    engine: int
    path: tuple[str, ...]
    scales: dict[str, ScaleScore]
    counts: dict[str, CountScore]
    rules: dict[str, RuleResult]
    flags: tuple[str, ...]
