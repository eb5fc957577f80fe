"""A run of a processor in a process of its own, that stands still while it holds the lock."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from data_processors.analytics.processor import Surroundings
from data_processors.analytics.processors.player_game_summary import PlayerGameSummary
from google.cloud import firestore
from shared.documents.in_firestore import FirestoreDocuments
from shared.locks.lease import LockLost
from shared.locks.processing_lock import ProcessingLocks
from shared.messages.in_jsonl import JsonlPublisher
from shared.tables.in_duckdb import DuckdbTables
from shared.tables.store import PartitionWrite, Row, StaleFence, TableSchema, TableStore

from tests.examples.nba_pipeline.raw_days import DAY

LOCK_LOST, STALE_FENCE = 10, 11
Pause = Literal["calculating", "writing"]


@dataclass(frozen=True)
class Run:
    project: str
    folder: Path
    lease_seconds: float
    pause: Pause | None = None

    def surroundings(self) -> Surroundings:
        documents = FirestoreDocuments(firestore.Client(project=self.project))
        locks = ProcessingLocks(documents, "locks", self.lease_seconds)
        tables = LateTables(DuckdbTables(self.folder / "loaded.duckdb"), self)
        return Surroundings(tables, locks, JsonlPublisher(self.folder / "outbox.jsonl"), "completed")

    def stand_still_if(self, pause: Pause) -> None:
        if pause == self.pause:
            (self.folder / "standing").touch()
            while not (self.folder / "go").exists():
                time.sleep(0.01)


class Marked(PlayerGameSummary):
    """Its rows can be told from anybody else's."""

    def __init__(self, run: Run) -> None:
        super().__init__(run.surroundings())
        self._run = run

    def calculate(self, game_date: date) -> Sequence[Row]:
        rows = [{**row, "points": -1} for row in super().calculate(game_date)]
        self._run.stand_still_if("calculating")
        return rows


@dataclass(frozen=True)
class LateTables:
    """Stands still after the check of the lease and before the write."""

    inner: TableStore
    run: Run

    def read(self, table: TableSchema, first: date, last: date) -> list[Row]:
        return self.inner.read(table, first, last)

    def replace_partition(self, write: PartitionWrite) -> None:
        self.run.stand_still_if("writing")
        self.inner.replace_partition(write)


def run(run: Run) -> None:
    try:
        Marked(run).run(DAY, "marked")
    except LockLost:
        sys.exit(LOCK_LOST)
    except StaleFence:
        sys.exit(STALE_FENCE)
