"""One holder at a time, whatever happens to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deployguard.journal.folder import FolderObjects
from deployguard.journal.lock import (
    Lock,
    LockHeldError,
    LockLostError,
    Patience,
    read_holder,
    sweep,
    take_lock,
)
from deployguard.journal.objects import ANY
from deployguard.model.errors import CloudError

PLACE = ("us-west2", "orders")
NAME = "locks/us-west2/orders.json"
HOLDING = """
import sys, time
from pathlib import Path
from deployguard.journal.folder import FolderObjects
from deployguard.journal.lock import take_lock
take_lock(FolderObjects(Path(sys.argv[1])), ("us-west2", "orders"), "rother")
print("held", flush=True)
time.sleep(60)
"""


def changed(objects: FolderObjects, **values: object) -> None:
    """Write the lock anew with some values changed, as another machine would have."""
    stored = objects.get(NAME)
    assert stored is not None
    objects.put(NAME, json.dumps({**json.loads(stored.content), **values}).encode())


def held_elsewhere(objects: FolderObjects, seconds: float) -> None:
    """Leave a lock of a process on another machine whose lease ends in some seconds."""
    take_lock(objects, PLACE, "rother").let_go()
    lock = Lock(objects, NAME, "rother")
    lock._take(0)
    expires = datetime.now(UTC) + timedelta(seconds=seconds)
    changed(objects, machine="another", expires=expires.isoformat())


def test_a_second_release_is_told_who_is_at_it(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    lock = take_lock(objects, PLACE, "r1")
    with pytest.raises(LockHeldError, match=f"process {os.getpid()} on .*release r1"):
        take_lock(objects, PLACE, "r2")
    lock.check()
    lock.let_go()
    assert objects.get(NAME) is None
    take_lock(objects, PLACE, "r2").let_go()


def test_another_service_or_region_is_free(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    locks = [take_lock(objects, place, "r1") for place in (PLACE, ("us-west2", "bills"), ("eu", "orders"))]
    for lock in locks:
        lock.let_go()


def test_of_many_at_once_one_gets_it(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)

    def attempt(number: int) -> bool:
        try:
            take_lock(objects, PLACE, f"r{number}")
        except LockHeldError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(attempt, range(6))).count(True) == 1


def test_waiting_gets_it_once_it_is_free(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    first = take_lock(objects, PLACE, "r1")

    def pause(_: float) -> None:
        first.let_go()

    take_lock(objects, PLACE, "r2", Patience(wait=30, pause=pause)).check()


def test_a_lease_that_ended_is_passed_over_and_one_that_goes_on_is_not(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    held_elsewhere(objects, 30)
    with pytest.raises(LockHeldError):
        take_lock(objects, PLACE, "r2")
    held_elsewhere_again = datetime.now(UTC) - timedelta(seconds=30)
    changed(objects, expires=held_elsewhere_again.isoformat())
    take_lock(objects, PLACE, "r2").let_go()


def test_a_holder_that_was_passed_over_changes_nothing_more(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    lock = take_lock(objects, PLACE, "r1")
    changed(objects, machine="another", expires=datetime(2020, 1, 1, tzinfo=UTC).isoformat())
    take_lock(objects, PLACE, "r2")
    with pytest.raises(LockLostError, match="another release"):
        lock.check()
    lock.let_go()
    holder = read_holder(objects, PLACE)
    assert holder is not None
    assert holder.release == "r2"


def test_a_lock_that_could_not_be_renewed_is_lost_though_nobody_took_it(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    lock = Lock(objects, NAME, "r1", lease=0.05)
    lock._take(0)
    time.sleep(0.1)
    with pytest.raises(LockLostError, match="lease"):
        lock.check()


class _ReadOnly(FolderObjects):
    """Takes the first write only."""

    def put(
        self, name: str, content: bytes, *, when: int = ANY, metadata: Mapping[str, str] | None = None
    ) -> int:
        if self.list(""):
            raise CloudError("permission", "permission storage.objects.delete is missing")
        return super().put(name, content, when=when, metadata=metadata)


@pytest.mark.slow
def test_a_lock_that_may_not_be_renewed_says_why_it_was_lost(tmp_path: Path) -> None:
    lock = take_lock(_ReadOnly(tmp_path), PLACE, "r1", Patience(lease=0.3))
    time.sleep(0.5)
    with pytest.raises(LockLostError, match=r"renewed \(permission storage.objects.delete is missing\)"):
        lock.check()
    lock.let_go()


@pytest.mark.slow
def test_work_that_outlasts_the_lease_keeps_it(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    lock = take_lock(objects, PLACE, "r1", Patience(lease=0.6))
    time.sleep(1.5)
    lock.check()
    lock.let_go()


def test_a_damaged_lock_is_said(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.put(NAME, b"\xff[]")
    with pytest.raises(CloudError, match="damaged"):
        take_lock(objects, PLACE, "r1")
    with pytest.raises(CloudError, match="damaged"):
        read_holder(objects, PLACE)


@pytest.mark.slow
def test_a_killed_holder_of_this_machine_is_passed_over_at_once(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    command = [sys.executable, "-c", HOLDING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LockHeldError):
            take_lock(objects, PLACE, "r2")
        process.send_signal(signal.SIGKILL)
    take_lock(objects, PLACE, "r2").let_go()


def test_sweeping_removes_what_a_late_holder_left_and_nothing_else(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    sweep(objects, PLACE)
    held_elsewhere(objects, 30)
    sweep(objects, PLACE)
    assert objects.get(NAME) is not None
    changed(objects, expires=datetime(2020, 1, 1, tzinfo=UTC).isoformat())
    sweep(objects, PLACE)
    assert objects.get(NAME) is None
