"""A sentence to agree or disagree with, on a scale of words."""

from __future__ import annotations

from typing import ClassVar

from survey.kinds.choice import Choice


class Statement(Choice):
    """A choice that looks like a statement: its options are steps in order, from one end to the other."""

    widget: ClassVar[str] = "statement"
