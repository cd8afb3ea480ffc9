"""Flags in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from survey.i18n import catalogue
from survey.web.alarms import say_near

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
