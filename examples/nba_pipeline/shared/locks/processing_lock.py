"""A lock in one document: create() and update-if-unchanged, never a transaction.

Firestore's transactions queue behind each other on one document and time out; a precondition fails at once.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from shared.documents.store import AlreadyExists, Changed, Document, DocumentStore, Fields, Place
from shared.locks.lease import Grant, Lease, Monotonic


class LockHeld(Exception):
    """Somebody else is at work: come back later."""


@dataclass(frozen=True)
class ProcessingLocks:
    documents: DocumentStore
    collection: str
    lease_seconds: float
    monotonic: Monotonic = time.monotonic

    @contextmanager
    def hold(self, name: str) -> Iterator[Lease]:
        """Raises LockHeld at once; waiting is left to Pub/Sub, which is better at it."""
        lease = self.acquire(name)
        lease.start()
        try:
            yield lease
        finally:
            lease.release()

    def acquire(self, name: str) -> Lease:
        place = Place(self.collection, name)
        owner = uuid.uuid4().hex
        asked_at = self.monotonic()
        grant = self._granted(place, owner, self.documents.get(place))
        return Lease(self.documents, grant, asked_at, self.monotonic)

    def _granted(self, place: Place, owner: str, found: Document | None) -> Grant:
        if found and _is_alive(found):
            raise LockHeld(f"{place.key} is held by {found.fields.get('holder')}")
        fence = _next_fence(found)
        fields = self._fields(owner, fence)
        try:
            version = (
                self.documents.update(place, fields, found.version)
                if found
                else self.documents.create(place, fields)
            )
        except (AlreadyExists, Changed) as error:
            raise LockHeld(f"{place.key} was taken a moment ago") from error
        return Grant(place, owner, fence, self.lease_seconds, version)

    def _fields(self, owner: str, fence: int) -> Fields:
        holder = f"{socket.gethostname()}:{os.getpid()}"
        return {
            "owner": owner,
            "holder": holder,
            "fence": fence,
            "lease_seconds": self.lease_seconds,
            "renewals": 0,
        }


def _is_alive(found: Document) -> bool:
    """By the store's clock alone: every renewal is a write, so the lease runs from the last write."""
    lease = timedelta(seconds=float(str(found.fields["lease_seconds"])))
    return found.fields["owner"] is not None and found.read_at < found.written_at + lease


def _next_fence(found: Document | None) -> int:
    """Greater than any before: the present millisecond, or one more than the last where clocks disagree.

    Counting from 1 would do until somebody deletes a lock's document by hand: from then on its table,
    which remembers a greater fence, would refuse every run.
    """
    now = time.time_ns() // 1_000_000
    return max(now, int(str(found.fields["fence"])) + 1) if found else now
