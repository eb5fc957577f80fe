"""Messages as Pub/Sub delivers them, and a publisher that remembers."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.messages.publisher import OutgoingMessage

DATE = "2026-02-01"
START = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


def envelope(payload: object, message_id: str = "m1", **attributes: str) -> dict[str, object]:
    data = base64.b64encode(json.dumps(payload).encode()).decode()
    return {"message": {"data": data, "messageId": message_id, "attributes": attributes}, "subscription": "s"}


def completion(processor: str, game_date: str = DATE, **changes: object) -> dict[str, object]:
    payload = {
        "processor": processor,
        "game_date": game_date,
        "status": "success",
        "completed_at": "2026-02-02T08:30:00+00:00",
        "correlation_id": f"run-of-{processor}",
        "record_count": 7,
        **changes,
    }
    return envelope(payload, message_id=f"id{processor.replace('_', '')}")


@dataclass
class RecordingPublisher:
    messages: list[OutgoingMessage] = field(default_factory=list)

    def publish(self, message: OutgoingMessage) -> str:
        self.messages.append(message)
        return f"published-{len(self.messages)}"

    def trigger_ids(self) -> list[str]:
        return [message.attributes["trigger_id"] for message in self.messages]


@dataclass
class ManualClock:
    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def counted(fields: Mapping[str, object]) -> list[str]:
    return sorted(name for name in fields if not name.startswith("_"))
