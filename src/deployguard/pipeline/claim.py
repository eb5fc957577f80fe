"""A claim: who is about to publish the next phase's message, so that nobody else does at the same time.

The other writers of these documents keep the same form: examples/nba_pipeline/docs/trigger.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Publishing takes some seconds. A claim into next week blocks its date, and is not waited for in silence.
_BELIEVABLE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """`expires_at` is None where the document does not say it in a form that can be read."""

    owner: str
    expires_at: datetime | None

    def is_alive(self, now: datetime) -> bool:
        """Tell whether its owner may still be publishing."""
        return self.expires_at is not None and self.expires_at > now

    def is_believable(self, now: datetime) -> bool:
        """Tell whether it is alive for a time that publishing could need."""
        return self.is_alive(now) and self.expires_at is not None and self.expires_at - now <= _BELIEVABLE


def read_claim(value: object) -> Claim | None:
    """Read a claim from its field; None where there is none."""
    if value is None:
        return None
    given = value if isinstance(value, Mapping) else {}
    owner = given.get("owner")
    return Claim(owner if isinstance(owner, str) else "", _moment(given.get("expires_at")))


def written_claim(owner: str, trigger_id: str, now: datetime, seconds: float) -> dict[str, str]:
    """Return a claim as it is written."""
    return {
        "owner": owner,
        "trigger_id": trigger_id,
        "claimed_at": as_text(now),
        "expires_at": as_text(now + timedelta(seconds=seconds)),
    }


def as_text(moment: datetime) -> str:
    """Write a moment as all these documents do: ISO 8601, in UTC, with its offset."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(value: object) -> datetime | None:
    """Read text with an offset from UTC, or a timestamp of the store; everything else is no moment."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
