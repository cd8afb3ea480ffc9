"""When the school can act: its days and hours, as pure functions of a moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
CLOSES = time(17, 0)  # Monday to Friday; holidays are not known yet
SATURDAY = 5


def next_school_day(now: datetime) -> date:
    """Return the first day on which the school can still act: today until it closes, else the next weekday."""
    local = now.astimezone(ZONE)
    return _weekday(local.date() if local.time() < CLOSES else local.date() + timedelta(days=1))


def due_at(now: datetime, days: int = 0) -> datetime:
    """Return the end of the school day by which something that came in `now` must be done, `days` later at most."""
    day = _weekday(next_school_day(now) + timedelta(days=days))
    return datetime.combine(day, CLOSES, ZONE)


def _weekday(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
