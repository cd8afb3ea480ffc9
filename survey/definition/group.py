"""A group of questions that is asked several times: how a file says it, and what a definition keeps of it."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from survey.kinds.question import About, Condition, Frozen, Id, Text, Wording

#: More times than this nobody answers the same questions.
MOST_TIMES = 10
#: What each question of a group has of it, unless it says so itself.
OF_GROUP = ("topic", "purpose", "ground", "seen_by", "shared_with", "sensitive", "why", "about")


class Repeat(Frozen):
    """How often: as many as an earlier number says, or once more whenever the student says so."""

    max: Annotated[int, Field(ge=2, le=MOST_TIMES)]
    min: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = None
    times: Id | None = None  # a number question of an earlier page
    another: Any = None  # the text of "is there another?", or that question whole

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.times is None) == (self.another is None):
            raise ValueError("say how often: `another:` asks after each time, or `times:` names an earlier number")
        if self.times is not None and self.min is not None:
            raise ValueError("with `times:` the answer says how often; take `min:` out")
        if (self.min or 1) >= self.max:
            raise ValueError("`min` is below `max`; what is always asked as often needs no group")
        return self


class GroupEntry(Frozen):
    """A group as a file has it, among its questions."""

    id: Id
    repeat: Repeat
    questions: Annotated[dict[Id, Any], Field(min_length=1)]
    pages: tuple[Any, ...] | None = None  # left out: one a question
    title: Wording = {}  # above a page of several questions: "Baan {number}"
    show_if: Condition | None = None
    topic: Id | None = None  # this and what follows: of each question in it
    purpose: Text = {}
    ground: Text = {}
    seen_by: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()
    why: Wording = {}
    sensitive: bool = False
    about: About | None = None


class Group(Frozen):
    """A group that was written out: question 2 of it is called `<group>_2_<question>`."""

    id: Id
    max: int
    times: Id | None = None
    questions: tuple[Id, ...]  # as the file calls them
    instances: tuple[tuple[Id, ...], ...]  # the questions of each time, "is there another?" not among them
    another: tuple[Id, ...] = ()  # the questions that ask for one more
