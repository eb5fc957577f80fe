from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from shared.messages.delivery import Delivery, Malformed
from shared.moments import as_text, calendar_date, from_text

STATUSES = ("success", "no_data")


@dataclass(frozen=True)
class Completion:
    """A processor is done with a date. What the sender publishes and what the tracker records."""

    processor: str
    game_date: date
    status: str
    completed_at: datetime
    correlation_id: str
    record_count: int = 0

    def payload(self) -> dict[str, object]:
        return {"processor": self.processor, "game_date": self.game_date.isoformat(), **self.entry()}

    def entry(self) -> dict[str, object]:
        return {
            "completed_at": as_text(self.completed_at),
            "correlation_id": self.correlation_id,
            "status": self.status,
            "record_count": self.record_count,
        }


def read_completion(delivery: Delivery, expected: Collection[str]) -> Completion:
    payload = delivery.payload
    return Completion(
        processor=_one_of(payload.get("processor"), expected, "processor"),
        game_date=_date(payload.get("game_date")),
        status=_one_of(payload.get("status"), STATUSES, "status"),
        completed_at=_moment(payload.get("completed_at")),
        correlation_id=delivery.correlation_id,
        record_count=_count(payload.get("record_count", 0)),
    )


def _one_of(value: object, allowed: Collection[str], name: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise Malformed(f"{name} is {value!r:.60}, expected one of {', '.join(allowed)}")
    return value


def _date(value: object) -> date:
    try:
        return calendar_date(value)
    except ValueError as error:
        raise Malformed(f"game_date is {value!r:.60}, expected a date such as 2026-02-01") from error


def _moment(value: object) -> datetime:
    try:
        return from_text(str(value))
    except (ValueError, OverflowError) as error:
        raise Malformed(
            f"completed_at is {value!r:.60}, expected a moment with its offset from UTC"
        ) from error


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise Malformed(f"record_count is {value!r:.60}, expected a number of rows")
    return value
