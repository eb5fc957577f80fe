"""Days of the week and files of dates: on which days something is expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from deployguard.pipeline.health.database import Unanswered
from deployguard.pipeline.tracker import Tracker
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Files = Callable[[str], str | None]
"""The text of a file of the tree that is read, None where there is none."""

NotDue = Callable[[date], str]
"""Why nothing is expected on a day, "" where something is. May raise Unanswered."""


class DateFile(NamedTuple):
    """`days` are those named; it knows of all days from `first` to `last`."""

    days: frozenset[date]
    first: date
    last: date


def files_of(tree: SourceTree) -> Files:
    """Return what reads the files of a tree; in a work tree, those too that are not in git."""

    def text(path: str) -> str | None:
        found = resolve(tree, path)
        entry = found.entry if isinstance(found, Resolved) else None
        entry = entry or (tree.untracked(path) if tree.kind == "worktree" else None)
        if entry is None:
            return None
        try:
            return tree.content(entry).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unanswered(f"{path}: is not UTF-8") from error

    return text


def not_due(tracker: Tracker, files: Files) -> NotDue:
    """Return what tells on which days a tracker needs no document."""

    def why(day: date) -> str:
        if not is_weekday_of(tracker.expects, day):
            return f"none is expected on {day:%A} (`{tracker.expects}`)"
        if tracker.calendar and not in_file(tracker.calendar, files, day):
            return f"none is expected: the day is not in {tracker.calendar}"
        return ""

    return why


def is_weekday_of(pattern: str, day: date) -> bool:
    """Tell whether a pattern of days of the week, "" for all of them, has this one."""
    return not pattern or _WEEKDAYS[day.weekday()] in weekdays(pattern)


def weekdays(pattern: str) -> frozenset[str]:
    """Read `mon-fri`, `mon,wed`, or `sat-mon`, which goes over the end of the week."""
    found = set()
    for part in pattern.split(","):
        first, _, last = part.partition("-")
        start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        found |= {_WEEKDAYS[number % 7] for number in range(start, end + (7 if end < start else 0) + 1)}
    return frozenset(found)


def parse_dates(text: str, path: str) -> DateFile:
    """Read a file of dates: one `YYYY-MM-DD` a line, `#` begins a remark, `until YYYY-MM-DD` says how far it knows.

    Raises:
        Unanswered: a line is something else, or there is no date.
    """
    days, until = set(), []
    for number, line in enumerate(text.splitlines(), 1):
        word = line.partition("#")[0].strip()
        try:
            if word.startswith("until "):
                until.append(date.fromisoformat(word.removeprefix("until ").strip()))
            elif word:
                days.add(date.fromisoformat(word))
        except ValueError as error:
            raise Unanswered(f"{path}:{number}: `{word[:40]}` is not a date such as 2026-02-01") from error
    if not days:
        raise Unanswered(f"{path}: has no date")
    return DateFile(frozenset(days), min(days), max(*days, *until, min(days)))


def in_file(path: str, files: Files, day: date) -> bool:
    """Tell whether a file of dates names a day.

    Raises:
        Unanswered: it is not there, cannot be read, or does not know of this day.
    """
    text = files(path)
    if text is None:
        raise Unanswered(f"{path}: the calendar is not in this tree; add the file, or correct `calendar`")
    known = parse_dates(text, path)
    if not known.first <= day <= known.last:
        raise Unanswered(
            f"{path}: knows the days from {known.first} to {known.last} only; add dates, "
            "or a line `until YYYY-MM-DD` where no more are expected until then"
        )
    return day in known.days
