"""What is known while a condition is evaluated, and what may come out of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, Protocol

from survey.expression.tree import Ref

Number = int | Fraction
#: A truth that cannot be told, and a number that is missing: both are None, so that `is None` asks for either.
UNKNOWN: Final = None
MISSING: Final = None


class Absence:
    """The number of what does not apply: the question was not shown, the scale has nothing in it."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absence()

#: States in which a question is on the path without an answer that counts (values of survey.answers.State).
MISSING_STATES: Final = frozenset({"unknown", "refused", "not_reached"})
NOT_SHOWN: Final = "not_shown"
#: Why a scale that does not apply has no value.
NOT_APPLICABLE: Final = "not_applicable"


class Scaled(Protocol):
    """What a condition reads of a scale's result."""

    @property
    def value(self) -> Number | None: ...

    @property
    def band(self) -> str | None: ...

    @property
    def answered(self) -> int: ...

    @property
    def applicable(self) -> int: ...

    @property
    def why(self) -> str | None: ...

    @property
    def lifted_by(self) -> int | None: ...


class Counted(Protocol):
    """What a condition reads of a count's result."""

    @property
    def low(self) -> int: ...

    @property
    def high(self) -> int: ...

    @property
    def bands(self) -> tuple[str, ...]: ...


@dataclass(slots=True)
class Scope:
    """Answers and results so far; `scales`, `counts` and `rules` are filled as they are computed."""

    values: Mapping[str, str | Fraction | tuple[str, ...]]  # as given, on the path
    states: Mapping[str, str]  # by question; one that is not in it was not shown
    points: Mapping[str, Number] = field(default_factory=dict)
    scales: Mapping[str, Scaled] = field(default_factory=dict)
    counts: Mapping[str, Counted] = field(default_factory=dict)
    rules: Mapping[str, str | int | None] = field(default_factory=dict)


Result = bool | Number | None
Truth = Callable[[Scope], bool | None]
Quantity = Callable[[Scope], Number | Absence | None]
Bounds = Callable[[Scope], tuple[Number, Number] | Absence | None]
Role = Literal["question", "scale", "count", "rule"]


@dataclass(frozen=True, slots=True)
class Roles:
    """What ids are: on their own, and with a part (`size >= 3` the question, `size.band` the scale)."""

    bare: Mapping[str, Role]
    parts: Mapping[str, Role]

    def of(self, ref: Ref) -> Role:
        """Return where the value of a reference is found."""
        return self.bare[ref.name] if ref.part is None else self.parts[ref.name]
