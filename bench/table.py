"""Figures as one table: what was measured, what to reach, and whether it was reached."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; `reach` is None where the issue names no bound."""

    name: str
    value: float
    unit: str
    reach: float | None = None

    @property
    def verdict(self) -> str:
        """Say whether the bound is kept; every bound here is a most."""
        if self.reach is None:
            return ""
        return "reached" if self.value <= self.reach else "NOT reached"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_time(
    work: Callable[[], object], rounds: int = 5, loops: int = 1, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the median seconds of one call of `work` over rounds of loops; `clock` may count CPU time instead."""
    taken = []
    for _ in range(rounds):
        begin = clock()
        for _ in range(loops):
            work()
        taken.append((clock() - begin) / loops)
    return statistics.median(taken)


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print a table on standard output."""
    print(f"\n{title}\n{'-' * len(title)}")
    for figure in figures:
        bound = "" if figure.reach is None else f"<= {figure.reach:g}"
        print(f"{figure.name:<52} {figure.value:>10.4g} {figure.unit:<8} {bound:<10} {figure.verdict}")
