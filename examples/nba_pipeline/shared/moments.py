"""Moments as text: UTC, ISO 8601, the same in every store, and in the order of time when sorted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Raises ValueError for what is not a moment, or is one without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no offset from UTC: {text!r}")
    return moment


def calendar_date(text: object) -> date:
    """A date as 2026-02-01 and in no other spelling: it becomes a document's name."""
    if not isinstance(text, str) or len(text) != 10:
        raise ValueError(f"not a date: {text!r}")
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"not a date: {text!r}")
    return day
