"""What every kind of question has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from survey.expression import Expression, parse

#: Words by language code, "und" when a file gives one text for all languages.
Text = Annotated[dict[str, str], BeforeValidator(lambda raw: {"und": raw} if isinstance(raw, str) else raw)]
Condition = Annotated[Expression, BeforeValidator(parse)]


class Frozen(BaseModel):
    """A part of a definition: frozen, and refusing words that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
