"""Holders of the lock that are killed, or stand still and wake up late: on the Firestore emulator, in real processes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from data_processors.analytics.processors.player_game_summary import PlayerGameSummary
from shared.documents.in_firestore import FirestoreDocuments
from shared.locks.processing_lock import LockHeld
from shared.tables.in_duckdb import DuckdbTables

from tests.examples.nba_pipeline.crowds import ROWS, TABLE, Crowd, use_at_once
from tests.examples.nba_pipeline.holders import LOCK_LOST, STALE_FENCE, Pause, Run, run
from tests.examples.nba_pipeline.processes import started
from tests.examples.nba_pipeline.raw_days import DAY

pytestmark = pytest.mark.slow

LEASE = 1.5


@pytest.fixture
def later(firestore_documents: FirestoreDocuments, loaded: DuckdbTables, project: str, tmp_path: Path) -> Run:
    return Run(project, tmp_path, LEASE)


@pytest.fixture(params=["calculating"])
def holder(request: pytest.FixtureRequest, later: Run) -> Iterator[ForkServerProcess]:
    """A process that has the lock and stands still."""
    pause: Pause = request.param
    process = started(run, Run(later.project, later.folder, LEASE, pause))
    _until((later.folder / "standing").exists)
    yield process
    if process.is_alive():
        process.kill()
    process.join(10)


def test_after_a_kill_the_next_run_takes_over_when_the_lease_is_over(holder: ForkServerProcess, later: Run) -> None:
    holder.kill()
    holder.join(10)
    assert holder.exitcode == -signal.SIGKILL
    began = time.monotonic()
    refused = 0
    while not _runs(later):
        refused += 1
        time.sleep(0.05)
    assert refused > 0
    assert time.monotonic() - began < LEASE + 5
    assert _points(later) == [20, 10]


def test_a_holder_at_work_is_not_taken_over_however_long_it_works(holder: ForkServerProcess, later: Run) -> None:
    end = time.monotonic() + 2 * LEASE
    while time.monotonic() < end:
        assert not _runs(later)
        time.sleep(0.1)
    _go_on(holder, later)
    assert (holder.exitcode, _points(later)) == (0, [-1, -1])


@pytest.mark.parametrize(
    ("holder", "code"), [("calculating", LOCK_LOST), ("writing", STALE_FENCE)], indirect=["holder"]
)
def test_who_wakes_up_too_late_cannot_write(holder: ForkServerProcess, later: Run, code: int) -> None:
    assert holder.pid
    os.kill(holder.pid, signal.SIGSTOP)
    time.sleep(LEASE)
    _until(lambda: _runs(later))
    os.kill(holder.pid, signal.SIGCONT)
    _go_on(holder, later)
    assert holder.exitcode == code
    assert _points(later) == [20, 10]
    announced = [json.loads(line) for line in (later.folder / "outbox.jsonl").read_text().splitlines()]
    assert [line["payload"]["correlation_id"] for line in announced] == ["later"]


def _go_on(holder: ForkServerProcess, later: Run) -> None:
    (later.folder / "go").touch()
    holder.join(30)


def _runs(later: Run) -> bool:
    try:
        PlayerGameSummary(later.surroundings()).run(DAY, "later")
    except LockHeld:
        return False
    return True


def _points(later: Run) -> list[object]:
    tables = later.surroundings().tables
    return [row["points"] for row in tables.read(PlayerGameSummary.table, DAY, DAY)]


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_one_duckdb_file_stands_many_threads_of_many_processes(tmp_path: Path) -> None:
    crowd = [started(use_at_once, Crowd(tmp_path / "crowd.duckdb", threads=3, rounds=4)) for _ in range(3)]
    for process in crowd:
        process.join(60)
    assert [process.exitcode for process in crowd] == [0, 0, 0]
    assert len(DuckdbTables(tmp_path / "crowd.duckdb").read(TABLE, DAY, DAY)) == ROWS
