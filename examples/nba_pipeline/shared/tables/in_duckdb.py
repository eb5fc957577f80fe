from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from shared.tables.store import PartitionWrite, Row, StaleFence, TableSchema, WriteConflict

_KINDS = {"STRING": "VARCHAR", "INT64": "BIGINT", "FLOAT64": "DOUBLE", "DATE": "DATE"}
_FENCES = "CREATE TABLE IF NOT EXISTS _fences (table_name VARCHAR, game_date DATE, fence BIGINT, PRIMARY KEY (table_name, game_date))"
_SECONDS_TO_OPEN = 30.0


class DuckdbTables:
    """DuckDB lets one process at a time open a file for writing, so each call opens it and lets go again."""

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
            try:
                _raise_fence(database, write)
                _replace(database, write)
                database.commit()
            except duckdb.TransactionException as error:
                raise WriteConflict(write.table.name) from error

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        database = self._connect()
        try:
            yield database
        finally:
            # Closing rolls back what was not committed.
            database.close()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + _SECONDS_TO_OPEN
        while True:
            try:
                return duckdb.connect(str(self._file))
            except duckdb.IOException as error:
                if time.monotonic() > deadline:
                    raise WriteConflict(f"{self._file} is open elsewhere") from error
                time.sleep(random.uniform(0.01, 0.05))


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
