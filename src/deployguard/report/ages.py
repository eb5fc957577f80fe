"""How long ago something was, as a person says it."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((365 * 86400, "year"), (30 * 86400, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def age(then: datetime, now: datetime) -> str:
    """Return how long before `now` it was, such as `3 days ago`; a clock that runs ahead reads as `just now`.

    Both are timezone-aware.
    """
    seconds = (now - then).total_seconds()
    for unit, word in _UNITS:
        if number := int(max(seconds, 0) // unit):
            return f"{number} {word}{'s' if number > 1 else ''} ago"
    return "just now"


def moment(when: datetime) -> str:
    """Return a moment to the minute, such as `2026-11-23 09:36 UTC`; `when` is timezone-aware."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
