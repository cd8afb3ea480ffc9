"""Flags in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from survey.flags import Raised
from survey.i18n import catalogue
from survey.web.alarms import count_open, say_near

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "vandaag 17:00"),
        (datetime(2026, 11, 22, 23, 5, tzinfo=UTC), "vandaag 00:05"),  # a new day in Amsterdam, not yet in UTC
        (datetime(2026, 11, 22, 22, 55, tzinfo=UTC), "zondag 22 november 23:55"),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "dinsdag 24 november 17:00"),
    ],
)
def test_moment_is_said_as_in_the_school(moment: datetime, said: str) -> None:
    assert say_near(moment, NOW, catalogue("nl")) == said


def make_flag(student: str, group: str, taken_at: datetime | None = None) -> Raised:
    """Return a flag of a student in a class."""
    return Raised("x", student, f"sitting {student}", group, "round", student, group, {}, NOW, NOW, None, taken_at)


def test_students_are_counted_and_not_flags() -> None:
    raised = [
        make_flag("Noor", "V2B"),
        make_flag("Daan", "H1A"),
        make_flag("Noor", "V2B"),
        make_flag("Sem", "V2B"),
        make_flag("Yara", "V2B", NOW),
    ]
    assert count_open(raised) == {("round", "H1A"): 1, ("round", "V2B"): 2}
