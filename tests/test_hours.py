"""School days, hours and holidays, through the nights in which the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.hours import ZONE, Hours, after_working, days_later, due_at, is_open, next_school_day, next_within

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHRISTMAS = (date(2026, 12, 19), date(2027, 1, 3))
CAPITAL = Hours(holidays=(CHRISTMAS, (date(2028, 2, 28), date(2028, 2, 28))))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
HOLIDAYS = st.lists(
    st.tuples(st.dates(date(2024, 1, 1), date(2032, 1, 1)), st.integers(0, 60)), max_size=6
).map(lambda found: tuple((first, first + timedelta(days=days)) for first, days in found))
HOURS = st.builds(
    Hours,
    opens=st.times(time(6), time(10)).map(lambda clock: clock.replace(microsecond=0)),
    closes=st.times(time(12), time(20)).map(lambda clock: clock.replace(microsecond=0)),
    holidays=HOLIDAYS,
)


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (at(2026, 6, 3, 7), date(2026, 6, 3)),  # before school opens
        (at(2026, 6, 3, 16, 59), date(2026, 6, 3)),
        (at(2026, 6, 3, 17), date(2026, 6, 4)),
        (at(2026, 6, 5, 17, 30), date(2026, 6, 8)),  # Friday evening: Monday
        (at(2026, 6, 6), date(2026, 6, 8)),
        (at(2026, 6, 7, 23, 59), date(2026, 6, 8)),
        (datetime(2026, 6, 3, 22, 30, tzinfo=UTC), date(2026, 6, 4)),  # after midnight in Amsterdam, still open
        (at(2026, 6, 30, 18), date(2026, 7, 1)),  # the end of a month
        (at(2026, 12, 18, 16), date(2026, 12, 18)),  # the last hour before Christmas
        (at(2026, 12, 18, 17), date(2027, 1, 4)),
        (at(2026, 12, 25), date(2027, 1, 4)),
        (at(2028, 2, 25, 18), date(2028, 2, 29)),  # a Friday before a free Monday, in a leap year
    ],
)
def test_next_school_day(moment: datetime, day: date) -> None:
    assert next_school_day(moment, CAPITAL) == day


def test_without_settings_a_school_works_on_weekdays_until_five() -> None:
    assert next_school_day(at(2026, 12, 25)) == date(2026, 12, 25)
    assert due_at(at(2026, 12, 24, 18)) == at(2026, 12, 25, 17)


def test_due_at_is_the_end_of_that_day_in_both_halves_of_the_year() -> None:
    assert due_at(datetime(2026, 7, 1, 10, tzinfo=UTC)) == datetime(2026, 7, 1, 15, tzinfo=UTC)
    assert due_at(datetime(2026, 12, 1, 10, tzinfo=UTC)) == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_due_at_a_week_later_is_a_school_day() -> None:
    assert due_at(datetime(2026, 6, 3, 10, tzinfo=UTC), days=7).date() == date(2026, 6, 10)
    assert due_at(datetime(2026, 6, 3, 10, tzinfo=UTC), days=3).date() == date(2026, 6, 8)
    assert due_at(at(2026, 12, 17), days=7, hours=CAPITAL) == at(2027, 1, 4, 17)


@pytest.mark.parametrize(
    ("moment", "hours", "passed"),
    [
        (at(2026, 6, 3, 10), 2, at(2026, 6, 3, 12)),
        (at(2026, 6, 3, 15), 2, at(2026, 6, 3, 17)),  # exactly until it closes
        (at(2026, 6, 3, 16), 2, at(2026, 6, 4, 9, 30)),
        (at(2026, 6, 3, 20), 2, at(2026, 6, 4, 10, 30)),
        (at(2026, 6, 3, 6), 2, at(2026, 6, 3, 10, 30)),
        (at(2026, 6, 5, 16, 30), 2, at(2026, 6, 8, 10)),  # over a weekend
        (at(2026, 12, 18, 16), 2, at(2027, 1, 4, 9, 30)),  # over Christmas
        (at(2026, 3, 27, 16), 2, at(2026, 3, 30, 9, 30)),  # over the night of 23 hours
        (at(2026, 10, 23, 16), 2, at(2026, 10, 26, 9, 30)),  # over the night of 25 hours
        (at(2026, 3, 29, 2, 30), 1, at(2026, 3, 30, 9, 30)),  # a time that the clock skips
        (at(2028, 2, 28, 10), 2, at(2028, 2, 29, 10, 30)),  # the leap day
        (at(2026, 6, 3, 10), 20, at(2026, 6, 5, 13)),
    ],
)
def test_working_hours_pass_only_while_somebody_is_there(moment: datetime, hours: int, passed: datetime) -> None:
    assert after_working(moment, timedelta(hours=hours), CAPITAL) == passed


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (at(2026, 6, 3, 10), at(2026, 6, 3, 10)),
        (at(2026, 6, 3, 8), at(2026, 6, 3, 9)),
        (at(2026, 6, 3, 19), at(2026, 6, 4, 9)),
        (at(2026, 6, 6, 10), at(2026, 6, 8, 9)),
        (at(2026, 12, 18, 19), at(2027, 1, 4, 9)),
        (at(2026, 3, 28, 10), at(2026, 3, 30, 9)),  # summer time began in between
        (at(2026, 10, 24, 23), at(2026, 10, 26, 9)),  # and winter time
        (at(2028, 2, 28, 10), at(2028, 2, 29, 9)),
    ],
)
def test_mail_waits_for_the_window_of_a_school_day(moment: datetime, sent: datetime) -> None:
    assert next_within(moment, time(9), time(19), CAPITAL) == sent


@pytest.mark.parametrize("moment", [at(2026, 3, 27, 9), at(2026, 10, 23, 9), at(2026, 1, 29, 9), at(2028, 2, 26, 9)])
def test_days_later_is_the_same_time_on_the_clock(moment: datetime) -> None:
    later = days_later(moment, 3).astimezone(ZONE)
    assert (later.hour, later.date()) == (9, moment.date() + timedelta(days=3))


@pytest.mark.parametrize(
    ("moment", "answered"),
    [(at(2026, 6, 3, 8, 29), False), (at(2026, 6, 3, 8, 30), True), (at(2026, 6, 3, 17), False), (at(2026, 6, 6), False)],
)
def test_somebody_is_there_from_opening_to_closing(moment: datetime, answered: bool) -> None:
    assert is_open(moment) is answered
    assert not is_open(at(2026, 12, 24, 10), CAPITAL)


def test_holidays_without_end_are_taken_for_a_mistake() -> None:
    always = Hours(holidays=((date(2000, 1, 1), date(2100, 1, 1)),))
    assert next_school_day(at(2026, 6, 6), always) == date(2026, 6, 8)
    assert after_working(at(2026, 6, 6), timedelta(hours=1), always) == at(2026, 6, 8, 9, 30)


@given(MOMENTS, HOURS)
def test_promises_fall_on_school_days_and_never_in_the_past(now: datetime, hours: Hours) -> None:
    due = due_at(now, hours=hours)
    assert now < due and hours.is_school_day(due.date()) and due.astimezone(ZONE).time() == hours.closes
    sent = next_within(now, hours.opens, hours.closes, hours)
    assert now <= sent and is_open(sent, hours)


@given(MOMENTS, HOURS, st.integers(0, 40), st.integers(0, 40))
def test_working_hours_add_up(now: datetime, hours: Hours, one: int, other: int) -> None:
    span = timedelta(hours=one)
    halfway = after_working(now, span, hours)
    assert now <= halfway
    both = after_working(now, span + timedelta(hours=other), hours)
    assert both >= halfway
    if one and other:
        assert after_working(halfway, timedelta(hours=other), hours) == both
