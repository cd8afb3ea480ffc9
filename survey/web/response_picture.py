"""The picture of response: a column a day that grows and a bar a class, with the figures in words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from survey.following import ClassCount
from survey.i18n import Catalogue
from survey.quality.picture import Mark, stack
from survey.response import Day

HEIGHT, TOP, AXIS = 160, 22, 22  # pixels of the columns, of the words above them, and of those below
MOST_DAYS = 62  # in the picture; the table has them all
FEWEST_DAYS = 7  # that it has room for, so that a first day is no wall
#: From the ground up: who finished, who is busy, who got a message only.
TONES = ("brand", "shade-2", "ground")


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a column; places across are shares of the width, so that words keep their size."""

    tone: str
    x: str
    y: int
    width: str
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """A day in the table."""

    day: str
    invited: int
    started: int
    finished: int
    total: int  # who finished until then


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template draws."""

    text: str  # what it shows, for who does not see it
    highest: int
    boxes: tuple[Box, ...]
    first: str
    last: str
    legend: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]  # days on which something was
    height: int = TOP + HEIGHT + AXIS
    top: int = TOP
    ground: int = TOP + HEIGHT


def draw(days: Sequence[Day], asked: int, said: Catalogue) -> Chart | None:
    """Return the picture of these days, as high as all who are asked; None where nothing was yet."""
    if not days:
        return None
    sums = list(accumulate(((one.invited, one.started, one.finished) for one in days), _add))
    highest = max(asked, *sums[-1])
    shown = sums[-MOST_DAYS:]
    places = max(len(shown), FEWEST_DAYS)
    boxes = (box for place, totals in enumerate(shown) for box in _column(totals, highest, place, places))
    invited, started, finished = sums[-1]
    last = said.day_of_month(days[-1].day)
    legend = said.text("finished"), said.text("busy"), said.text("got a message, not started")
    return Chart(
        text=said.text(
            "Up to and including {day}: {invited} of {asked} got a message, {started} started, {finished} finished.",
            day=last,
            invited=invited,
            asked=asked,
            started=started,
            finished=finished,
        ),
        highest=highest,
        boxes=tuple(boxes),
        first=said.day_of_month(days[-len(shown)].day),
        last=last,
        legend=tuple(zip(TONES, legend, strict=True)),
        lines=tuple(
            Line(said.day_of_month(one.day), one.invited, one.started, one.finished, total[2])
            for one, total in zip(days, sums, strict=True)
            if one.invited or one.started or one.finished
        ),
    )


def draw_class(one: ClassCount) -> tuple[Mark, ...]:
    """Return the bar of a class: who finished, who is busy, and open the ones who are asked."""
    busy = one.started - one.finished
    return stack(zip(TONES[:2], (one.finished, busy), strict=True), one.asked) if one.asked else ()


def _add(before: tuple[int, ...], one: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(sum, zip(before, one, strict=True)))


def _column(totals: tuple[int, ...], highest: int, place: int, places: int) -> list[Box]:
    """Return the parts of a day's column, each above the one before it."""
    invited, started, finished = totals
    tops = (finished, max(started, finished), max(invited, started, finished))
    x, width = f"{100 * place / places:.3f}%", f"{100 / places:.3f}%"
    boxes, ground = [], 0
    for tone, value in zip(TONES, tops, strict=True):
        top = round(HEIGHT * value / highest)
        if top > ground:
            boxes.append(Box(tone, x, TOP + HEIGHT - top, width, top - ground))
        ground = top
    return boxes
