from __future__ import annotations

import fcntl
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO

import duckdb

from shared.tables.store import PartitionWrite, Row, StaleFence, TableSchema, WriteConflict

_KINDS = {"STRING": "VARCHAR", "INT64": "BIGINT", "FLOAT64": "DOUBLE", "DATE": "DATE"}
_FENCES = "CREATE TABLE IF NOT EXISTS _fences (table_name VARCHAR, game_date DATE, fence BIGINT, PRIMARY KEY (table_name, game_date))"
_SECONDS_TO_WAIT = 30.0


class DuckdbTables:
    """One call at a time uses the file, across threads and processes; each opens it and lets go again.

    DuckDB's own lock keeps other processes out only as long as no thread of the same process closes the file.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, table: TableSchema, first: date, last: date) -> list[Row]:
        columns = ", ".join(table.column_names)
        order = ", ".join(table.reading_order)
        query = f"SELECT {columns} FROM {table.name} WHERE game_date BETWEEN ? AND ? ORDER BY {order}"  # noqa: S608
        with self._open() as database:
            try:
                found = database.execute(query, [first, last]).fetchall()
            except duckdb.CatalogException:
                return []
        return [dict(zip(table.column_names, row, strict=True)) for row in found]

    def replace_partition(self, write: PartitionWrite) -> None:
        with self._open() as database:
            _create(database, write.table)
            database.begin()
            _raise_fence(database, write)
            _replace(database, write)
            database.commit()

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._alone(), duckdb.connect() as database:
            # Attached under a name of our choice: the file's own name could be that of a schema.
            path = str(self._file).replace("'", "''")
            database.execute(f"ATTACH '{path}' AS pipeline_file; USE pipeline_file")
            # Leaving closes it, and that rolls back what was not committed.
            yield database

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._file.with_name(f"{self._file.name}.lock").open("a") as lock:
            deadline = time.monotonic() + _SECONDS_TO_WAIT
            while not _locked(lock):
                if time.monotonic() > deadline:
                    raise WriteConflict(f"{self._file} is in use")
                time.sleep(random.uniform(0.005, 0.02))
            yield


def _locked(lock: IO[str]) -> bool:
    """Belongs to this opening of the file, not to the process, and ends when it is closed or its process dies."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create(database: duckdb.DuckDBPyConnection, table: TableSchema) -> None:
    columns = ", ".join(f"{column.name} {_KINDS[column.kind]}" for column in table.columns)
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {table.name.partition('.')[0]}")
    database.execute(f"CREATE TABLE IF NOT EXISTS {table.name} ({columns})")
    database.execute(_FENCES)


def _raise_fence(database: duckdb.DuckDBPyConnection, write: PartitionWrite) -> None:
    """In the same transaction as the rows: a paused writer that wakes up late finds the greater number here."""
    place = [write.table.name, write.game_date]
    query = "SELECT fence FROM _fences WHERE table_name = ? AND game_date = ?"
    found = database.execute(query, place).fetchone()
    if found and found[0] > write.fence:
        raise StaleFence(f"{write.table.name} {write.game_date}: fence {write.fence} is behind {found[0]}")
    upsert = "INSERT INTO _fences VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET fence = excluded.fence"
    database.execute(upsert, [*place, write.fence])


def _replace(database: duckdb.DuckDBPyConnection, write: PartitionWrite) -> None:
    names = write.table.column_names
    database.execute(f"DELETE FROM {write.table.name} WHERE game_date = ?", [write.game_date])  # noqa: S608
    if write.rows:
        marks = ", ".join("?" for _ in names)
        insert = f"INSERT INTO {write.table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
        database.executemany(insert, [[row[name] for name in names] for row in write.rows])
