"""What scoring gives: values with their trace, as frozen values that screen, document and export share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from survey.answers import State

Number = Fraction | int


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a scale: where its points came from, after map, reverse and weight."""

    ref: str
    state: State
    code: str | None
    raw: Number | None
    points: Number | None


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The value of a scale, its band, and why it is absent (`why`: a code of docs/scoring.md)."""

    id: str
    value: Number | None
    band: str | None
    answered: int
    applicable: int
    why: str | None
    items: tuple[Item, ...]
    lifted_by: int | None = None  # the row of `lift` that moved the band
    raw: Number | None = None  # before `round` and `lookup`; what the bands are on, unless it is looked up


@dataclass(frozen=True, slots=True)
class CountScore:
    """Named circumstances that hold (`hits`), cannot be told (`unknown`), and the bounds these give."""

    id: str
    low: int
    high: int
    hits: tuple[str, ...]
    unknown: tuple[str, ...]
    bands: tuple[str, ...] = ()  # every band between low and high: one when it is certain

    @property
    def band(self) -> str | None:
        """Return the band when the bounds leave only one."""
        return self.bands[0] if len(self.bands) == 1 else None


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The value of a first-match rule and the case that gave it; None when the rule fell to `unknown`."""

    id: str
    value: str | int | None
    matched: int | None
    unknown: tuple[int, ...] = ()  # the cases that could not be told before that


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

    def to_json(self) -> bytes:
        """Write the whole trace exactly, the same bytes for the same outcome."""
        from survey.score.codec import write  # the codec reads these classes, so it comes after them

        return write(self)

    @classmethod
    def from_json(cls, raw: bytes | str) -> Outcome:
        """Read what `to_json` wrote; raises ValueError for anything else."""
        from survey.score.codec import read  # as above

        return read(raw)
