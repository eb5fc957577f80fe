from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Row = Mapping[str, object]
Kind = Literal["STRING", "INT64", "FLOAT64", "DATE"]


class StaleFence(Exception):
    """A later holder of the lock has written this partition: the writer is a run that lost its lock."""


class WriteConflict(Exception):
    """Another transaction was at work on the table; the same write may succeed later."""


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind


@dataclass(frozen=True)
class TableSchema:
    """`name` is dataset.table; every table is partitioned by `game_date`."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def reading_order(self) -> tuple[str, ...]:
        """By key, then by everything else: which of two duplicates comes first is never left to chance."""
        return (*self.primary_key, *(name for name in self.column_names if name not in self.primary_key))


@dataclass(frozen=True)
class PartitionWrite:
    table: TableSchema
    game_date: date
    rows: Sequence[Row]
    fence: int


class TableStore(Protocol):
    def read(self, table: TableSchema, first: date, last: date) -> list[Row]:
        """The rows of these dates, both included, in reading order; none if the table does not exist."""

    def replace_partition(self, write: PartitionWrite) -> None:
        """The partition then holds exactly these rows, whoever wrote it before.

        Raises StaleFence, writing nothing, if a greater fence has written this partition.
        """
