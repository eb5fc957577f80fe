"""Every kind of check, by the name that the configuration gives it."""

from __future__ import annotations

from collections.abc import Callable

from deployguard.pipeline.health import by_query, by_tracker, fresh, on_time, unique, volume
from deployguard.pipeline.health.question import Answer, Question

KINDS: dict[str, Callable[[Question], Answer]] = {
    "completion": by_tracker.judge,
    "unique": unique.judge,
    "fresh": fresh.judge,
    "on-time": on_time.judge,
    "volume": volume.judge,
    "sql": by_query.judge,
}
