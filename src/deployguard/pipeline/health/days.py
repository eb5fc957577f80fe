"""Days and their bounds in a time zone, those of 23 and 25 hours included."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

_PART = re.compile(r"(\d+)([dhms])")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


class Day(NamedTuple):
    """A date as it passes in a time zone."""

    date: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The moment at which it begins, in UTC; where midnight is skipped, the moment of the change."""
        return self.at(time())

    @property
    def end(self) -> datetime:
        """The moment at which the next one begins, in UTC."""
        return self.later(1).start

    def later(self, days: int) -> Day:
        return Day(self.date + timedelta(days), self.zone)

    def at(self, clock: time) -> datetime:
        """Return the moment of a wall-clock time, in UTC.

        A time that is skipped in spring counts from before the change (2:30 is then 3:30); one that comes twice in
        autumn is its first coming (PEP 495, fold=0).
        """
        return datetime.combine(self.date, clock, self.zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> Day:
    """Return the day that it is in a time zone at a moment."""
    return Day(moment.astimezone(zone).date(), zone)


def duration(text: str) -> timedelta:
    """Read a duration such as `26h` or `1h30m`; its form is checked by the configuration.

    Raises:
        OverflowError: it is longer than any calendar.
    """
    return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text)))


def spoken(span: timedelta) -> str:
    """Write a span in its two greatest units: `1d 2h`, `3h 5m`, `12s`."""
    left = int(abs(span.total_seconds()))
    parts = []
    for unit, size in _SECONDS.items():
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts[:2]) or "0s"
