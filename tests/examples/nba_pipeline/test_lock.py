from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from shared.documents.in_sqlite import SqliteDocuments
from shared.documents.store import DocumentStore, Place
from shared.locks.lease import LockLost
from shared.locks.processing_lock import LockHeld, ProcessingLocks

from tests.examples.nba_pipeline.deliveries import ManualClock

pytestmark = pytest.mark.slow

PLACE = Place("locks", "summary:2026-02-01")
NAME = PLACE.key


def test_a_held_lock_is_refused_and_a_released_one_is_not(documents: DocumentStore) -> None:
    locks = ProcessingLocks(documents, "locks", 60)
    with locks.hold(NAME) as lease:
        lease.ensure_held()
        with pytest.raises(LockHeld, match=NAME):
            locks.acquire(NAME)
        locks.acquire("another:2026-02-01")
    with locks.hold(NAME) as next_lease:
        assert next_lease.fence > lease.fence


def test_a_failing_run_releases(documents: DocumentStore) -> None:
    locks = ProcessingLocks(documents, "locks", 60)
    with pytest.raises(ZeroDivisionError), locks.hold(NAME):
        raise ZeroDivisionError
    locks.acquire(NAME)


def test_of_many_one_gets_it(documents: DocumentStore) -> None:
    locks = ProcessingLocks(documents, "locks", 60)
    for _ in range(5):
        name = f"race:{time.monotonic_ns()}"
        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(lambda _, name=name: _gets(locks, name), range(3))) == 1


def test_of_many_one_takes_over(documents: DocumentStore) -> None:
    ProcessingLocks(documents, "locks", 0.1).acquire(NAME)
    time.sleep(0.15)
    locks = ProcessingLocks(documents, "locks", 60)
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: _gets(locks, NAME), range(3))) == 1


def test_renewal_keeps_it_longer_than_one_lease(documents: DocumentStore) -> None:
    locks = ProcessingLocks(documents, "locks", 0.6)
    with locks.hold(NAME) as lease:
        time.sleep(1.0)
        lease.ensure_held()
        with pytest.raises(LockHeld):
            locks.acquire(NAME)


def test_an_expired_lease_is_taken_over_and_its_holder_notices(documents: DocumentStore) -> None:
    locks = ProcessingLocks(documents, "locks", 0.3)
    old = locks.acquire(NAME)  # never started: nobody renews it, as if its process stood still
    time.sleep(0.4)
    new = locks.acquire(NAME)
    assert new.fence > old.fence
    with pytest.raises(LockLost):
        old.ensure_held()
    old.renew()
    with pytest.raises(LockLost):
        old.ensure_held()


def test_who_lost_it_releases_nothing(documents: DocumentStore) -> None:
    locks = ProcessingLocks(documents, "locks", 0.3)
    old = locks.acquire(NAME)
    time.sleep(0.4)
    new = ProcessingLocks(documents, "locks", 60).acquire(NAME)
    old.start()
    old.release()
    with pytest.raises(LockHeld):
        locks.acquire(NAME)
    new.renew()
    new.ensure_held()


@dataclass
class Time:
    """The holder's clock and the store's, moved by hand."""

    seconds: float = 0.0
    store: ManualClock = field(default_factory=ManualClock)

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds
        self.store.advance(seconds)


@pytest.fixture
def time_() -> Time:
    return Time()


@pytest.fixture
def locks(tmp_path: Path, time_: Time) -> ProcessingLocks:
    documents = SqliteDocuments(tmp_path / "locks.sqlite", time_.store)
    return ProcessingLocks(documents, "locks", 60, lambda: time_.seconds)


def test_the_holder_stops_before_another_may_start(locks: ProcessingLocks, time_: Time) -> None:
    lease = locks.acquire(NAME)
    time_.pass_(59.9)
    lease.ensure_held()
    with pytest.raises(LockHeld):
        locks.acquire(NAME)
    time_.pass_(0.1)
    with pytest.raises(LockLost):
        lease.ensure_held()
    locks.acquire(NAME)


def test_each_renewal_starts_the_lease_anew(locks: ProcessingLocks, time_: Time) -> None:
    lease = locks.acquire(NAME)
    for _ in range(5):
        time_.pass_(50)
        lease.renew()
        lease.ensure_held()
        with pytest.raises(LockHeld):
            locks.acquire(NAME)


def test_an_own_write_whose_answer_was_lost_is_no_loss(locks: ProcessingLocks) -> None:
    lease = locks.acquire(NAME)
    found = locks.documents.get(PLACE)
    assert found is not None
    locks.documents.update(PLACE, {"renewals": 1}, found.version)
    lease.renew()
    lease.renew()
    lease.ensure_held()


def test_fences_rise_even_after_a_lock_was_deleted_by_hand(locks: ProcessingLocks, tmp_path: Path) -> None:
    fences = [_cycle(locks) for _ in range(3)]
    with sqlite3.connect(tmp_path / "locks.sqlite") as database:
        database.execute("DELETE FROM documents")
    database.close()
    fences.append(_cycle(locks))
    assert fences == sorted(set(fences))


def _cycle(locks: ProcessingLocks) -> int:
    with locks.hold(NAME) as lease:
        time.sleep(0.002)
        return lease.fence


def _gets(locks: ProcessingLocks, name: str) -> bool:
    try:
        locks.acquire(name)
    except LockHeld:
        return False
    return True
