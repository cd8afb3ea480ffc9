"""Robots that try every way through a definition: what they reach, the longest and shortest path, the taps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey.definition.model import Definition
from survey.kinds import Calculated, Choice
from survey.route.horizon import Horizon, Key, Step

#: Start on the first page, and Send on the last.
START_AND_SEND = 2


@dataclass(frozen=True, slots=True)
class Walk:
    """What the robots found; ids in the order of the file."""

    pages: tuple[str, ...]
    unreached_pages: tuple[str, ...]
    options: tuple[str, ...]  # `question.code`
    unreached_options: tuple[str, ...]
    unreached_questions: tuple[str, ...]
    longest: tuple[str, ...]
    shortest: tuple[str, ...]
    dead_ends: tuple[str, ...]
    fewest_taps: int
    most_taps: int

    @property
    def is_whole(self) -> bool:
        """Tell whether everything is reached and every page can be left."""
        return not (self.unreached_pages or self.unreached_options or self.dead_ends)

    def to_plain(self) -> dict[str, object]:
        """Give the report of `survey walk --json`."""
        return {
            "pages": {"total": len(self.pages), "unreached": list(self.unreached_pages)},
            "options": {"total": len(self.options), "unreached": list(self.unreached_options)},
            "longest": list(self.longest),
            "shortest": list(self.shortest),
            "dead_ends": list(self.dead_ends),
            "taps": {"min": self.fewest_taps, "max": self.most_taps},
        }


def walk(definition: Definition) -> Walk:
    """Try every way that makes a difference; raises TooWide (survey.route.horizon) when there are too many."""
    horizon = Horizon(definition)
    horizon.explore(0, ())
    sight = horizon.sight
    options = [
        (question.id, code)
        for question in definition.questions.values()
        if isinstance(question, Choice)
        for code in question.options
    ]
    reached = {page.id for page in definition.pages if sight.questions & set(page.questions)}
    taps = _extremes(horizon, lambda step, index: (step.fewest_taps,), lambda step, index: (step.most_taps,))
    return Walk(
        pages=tuple(page.id for page in definition.pages),
        unreached_pages=tuple(page.id for page in definition.pages if page.id not in reached),
        options=tuple(f"{question}.{code}" for question, code in options),
        unreached_options=tuple(f"{asked}.{code}" for asked, code in options if (asked, code) not in sight.options),
        unreached_questions=tuple(
            name
            for name, question in definition.questions.items()
            if name not in sight.questions and not isinstance(question, Calculated)
        ),
        longest=_pages(horizon, _long(horizon)),
        shortest=_pages(horizon, _short(horizon)),
        dead_ends=tuple(page.id for page in definition.pages if page.id in sight.dead_ends),
        fewest_taps=taps[0] + START_AND_SEND,
        most_taps=taps[1] + START_AND_SEND,
    )


#: How good a step is; the sums along a way are compared, and the highest is taken.
Worth = Callable[[Step, int], tuple[int, ...]]


def _long(horizon: Horizon) -> Worth:
    """Prefer many counted pages, then few that are not counted."""

    def worth(step: Step, index: int) -> tuple[int, ...]:
        uncounted = horizon.steps[index].page.uncounted
        return (int(step.is_shown and not uncounted), -int(step.is_shown and uncounted))

    return worth


def _short(horizon: Horizon) -> Worth:
    """Prefer few pages."""
    return lambda step, index: (-int(step.is_shown),)


def _extremes(horizon: Horizon, fewest: Worth, most: Worth) -> tuple[int, int]:
    """Give the fewest and the most taps of any way."""
    low = _best(horizon, lambda step, index: (-fewest(step, index)[0],))
    high = _best(horizon, most)
    return -(low[0][()][0][0] if () in low[0] else 0), high[0][()][0][0] if () in high[0] else 0


def _best(horizon: Horizon, worth: Worth) -> list[dict[Key, tuple[tuple[int, ...], Step | None]]]:
    """Give, for each state of each page from which the end can be reached, the best sum and its first step."""
    ends: dict[Key, tuple[tuple[int, ...], Step | None]] = {(): ((), None)}
    table = [ends]
    for index in range(len(horizon.steps) - 1, -1, -1):
        later, here = table[0], {}
        for key, steps in horizon.layers[index].items():
            ways = [(_sum(worth(step, index), later[step.to][0]), step) for step in steps if step.to in later]
            if ways:
                here[key] = max(ways, key=lambda way: way[0])
        table.insert(0, here)  # type: ignore[arg-type]
    return table


def _sum(here: tuple[int, ...], later: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(here, later, strict=True)) if later else here


def _pages(horizon: Horizon, worth: Worth) -> tuple[str, ...]:
    """Give the pages of the best way, none when no way reaches the end."""
    table = _best(horizon, worth)
    pages: list[str] = []
    key: Key = ()
    for index, step in enumerate(horizon.steps):
        if key not in table[index] or (way := table[index][key][1]) is None:
            return ()
        if way.is_shown:
            pages.append(step.page.id)
        key = way.to
    return tuple(pages)
