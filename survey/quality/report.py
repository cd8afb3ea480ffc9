"""The quality figures of one questionnaire version as values; docs/quality.md says what each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.quality.cells import Cell

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ItemReport:
    """One question: how many are in each state, and how many of the answers are at the ends of its points."""

    id: str
    states: Mapping[str, Cell]  # those that can occur
    floor: Cell | None  # None: there are no points
    ceiling: Cell | None
    floor_share: float | None  # of those who answered
    ceiling_share: float | None


@dataclass(frozen=True, slots=True)
class TermReport:
    """One question as a part of one scale, with its points after map, reverse and weight."""

    id: str
    reversed: bool
    item_rest: float | None
    alpha_if_dropped: float | None
    item_rest_pairwise: float | None
    alpha_if_dropped_pairwise: float | None


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """How the questions of one scale hang together, over those who answered all of them; or pair by pair."""

    id: str
    complete: Cell
    alpha: float | None
    alpha_interval: Interval | None
    omega: float | None
    alpha_pairwise: float | None
    alpha_pairwise_interval: Interval | None
    items: tuple[TermReport, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many respondents got each band of a scale or count, or each value of a rule."""

    id: str
    kind: str  # scale, count, rule
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class PageReport:
    """One page: who got no further, and the seconds from the first answer of the page before to its own."""

    id: str
    stopped: Cell
    median_seconds: float | None
    p90_seconds: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """All figures; where there are too few responses `n` is None and everything else is empty."""

    questionnaire: str
    version: int
    digest: str
    n: int | None
    complete: Cell | None = None  # who answered every question that was shown and waits for an answer
    begun: Cell | None = None
    not_sent: Cell | None = None  # who answered every page and did not send
    items: tuple[ItemReport, ...] = ()
    scales: tuple[ScaleReport, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    pages: tuple[PageReport, ...] = ()
