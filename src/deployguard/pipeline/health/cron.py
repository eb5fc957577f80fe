"""The five fields of unix-cron, as Cloud Scheduler reads them (scheduler/docs/configuring/cron-job-schedules)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True, slots=True)
class Cron:
    """When something runs. Weekdays are numbered from Sunday, 0.

    `either`: both kinds of days are restricted, and a day that fits one of them is enough.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool = False

    def runs_on(self, day: date) -> bool:
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        fits = (of_month or of_week) if self.either else (of_month and of_week)
        return day.month in self.months and fits

    @property
    def first(self) -> time:
        """The first time of a day on which it runs."""
        return time(self.hours[0], self.minutes[0])


def parse_cron(text: str) -> Cron:
    """Read a schedule.

    Raises:
        ValueError: what is wrong with it.
    """
    fields = text.lower().split()
    if len(fields) != 5:
        raise ValueError("a schedule has five fields: minute, hour, day, month, weekday")
    minutes, hours, days, months, weekdays = fields
    return Cron(
        tuple(sorted(_field(minutes, 0, 59))),
        tuple(sorted(_field(hours, 0, 23))),
        frozenset(_field(days, 1, 31)),
        frozenset(_field(months, 1, 12, _MONTHS, 1)),
        frozenset(number % 7 for number in _field(weekdays, 0, 7, _WEEKDAYS)),
        not (days.startswith("*") or weekdays.startswith("*")),
    )


def _field(text: str, least: int, most: int, names: tuple[str, ...] = (), base: int = 0) -> set[int]:
    known = {name: number for number, name in enumerate(names, base)}
    return {number for part in text.split(",") for number in _part(part, least, most, known)}


def _part(part: str, least: int, most: int, names: dict[str, int]) -> range:
    span, slash, step = part.partition("/")
    first, dash, last = span.partition("-")
    if span == "*":
        low, high = least, most
    else:
        low = _number(first, names)
        high = _number(last, {**names, "sun": 7}) if dash else (most if slash else low)
    by = _number(step, {}) if slash else 1
    if not (least <= low <= high <= most and by > 0):
        raise ValueError(f"`{part}` is not within {least} to {most}")
    return range(low, high + 1, by)


def _number(word: str, names: dict[str, int]) -> int:
    if word in names:
        return names[word]
    if not (word.isascii() and word.isdigit()):
        raise ValueError(f"`{word}` is not a number")
    return int(word)
