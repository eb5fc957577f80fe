"""Calendar days in a tracker's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo


def today_in(zone: tzinfo, now: datetime) -> date:
    """Return which day it is there; `now` is timezone-aware.

    Raises:
        ValueError: `now` has no time zone, and would be taken for the machine's own.
    """
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone says no day")
    return now.astimezone(zone).date()


def days_until(last: date, days: int) -> tuple[date, ...]:
    """Return so many calendar days, the last of them `last`, the oldest first.

    Days are counted, not hours: a day of 23 or 25 hours is one day.
    """
    return tuple(last - timedelta(days=ago) for ago in reversed(range(days)))
