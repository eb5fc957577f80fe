"""The one way to run a processor. A new one adds a table and a calculation, and cannot forget the rest."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, final

from shared.completion.message import Completion
from shared.dedup.primary_key import Deduplicated, first_by_key
from shared.locks.lease import Lease
from shared.locks.processing_lock import ProcessingLocks
from shared.messages.publisher import OutgoingMessage, Publisher
from shared.moments import Clock, utc_now
from shared.structured_logs import with_fields
from shared.tables.store import PartitionWrite, Row, TableSchema, TableStore

from data_processors.analytics.validation import validated

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    tables: TableStore
    locks: ProcessingLocks
    publisher: Publisher
    completed_topic: str
    now: Clock = utc_now


class AnalyticsProcessor(ABC):
    name: ClassVar[str]
    table: ClassVar[TableSchema]

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    @abstractmethod
    def calculate(self, game_date: date) -> Sequence[Row]:
        """The rows of one date, from the raw tables."""

    @final
    def run(self, game_date: date, correlation_id: str) -> Completion:
        """Raises LockHeld, LockLost, StaleFence or WriteConflict where a later attempt may succeed."""
        with self._around.locks.hold(f"{self.name}:{game_date}") as lease:
            rows = validated(self.calculate(game_date), self.table, game_date)
            unique = first_by_key(rows, self.table.primary_key, about=f"{self.table.name} {game_date}")
            self._write(game_date, unique, lease)
            # Under the lock still: whoever comes next finds this run either not done or announced.
            return self._announce(game_date, correlation_id, unique)

    def read(self, table: TableSchema, first: date, last: date) -> list[Row]:
        """Raw rows without their duplicates: the earliest loaded stays."""
        rows = self._around.tables.read(table, first, last)
        return list(first_by_key(rows, table.primary_key, about=table.name).rows)

    def _write(self, game_date: date, unique: Deduplicated, lease: Lease) -> None:
        lease.ensure_held()
        write = PartitionWrite(self.table, game_date, unique.rows, lease.fence)
        self._around.tables.replace_partition(write)

    def _announce(self, game_date: date, correlation_id: str, unique: Deduplicated) -> Completion:
        count = len(unique.rows)
        completion = Completion(
            processor=self.name,
            game_date=game_date,
            status="success" if count else "no_data",
            completed_at=self._around.now(),
            correlation_id=correlation_id,
            record_count=count,
        )
        attributes = {"processor": self.name, "correlation_id": correlation_id}
        message = OutgoingMessage(self._around.completed_topic, completion.payload(), attributes)
        self._around.publisher.publish(message)
        about = with_fields(
            processor=self.name, correlation_id=correlation_id, rows=count, dropped=unique.dropped
        )
        _log.info("Processor is done", extra=about)
        return completion
