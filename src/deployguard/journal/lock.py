"""One release per service at a time: an object that only its holder may write.

It is created where none is, taken over by the generation that was read, and renewed while work goes on. Every mutation
is to be preceded by `check()`: a holder that was away too long, and lost its lock, finds out there.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from deployguard.journal.holder import Holder, as_json, described, holder_in, holder_of, is_dead, is_expired
from deployguard.journal.objects import ABSENT, Objects
from deployguard.journal.reading import damaged, values_of
from deployguard.model.errors import CloudError, DeployguardError

LEASE = 60.0
SKEW = 5.0  # seconds that the clocks of two machines may differ
_PAUSE = 1.0
_WHAT = "a lock"
_LONGEST = 3600.0  # seconds; no lease is that long


class Patience(NamedTuple):
    """`lease` and `wait` are in seconds; `pause` sleeps so many, and may raise to give up."""

    wait: float = 0.0
    lease: float = LEASE
    pause: Callable[[float], None] = time.sleep


IMPATIENT = Patience()


class LockHeldError(DeployguardError):
    """Somebody else releases this service."""


class LockLostError(DeployguardError):
    """This process held the lock, and another one has it now: nothing may be changed any more."""


class Lock:
    """The lock `locks/REGION/SERVICE.json`, held by this process."""

    def __init__(self, objects: Objects, name: str, release: str, lease: float = LEASE) -> None:
        self.name = name
        self.release = release
        self._objects = objects
        self._lease = lease
        self._generation = ABSENT
        self._safe_until = 0.0
        self._lost = ""
        self._refused = ""  # why it could not be renewed the last time
        self._turn = threading.Lock()
        self._ended = threading.Event()

    def check(self) -> None:
        """Read the lock again.

        Raises:
            LockLostError: it is another's, or may be.
            CloudError: it cannot be read.
        """
        with self._turn:
            if not self._lost:
                stored = self._objects.get(self.name)
                if stored is None or stored.generation != self._generation:
                    self._lost = "another release has taken it over"
                elif time.monotonic() > self._safe_until:
                    self._lost = f"its lease ended before it could be renewed{self._refused}"
            if self._lost:
                raise LockLostError(f"{self.name}: this lock is lost: {self._lost}; nothing more is changed")

    def let_go(self) -> None:
        """Give the lock back; one that is another's by now is left alone."""
        self._ended.set()
        with self._turn, suppress(CloudError):
            self._objects.delete(self.name, when=self._generation)

    def _take(self, at: int) -> None:
        before = time.monotonic()
        self._generation = self._objects.put(self.name, self._content(), when=at)
        self._safe_until = before + self._lease

    def _content(self) -> bytes:
        expires = datetime.now(UTC) + timedelta(seconds=self._lease)
        return json.dumps({"schema": 1, **as_json(holder_of(self.release, expires))}).encode()

    def _keep(self) -> None:
        while not self._ended.wait(self._lease / 3):
            with self._turn:
                if self._ended.is_set() or self._lost:
                    return
                try:
                    self._take(self._generation)
                    self._refused = ""
                except CloudError as error:
                    self._refused = f" ({error})"
                    if error.kind == "conflict" and not self._is_own():
                        self._lost = "another release has taken it over"

    def _is_own(self) -> bool:
        """A renewal whose answer was lost looks like a conflict: what is there is then this process's own."""
        with suppress(CloudError):
            stored = self._objects.get(self.name)
            if stored is None or _read(self.name, stored.content).release != self.release:
                return False
            self._generation = stored.generation
        return True  # also where it cannot be told now: the lease tells in time


def take_lock(
    objects: Objects,
    place: tuple[str, str],
    release: str,
    patience: Patience = IMPATIENT,
) -> Lock:
    """Take the lock of a service; `place` is its region and name. A dead or late holder is passed over.

    Raises:
        LockHeldError: somebody else holds it, also after the wait.
        CloudError: the bucket cannot be used.
    """
    lock = Lock(objects, f"locks/{place[0]}/{place[1]}.json", release, patience.lease)
    until = time.monotonic() + patience.wait
    while True:
        holder = _attempt(objects, lock)
        if holder is None:
            threading.Thread(target=lock._keep, name=lock.name, daemon=True).start()
            return lock
        if time.monotonic() >= until:
            is_odd = is_expired(holder, -_LONGEST) is False
            cure = (
                f"no lease is that long: a clock is wrong there or here; once that process is gone, remove {lock.name} "
                "from the bucket"
                if is_odd
                else "--wait SECONDS waits for it"
            )
            raise LockHeldError(f"{place[1]} is being released by {described(holder)}; {cure}")
        patience.pause(min(_PAUSE, max(0.0, until - time.monotonic())))


def sweep(objects: Objects, place: tuple[str, str]) -> None:
    """Remove the lock of a holder that is dead, or late; anybody else's stays.

    Raises:
        CloudError: the bucket cannot be used, or the lock is damaged.
    """
    holder = read_holder(objects, place)
    if holder is not None and (is_dead(holder) or is_expired(holder, SKEW)):
        with suppress(LockHeldError):
            take_lock(objects, place, f"{holder.release}-swept").let_go()


def read_holder(objects: Objects, place: tuple[str, str]) -> Holder | None:
    """Return who holds the lock of a service, None for nobody.

    Raises:
        CloudError: the bucket cannot be read, or the lock is damaged.
    """
    name = f"locks/{place[0]}/{place[1]}.json"
    stored = objects.get(name)
    return None if stored is None else _read(name, stored.content)


def _attempt(objects: Objects, lock: Lock) -> Holder | None:
    """Try once; return who is in the way, None when the lock is taken."""
    for _ in range(10):
        stored = objects.get(lock.name)
        at = ABSENT
        if stored is not None:
            holder = _read(lock.name, stored.content)
            is_own = holder.release == lock.release  # created before, but the answer was lost
            if not is_own and not is_dead(holder) and not is_expired(holder, SKEW):
                return holder
            at = stored.generation
        try:
            lock._take(at)
        except CloudError as error:
            if error.kind != "conflict":
                raise
        else:
            return None
    raise CloudError("conflict", f"{lock.name}: changes faster than it can be taken")


def _read(name: str, content: bytes) -> Holder:
    values = values_of(name, content, _WHAT)
    try:
        return holder_in(values)
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(name, _WHAT, error) from error
