"""When a school can act: its days, hours and holidays, as pure functions of a moment.

A day is counted on the school's clock, so that the nights in which that clock is changed have 23 and 25 hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
SATURDAY = 5
DAY = timedelta(days=1)
#: Nobody plans past this: settings that leave no school day would otherwise be searched for ever.
LONGEST_SEARCH = 800


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is at the school, Monday to Friday; `holidays` by their first and last day."""

    opens: time = time(8, 30)
    closes: time = time(17, 0)
    holidays: tuple[tuple[date, date], ...] = ()

    def is_school_day(self, day: date) -> bool:
        """Return whether somebody is there on this day."""
        return day.weekday() < SATURDAY and not any(first <= day <= last for first, last in self.holidays)


USUAL = Hours()


def next_school_day(now: datetime, hours: Hours = USUAL) -> date:
    """Return the first day on which the school can still act: today until it closes, else the next school day."""
    local = now.astimezone(ZONE)
    return _school_day(local.date() if local.time() < hours.closes else local.date() + DAY, hours)


def due_at(now: datetime, days: int = 0, hours: Hours = USUAL) -> datetime:
    """Return the end of the school day by which something that came in `now` must be done, `days` later at most."""
    day = _school_day(next_school_day(now, hours) + timedelta(days=days), hours)
    return datetime.combine(day, hours.closes, ZONE)


def is_open(now: datetime, hours: Hours = USUAL) -> bool:
    """Return whether somebody is at the school at this moment."""
    local = now.astimezone(ZONE)
    return hours.is_school_day(local.date()) and hours.opens <= local.time() < hours.closes


def after_working(now: datetime, span: timedelta, hours: Hours = USUAL) -> datetime:
    """Return the moment at which the school has been open for `span` since `now`, in UTC."""
    left = span
    for opens, closes in _openings(now, hours):
        began = max(opens, now.astimezone(UTC))
        if began + left <= closes:
            return began + left
        left -= max(closes - began, timedelta())
    raise AssertionError("openings do not end")


def next_within(now: datetime, first: time, last: time, hours: Hours = USUAL) -> datetime:
    """Return the first moment from `now` on that lies between two times of a school day, in UTC."""
    local = now.astimezone(ZONE)
    is_today = hours.is_school_day(local.date()) and local.time() < last
    day = local.date() if is_today else _school_day(local.date() + DAY, hours)
    return max(datetime.combine(day, first, ZONE).astimezone(UTC), now.astimezone(UTC))


def days_later(moment: datetime, days: int) -> datetime:
    """Return the same time on the school's clock so many days later, in UTC."""
    return (moment.astimezone(ZONE) + timedelta(days=days)).astimezone(UTC)


def _openings(now: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Give when the school opens and closes, in UTC, from the school day on or after `now`."""
    day = _school_day(now.astimezone(ZONE).date(), hours)
    while True:
        opens = datetime.combine(day, hours.opens, ZONE).astimezone(UTC)
        closes = datetime.combine(day, hours.closes, ZONE).astimezone(UTC)
        if closes > now.astimezone(UTC):
            yield opens, closes
        day = _school_day(day + DAY, hours)


def _school_day(day: date, hours: Hours) -> date:
    """Return the day itself, or the first school day after it; an ordinary weekday where none comes for two years."""
    for ahead in range(LONGEST_SEARCH):
        if hours.is_school_day(found := day + ahead * DAY):
            return found
    return _school_day(day, Hours(hours.opens, hours.closes))
