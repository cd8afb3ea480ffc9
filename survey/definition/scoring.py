"""The words of a definition that turn answers into numbers: scales and counts (their meaning: docs/scoring.md)."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from survey.expression import parse
from survey.kinds.question import Condition, Frozen, Id, Number, Text

Rounding = Literal["half_up", "half_even", "ceil", "floor"]


class Step(Frozen):
    """One row of a table in steps: what is below its edge, and not below an earlier one; the last has no edge."""

    below: Number | None = None
    value: Number | None = None


def _entries(raw: Any) -> Any:
    """Read the keys of a table as the texts that option codes and numbers are."""
    return {str(key): entry for key, entry in raw.items()} if isinstance(raw, dict) else raw


def _table_shape(raw: Any) -> str:
    return "entries" if isinstance(raw, dict) else "steps"


#: From a code or an exact number to a number (none: it has no value), or in steps.
Table = Annotated[
    Annotated[dict[str, Number | None], BeforeValidator(_entries), Tag("entries")]
    | Annotated[tuple[Step, ...], Tag("steps")],
    Discriminator(_table_shape),
]


class Norm(Frozen):
    """The table of one norm group: the first whose condition is true is used."""

    when: Condition = parse("true")
    table: Table


def _lookup_shape(raw: Any) -> str:
    """Tell one table from tables by option code (`by`), and steps from norm groups."""
    if isinstance(raw, dict):
        return "groups" if any(isinstance(entry, (dict, list, tuple)) for entry in raw.values()) else "entries"
    rows = list(raw) if isinstance(raw, (list, tuple)) else []
    grouped = any(isinstance(row, Norm) or (isinstance(row, dict) and "table" in row) for row in rows)
    return "norms" if grouped else "steps"


Lookup = Annotated[
    Annotated[dict[str, Number | None], BeforeValidator(_entries), Tag("entries")]
    | Annotated[tuple[Step, ...], Tag("steps")]
    | Annotated[dict[str, Table], BeforeValidator(_entries), Tag("groups")]
    | Annotated[tuple[Norm, ...], Tag("norms")],
    Discriminator(_lookup_shape),
]


class Term(Frozen):
    """One part of a scale: a question, scale or count, reversed, weighted or mapped; or a calculation (`value`)."""

    ref: Id | None = None
    value: Condition | None = None  # instead of ref: `{value: 1, when: q1 >= 2}` adds one point when q1 is 2 or more
    reverse: bool = False  # "-id" in the file: that item's own min + max - x
    weight: Number = Fraction(1)
    map: Table | None = None  # points for this scale only, before reverse and weight
    when: Condition | None = None  # takes part only when true; when false it leaves the denominator

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.ref is None) == (self.value is None):
            raise ValueError("a term names either `ref` or `value`")
        if self.reverse and self.ref is None:
            raise ValueError("only a `ref` can be reversed; write the calculation the other way round")
        return self


class Missing(Frozen):
    """How many terms may be missing (left out: any number), and what then; the default allows none."""

    max: Annotated[int, Field(ge=0)] | None = None
    max_share: Number | None = None  # of the terms that apply: 0.5 asks that half are answered
    rule: Literal["prorate", "ignore", "zero", "null"] = "null"

    @model_validator(mode="after")
    def _rule_is_named(self) -> Self:
        if self.rule == "null" and (self.max or self.max_share):
            raise ValueError("say what happens with missing terms: `rule: prorate`, `ignore` or `zero`")
        if self.max_share is not None and not 0 <= self.max_share <= 1:
            raise ValueError("`max_share` is a share from 0 to 1")
        return self


class Rescale(Frozen):
    """A straight line from one range to another; `from` left out is the range that the scale can have."""

    source: tuple[Number, Number] | None = Field(default=None, alias="from")
    to: tuple[Number, Number]

    @model_validator(mode="after")
    def _has_width(self) -> Self:
        if self.source is not None and self.source[0] == self.source[1]:
            raise ValueError("`from` needs two different numbers")
        return self


class BandEdge(Frozen):
    """A band holds raw values below its edge; the last band has none."""

    below: Number | None = None
    label: str


class Lift(Frozen):
    """One strong answer that moves the band, whatever the value and even without one."""

    when: Condition
    to: str


class Scale(Frozen):
    """One scored domain: an operation over terms (`op`, `of`), or a calculation (`value`).

    The steps are taken in this order: value, rescale, times, plus, clip, round, lookup. Bands are on the exact
    value before `round`, or on what the lookup gives.
    """

    id: Id
    text: Text = {}
    topic: Id | None = None
    op: Literal["sum", "mean", "min", "max", "count", "first"] | None = None
    of: tuple[Term, ...] = ()
    value: Condition | None = None  # an arithmetic expression over scales, counts and points
    when: Condition | None = None  # the scale applies only when true
    missing: Missing | None = None  # left out: none may be missing; with `count` and `first`, any number
    empty: Number | None = None  # the value when nothing was left to reckon with
    range: tuple[Number, Number] | None = None  # left out: reckoned from the terms
    rescale: Rescale | None = None
    times: Number = Fraction(1)
    plus: Number = Fraction(0)
    clip: tuple[Number | None, Number | None] | None = None
    round: tuple[Annotated[int, Field(ge=-6, le=12)], Rounding] | None = None
    lookup: Lookup | None = None
    by: Id | None = None  # the question whose code chooses one of the tables of `lookup`
    bands: tuple[BandEdge, ...] = ()
    lift: tuple[Lift, ...] = ()
    unknown: str | None = None  # the band when there is no value
    sentences: dict[str, Text] = {}  # by band: one sentence to the student
    sentences_report: dict[str, Text] = {}  # by band: one neutral sentence to a receiver

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.value is not None and (self.op is not None or self.of):
            raise ValueError("a scale has either `value` or `op` with `of`, not both")
        if self.value is None and (self.op is None or not self.of):
            raise ValueError("a scale needs `op` and `of`, such as `op: sum` and `of: [q1, q2]`, or a `value`")
        grouped = self.lookup is not None and _lookup_shape(self.lookup) == "groups"
        if grouped != (self.by is not None):
            raise ValueError("tables by code in `lookup` need `by: question_id`, and `by` needs such tables")
        return self


class Circumstance(Frozen):
    """One named thing that counts one point, with its own sentence."""

    id: Id
    when: Condition
    text: Text = {}  # to the student
    text_report: Text = {}  # to a receiver


class Count(Frozen):
    """Circumstances counted with bounds: low when every unknown is false, high when every one is true."""

    id: Id
    text: Text = {}
    of: tuple[Circumstance, ...]
    bands: tuple[BandEdge, ...] = ()  # asked for as `<id>.band`; unknown while low and high are in different bands
