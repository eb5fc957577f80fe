"""The two repairs of a document: its count, from its own keys; and the next phase's message that was never sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from deployguard.pipeline.claim import as_text
from deployguard.pipeline.judging import shape
from deployguard.pipeline.rewrite import rewrite
from deployguard.pipeline.state import ABSENT, read_state
from deployguard.pipeline.store import Fields, Store
from deployguard.pipeline.tracker import RECONCILED_AT, RECONCILED_REASON, Tracker

Clock = Callable[[], datetime]


def mend_count(store: Store, tracker: Tracker, day: date, clock: Clock) -> str:
    """Set the stored count to what the document's keys say now; return what was done, "" where it was right.

    Raises:
        CloudError: the store refused; whether it was written is then unknown, and doing it again is harmless.
    """

    def counted(fields: Fields) -> Fields:
        state = read_state(tracker, fields)
        if state.count_is_right:
            return {}
        return {
            tracker.count_field: state.actual,
            RECONCILED_AT: as_text(clock()),
            RECONCILED_REASON: _what(state.stored, state.actual),
        }

    return str(rewrite(store, day.isoformat(), counted).changes.get(RECONCILED_REASON, ""))


def _what(stored: object, actual: int) -> str:
    is_number = isinstance(stored, int | float) and not isinstance(stored, bool)
    was = "none" if stored is ABSENT else str(stored) if is_number else shape(stored)
    return f"count {was} -> {actual}"
