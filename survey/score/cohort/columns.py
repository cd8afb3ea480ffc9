"""What is known of every response while rules are reckoned over columns, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from survey.answers import Value
from survey.expression import Number
from survey.expression.scope import NOT_APPLICABLE
from survey.kinds.question import Exact
from survey.score.cohort.numbers import Ints, Numbers, from_table
from survey.score.cohort.truths import NONE, Flags
from survey.score.scales import Conclusion


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the place of each answer on the path in `values` (-1: none), and its state."""

    values: tuple[Value, ...] = ()
    index: Ints = field(default_factory=lambda: np.array(-1))
    answered: Flags = field(default_factory=lambda: NONE)
    missing: Flags = field(default_factory=lambda: NONE)  # shown without an answer that counts; neither: not shown

    def numbers(self, entries: Sequence[Number | None]) -> Numbers:
        """Give a number for each of the values; where there is none it is missing, or absent when not shown."""
        found = from_table(self.index, [*entries, None])
        applies = self.answered | self.missing
        return found.moved(found.missing & applies, found.missing & ~applies)


@dataclass(frozen=True, slots=True)
class ScaleColumn:
    """The results of one scale: the place of each in `conclusions`, its band in `labels` (-1: none), and its items."""

    conclusions: tuple[Conclusion, ...]
    place: Ints
    labels: tuple[str, ...]
    band: Ints
    answered: Ints
    applicable: Ints
    lifted_by: Ints  # the row of `lift`, -1 for none

    @property
    def values(self) -> tuple[Number | None, ...]:
        """Return the value of each conclusion."""
        return tuple(value for value, _, _, _ in self.conclusions)

    def where(self, whys: Sequence[str | None]) -> Flags:
        """Return where there is one of these reasons for having no value; None is to have one."""
        return np.array([why in whys for _, _, _, why in self.conclusions], bool)[self.place]

    def numbers(self) -> Numbers:
        """Return the values as numbers: missing, or absent where the scale does not apply."""
        found = from_table(self.place, self.values)
        absent = self.where([NOT_APPLICABLE])
        return found.moved(found.missing & ~absent, absent)


@dataclass(frozen=True, slots=True)
class CountColumn:
    """The bounds of one count, and where each of its circumstances holds."""

    low: Ints
    high: Ints
    most: int
    hits: Mapping[str, Flags]
    bands: tuple[tuple[str, ...], ...]  # the bands of each pair of bounds, by low * (most + 1) + high

    def numbers(self) -> Numbers:
        """Return the counts that are certain."""
        return Numbers(self.low, 1, 0, self.most, self.low != self.high)


@dataclass(frozen=True, slots=True)
class RuleColumn:
    """The results of one rule: the place of each in `values`, and the case that matched (-1: none)."""

    values: tuple[str | int | None, ...]
    index: Ints
    matched: Ints


@dataclass(slots=True)
class Columns:
    """Answers and results so far of n responses; scales, counts and rules are filled as they are reckoned."""

    size: int
    asked: dict[str, Asked] = field(default_factory=dict)
    points: dict[str, list[Exact | None]] = field(default_factory=dict)  # of each of a question's values
    shown: dict[str, Flags] = field(default_factory=dict)
    scales: dict[str, ScaleColumn] = field(default_factory=dict)
    counts: dict[str, CountColumn] = field(default_factory=dict)
    rules: dict[str, RuleColumn] = field(default_factory=dict)

    def of(self, question: str) -> Asked:
        """Return a question; one that was not reached yet is not shown."""
        return self.asked.get(question, NOT_ASKED)


@dataclass(frozen=True, slots=True)
class CohortOutcome:
    """All that the rules of one definition say of n responses, each column of length n."""

    size: int
    shown: dict[str, Flags]  # whether a question is on the path
    scales: dict[str, ScaleColumn]
    counts: dict[str, CountColumn]
    rules: dict[str, RuleColumn]
    flags: dict[str, Flags]


NOT_ASKED = Asked()
