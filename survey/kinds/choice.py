"""One answer out of a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, model_validator

from survey.answers import State, Value
from survey.kinds.question import Exact, Option, Question, Refused, exact, in_language, read_number


def _read_options(raw: Any) -> Any:
    """Give each option its code, and points when that is all a file says of it."""
    if not isinstance(raw, dict):
        return raw
    return {code: _read_option(code, entry) for code, entry in raw.items()}


def _read_option(code: str, entry: Any) -> Any:
    """Read one option: nothing, points, or a mapping of fields."""
    if isinstance(entry, Option):
        return entry
    if entry is None:
        return {"code": code}
    return {"code": code, **entry} if isinstance(entry, dict) else {"code": code, "points": entry}


#: The kinds of which the options have no order of their own.
SHUFFLED = ("choice", "choices")
_WRITTEN = re.compile(r"-?\d{1,16}(\.\d{1,12})?")
#: Options by code, in the order of the file.
Options = Annotated[dict[str, Option], BeforeValidator(_read_options)]


class Choice(Question):
    """A question with one answer out of its options; the code is stored, never the points."""

    widget: ClassVar[str] = "choice"

    options: Options
    shuffle: bool = False  # another order for each student, so that the first option is not the same for all

    @model_validator(mode="after")
    def _has_no_order(self) -> Self:
        if self.shuffle and self.kind not in SHUFFLED:
            raise ValueError("`shuffle` is for `choice` and `choices`; the options here have an order")
        return self

    def order(self, codes: Iterable[str], seed: str) -> list[str]:
        """Give option codes as they are shown: when shuffled the same for the same seed, what stands apart last."""
        if not self.shuffle:
            return list(codes)
        return sorted(codes, key=lambda code: self._place(code, seed))

    def _place(self, code: str, seed: str) -> tuple[bool, bytes]:
        option = self.options[code]
        if option.state or option.exclusive or option.other:  # as the file has them: sorting is stable
            return True, b""
        return False, sha256(f"{seed} {self.id} {code}".encode()).digest()

    def parse(self, raw: list[str]) -> Value | None:
        """Read the chosen code from a form."""
        codes = [code for code in raw if code]
        if len(codes) > 1:
            raise Refused("choose_one")
        return self.accept(codes[0]) if codes else None

    def accept(self, raw: object) -> Value | None:
        """Read an option code from JSON; a number, true and false mean the code that is written so."""
        if raw is None:
            return None
        code = code_of(raw, self.options)
        if code not in self.options:
            raise Refused("option_unknown", codes=list(self.options), value=code)
        return code

    @cached_property
    def others(self) -> dict[str, str]:
        """Give for each option "other, namely" the id of the text that it opens, by its code."""
        return {code: f"{self.id}_{code}" for code, option in self.options.items() if option.other}

    def written(self, value: Value) -> list[str]:
        """Give the codes that are ticked."""
        return list(value) if isinstance(value, tuple) else [str(value)]

    @cached_property
    def readings(self) -> dict[Value, tuple[State, Exact | None]]:
        """Give state and points by code; what scoring looks up thousands of times."""
        return {code: read_option(option) for code, option in self.options.items()}

    def reading(self, value: Value) -> tuple[State, Exact | None]:
        """Give state and points of a code; one that the question does not have is no answer."""
        return self.readings.get(value, (State.NOT_REACHED, None))

    def range(self) -> tuple[Exact, Exact] | None:
        """Give the lowest and highest points of the options that have points."""
        points = [points for _, points in self.readings.values() if points is not None]
        return (min(points), max(points)) if points else None

    def say(self, value: Value, language: str) -> str:
        """Give the words of the chosen option, its code when it has none."""
        option = self.options.get(str(value))
        return (in_language(option.text, language) if option else "") or str(value)


def code_of(raw: object, codes: Collection[str]) -> str:
    """Give the option code that a JSON value means; raises Refused for what cannot be one."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return next((code for code in codes if code.lower() == str(raw).lower()), str(raw).lower())
    try:
        number = read_number(raw)
    except ValueError:
        raise Refused("choose_one") from None
    written = str(number.numerator) if number.denominator == 1 else f"{float(number):g}"
    return written if written in codes else next((code for code in codes if _number(code) == number), written)


def _number(code: str) -> Fraction | None:
    return Fraction(code) if _WRITTEN.fullmatch(code) else None


def read_option(option: Option) -> tuple[State, Exact | None]:
    """Give the state of an option and its points, which only an answer that counts has."""
    state = option.state or State.ANSWERED
    counts = state is State.ANSWERED and option.points is not None
    return state, exact(option.points) if counts and option.points is not None else None
