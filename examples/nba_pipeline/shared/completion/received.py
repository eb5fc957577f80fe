from __future__ import annotations

from collections.abc import Callable

from shared.documents.store import DocumentStore, Place
from shared.locks.processing_lock import ProcessingLocks
from shared.moments import Clock, as_text, utc_now


class ReceivedTriggers:
    """The receiver's half of the bargain: a trigger may come twice, its work is done once.

    The note is written after the work, so that a crash in between repeats the work rather than loses it;
    the lock keeps two deliveries from working at the same time.
    """

    def __init__(
        self, documents: DocumentStore, locks: ProcessingLocks, collection: str, now: Clock = utc_now
    ) -> None:
        self._documents = documents
        self._locks = locks
        self._collection = collection
        self._now = now

    def once(self, trigger_id: str, work: Callable[[], None]) -> bool:
        """False for a duplicate. Raises LockHeld while another delivery works on it."""
        place = Place(self._collection, trigger_id)
        if self._documents.get(place):
            return False
        with self._locks.hold(f"{self._collection}:{trigger_id}") as lease:
            if self._documents.get(place):
                return False
            work()
            lease.ensure_held()
            self._documents.put(place, {"done_at": as_text(self._now())})
            return True
