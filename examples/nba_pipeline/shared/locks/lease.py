from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.documents.store import Changed, DocumentStore, Place
from shared.structured_logs import with_fields

Monotonic = Callable[[], float]
_log = logging.getLogger(__name__)


class LockLost(Exception):
    """The lease ran out or was taken over: this run may not write any more."""


@dataclass(frozen=True)
class Grant:
    place: Place
    owner: str
    fence: int
    seconds: float
    version: str


class Lease:
    """A granted lock, renewed in the background until it is released or lost.

    The holder counts from before its last renewal was sent, the others from when the store wrote it:
    so the holder always stops first, and no clocks are compared.
    """

    def __init__(
        self, documents: DocumentStore, grant: Grant, asked_at: float, monotonic: Monotonic = time.monotonic
    ) -> None:
        self.fence = grant.fence
        self._documents = documents
        self._grant = grant
        self._version = grant.version
        self._monotonic = monotonic
        self._deadline = asked_at + grant.seconds
        self._renewed = 0
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._renewals = threading.Thread(target=self._keep_renewing, name="lease renewal", daemon=True)

    def start(self) -> None:
        self._renewals.start()

    def ensure_held(self) -> None:
        if self._lost.is_set() or self._monotonic() >= self._deadline:
            raise LockLost(f"{self._grant.place.key}: the lease with fence {self.fence} is over")

    def release(self) -> None:
        """Only the owner's version of the document is changed; a successor's stays as it is."""
        self._ended.set()
        self._renewals.join()
        if self._lost.is_set():
            return
        try:
            self._write({"owner": None})
        except Exception:
            # The work is done either way, and an unreleased lease ends by itself.
            _log.warning("Lock not released", exc_info=True, extra=self._about())

    def renew(self) -> None:
        asked_at = self._monotonic()
        try:
            # A write that changes nothing would leave the store's update time, and so the lease, as it was.
            self._renewed += 1
            self._write({"renewals": self._renewed})
        except Changed:
            if not self._adopt():
                self._lost.set()
                _log.error("Lock lost", extra=self._about())
                return
        self._deadline = asked_at + self._grant.seconds

    def _keep_renewing(self) -> None:
        while not self._ended.wait(self._grant.seconds / 3) and not self._lost.is_set():
            try:
                self.renew()
            except Exception:
                # The store may come back before the deadline; ensure_held judges by that.
                _log.warning("Lock not renewed", exc_info=True, extra=self._about())

    def _write(self, fields: dict[str, object]) -> None:
        self._version = self._documents.update(self._grant.place, fields, self._version)

    def _adopt(self) -> bool:
        """True if the changed document is our own earlier write, whose answer was lost."""
        found = self._documents.get(self._grant.place)
        if found is None or found.fields.get("owner") != self._grant.owner:
            return False
        self._version = found.version
        return True

    def _about(self) -> dict[str, object]:
        return with_fields(lock=self._grant.place.key, fence=self.fence, owner=self._grant.owner)
