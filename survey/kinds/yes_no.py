"""Yes or no."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

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
    own = {code: entry if isinstance(entry, dict) else {"points": entry} for code, entry in raw.items()}
    return {code: {**YES_NO.get(code, {}), **own.get(code, {})} for code in [*YES_NO, *(c for c in own if c not in YES_NO)]}


class YesNo(Choice):
    """A choice of `yes` (1 point) and `no` (0), and what a file adds, such as "don't know"."""

    widget: ClassVar[str] = "yes_no"

    options: Annotated[Options, BeforeValidator(_complete)] = _complete({})  # type: ignore[assignment]

    def accept(self, raw: object) -> Value | None:
        """Read a code, or a JSON true or false."""
        if isinstance(raw, bool):
            return "yes" if raw else "no"
        return super().accept(raw)
