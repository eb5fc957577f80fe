from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.messages.delivery import Delivery, Malformed
from shared.moments import calendar_date


@dataclass(frozen=True)
class ProcessRequest:
    game_date: date
    processors: tuple[str, ...]
    correlation_id: str


def read_request(delivery: Delivery, known: tuple[str, ...]) -> ProcessRequest:
    """`processor` names one; without it all run."""
    named = delivery.payload.get("processor")
    if named is not None and named not in known:
        raise Malformed(f"processor is {named!r:.60}, expected one of {', '.join(known)}")
    try:
        game_date = calendar_date(delivery.payload.get("game_date"))
    except ValueError as error:
        raise Malformed(f"game_date: {error}") from error
    return ProcessRequest(game_date, (str(named),) if named else known, delivery.correlation_id)
