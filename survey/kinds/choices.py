"""Several answers out of a list, with "none of these" that stands alone."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from survey.answers import State, Value
from survey.kinds.choice import Choice, code_of
from survey.kinds.question import Exact, Exported, Refused


class Choices(Choice):
    """A question with any number of its options for an answer, kept in the order of the options."""

    widget: ClassVar[str] = "choices"

    def parse(self, raw: list[str]) -> Value | None:
        """Read the ticked codes from a form; none ticked is no answer."""
        codes = [code for code in raw if code]
        return self.accept(codes) if codes else None

    def accept(self, raw: object) -> Value | None:
        """Read a list of codes from JSON, or one code.

        An empty list says "none of these", unless an option says so itself: then it is no answer.
        """
        if raw is None:
            return None
        given = [code_of(code, self.options) for code in (raw if isinstance(raw, list | tuple) else [raw])]
        for code in given:
            if code not in self.options:
                raise Refused("option_unknown", codes=list(self.options), value=code)
        alone = [code for code in given if code in self.exclusive_codes]
        if alone and len(set(given)) > 1:
            raise Refused("choose_alone", option=alone[0])
        if not given and self.exclusive_codes:
            return None
        return tuple(code for code in self.options if code in given)

    @cached_property
    def exclusive_codes(self) -> frozenset[str]:
        """Give the codes that stand alone; a state (don't know) always does."""
        return frozenset(code for code, option in self.options.items() if option.exclusive or option.state)

    def reading(self, value: Value) -> tuple[State, Exact | None]:
        """Give the sum of the points of what was chosen; a state when an option with a state was."""
        if not isinstance(value, tuple):
            return State.NOT_REACHED, None
        total: Exact = 0
        for code in value:
            state, points = self.readings.get(code, (State.NOT_REACHED, None))
            if state is not State.ANSWERED:
                return state, None
            total += points or 0
        return State.ANSWERED, total

    def range(self) -> tuple[Exact, Exact] | None:
        """Give the lowest and highest sum of points that can be chosen."""
        alone = [self.readings[code][1] or 0 for code in self.exclusive_codes if self.options[code].state is None]
        points = [points or 0 for code, (_, points) in self.readings.items() if code not in self.exclusive_codes]
        if not any(points for _, points in self.readings.values()):
            return None
        low, high = sum(each for each in points if each < 0), sum(each for each in points if each > 0)
        return min([low, *alone]), max([high, *alone])

    def say(self, value: Value, language: str) -> str:
        """Give the words of the chosen options, with commas between them."""
        codes = value if isinstance(value, tuple) else (value,)
        return ", ".join(super(Choices, self).say(str(code), language) for code in codes)

    def export(self, value: Value) -> Exported:
        """Give the list of codes."""
        return list(value) if isinstance(value, tuple) else [str(value)]
