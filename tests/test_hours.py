"""School days and hours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.hours import due_at, next_school_day

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 3, 7, 0, tzinfo=AMSTERDAM), date(2026, 6, 3)),  # before school opens
        (datetime(2026, 6, 3, 16, 59, tzinfo=AMSTERDAM), date(2026, 6, 3)),
        (datetime(2026, 6, 3, 17, 0, tzinfo=AMSTERDAM), date(2026, 6, 4)),
        (datetime(2026, 6, 5, 17, 30, tzinfo=AMSTERDAM), date(2026, 6, 8)),  # Friday evening: Monday
        (datetime(2026, 6, 6, 12, 0, tzinfo=AMSTERDAM), date(2026, 6, 8)),
        (datetime(2026, 6, 7, 23, 59, tzinfo=AMSTERDAM), date(2026, 6, 8)),
        (datetime(2026, 6, 3, 22, 30, tzinfo=UTC), date(2026, 6, 4)),  # after midnight in Amsterdam, still open
    ],
)
def test_next_school_day(moment: datetime, day: date) -> None:
    assert next_school_day(moment) == day


def test_due_at_is_the_end_of_that_day_in_both_halves_of_the_year() -> None:
    assert due_at(datetime(2026, 7, 1, 10, tzinfo=UTC)) == datetime(2026, 7, 1, 15, tzinfo=UTC)
    assert due_at(datetime(2026, 12, 1, 10, tzinfo=UTC)) == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_due_at_a_week_later_is_a_school_day() -> None:
    assert due_at(datetime(2026, 6, 3, 10, tzinfo=UTC), days=7).date() == date(2026, 6, 10)
    assert due_at(datetime(2026, 6, 3, 10, tzinfo=UTC), days=3).date() == date(2026, 6, 8)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)))
def test_school_can_always_act_between_now_and_then(now: datetime) -> None:
    due = due_at(now)
    assert now < due and due.weekday() < 5
    assert (due - now).days < 3
