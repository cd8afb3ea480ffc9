"""Figures as rows of bars, lines and ticks along one axis: geometry for an SVG that is as wide as its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Heights in pixels: of a row with its label above its bar, of the bar, and where text and bar begin.
ROW, BAR, TEXT_AT, BAR_AT = 44, 14, 15, 22
AXIS = 22


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar, line or tick from `start` over `width`, shares of the axis; `tone` names its class."""

    tone: str
    start: float
    width: float = 0.0

    @property
    def x(self) -> str:
        """Return where it begins, for an attribute."""
        return _percent(self.start)

    @property
    def length(self) -> str:
        """Return how long it is, for an attribute."""
        return _percent(min(self.width, 1 - self.start))


@dataclass(frozen=True, slots=True)
class Row:
    """One label, what it says in figures, and its marks."""

    label: str
    said: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows from the top, and the axis below them: shares with their words."""

    title: str
    rows: tuple[Row, ...]
    axis: tuple[tuple[float, str], ...] = ()

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return len(self.rows) * ROW + (AXIS if self.axis else 0)

    def places(self) -> list[tuple[int, Row]]:
        """Return each row with its distance from the top."""
        return [(place * ROW, row) for place, row in enumerate(self.rows)]

    def ticks(self) -> list[tuple[str, str, str]]:
        """Return the axis: where, which end of the words stands there, and the words."""
        anchors = {0.0: "start", 1.0: "end"}
        return [(_percent(share), anchors.get(share, "middle"), said) for share, said in self.axis]


def stack(parts: Iterable[tuple[str, int | None]], whole: int) -> tuple[Mark, ...]:
    """Return parts of a whole behind each other, by their class; what is hidden is left open at the end."""
    marks, start = [], 0.0
    for tone, n in parts:
        if n:
            marks.append(Mark(tone, start, n / whole))
            start += n / whole
    return (*marks, Mark("open", start, 1 - start)) if start < 1 - 1e-9 else tuple(marks)


def interval(value: float, ends: Sequence[float] | None) -> tuple[Mark, ...]:
    """Return a figure between 0 and 1 as a tick, with its interval as a line."""
    tick = Mark("tick", _bounded(value))
    if ends is None:
        return (tick,)
    low, high = map(_bounded, ends)
    return Mark("line", low, high - low), tick


def _bounded(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _percent(share: float) -> str:
    return f"{_bounded(share) * 100:.2f}%"
