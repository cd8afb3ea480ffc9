"""Students in: a file of any school's system read, its columns recognised, its rows checked and compared; pure."""

from __future__ import annotations

from survey.intake.mapping import FIELDS, Mapped, choose, guess, is_never, same_heading
from survey.intake.plan import Change, Known, Line, Outcome, Plan, make_plan
from survey.intake.reading import Broken, Cell, Sheet, Unreadable, read_file
from survey.intake.rows import Checked, Mistake, check_row

__all__ = [
    "FIELDS",
    "Broken",
    "Cell",
    "Change",
    "Checked",
    "Known",
    "Line",
    "Mapped",
    "Mistake",
    "Outcome",
    "Plan",
    "Sheet",
    "Unreadable",
    "check_row",
    "choose",
    "guess",
    "is_never",
    "make_plan",
    "read_file",
    "same_heading",
]
