"""Yes or no."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from survey.answers import Value
from survey.kinds.choice import Choice, Options

#: The options that need not be written: code, points and words, each of which a file may change.
YES_NO: dict[str, dict[str, Any]] = {
    "yes": {"points": 1, "text": {"nl": "Ja", "en": "Yes"}},
    "no": {"points": 0, "text": {"nl": "Nee", "en": "No"}},
}


def _complete(raw: Any) -> Any:
    """Put `yes` and `no` in front of the options of a file, which may change or add some."""
    if not isinstance(raw, dict):
        return raw
    return {code: _one(YES_NO.get(code), raw.get(code)) for code in {**YES_NO, **raw}}


def _one(default: dict[str, Any] | None, own: Any) -> Any:
    """Give one option: what a file says of it, on top of what need not be written."""
    if default is None or own is None:
        return own if default is None else default
    return {**default, **own} if isinstance(own, dict) else {**default, "points": own}


class YesNo(Choice):
    """A choice of `yes` (1 point) and `no` (0), and what a file adds, such as "don't know"."""

    widget: ClassVar[str] = "yes_no"

    options: Annotated[Options, BeforeValidator(_complete)] = Field(default={}, validate_default=True)

    def accept(self, raw: object) -> Value | None:
        """Read a code, or a JSON true or false."""
        if isinstance(raw, bool):
            return "yes" if raw else "no"
        return super().accept(raw)
