"""Several threads of a process that use one DuckDB file at the same time; run by multiprocessing, several times over."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared.tables.in_duckdb import DuckdbTables
from shared.tables.store import Column, PartitionWrite, TableSchema, WriteConflict

ROWS = 20
DAY = date(2026, 2, 1)
TABLE = TableSchema(
    name="crowd.rows",
    columns=(Column("game_date", "DATE"), Column("id", "INT64"), Column("text", "STRING")),
    primary_key=("game_date", "id"),
)


@dataclass(frozen=True)
class Crowd:
    file: Path
    threads: int
    rounds: int


def use_at_once(crowd: Crowd) -> None:
    """Exits with 1 if any thread saw something else than a whole partition."""
    with ThreadPoolExecutor(crowd.threads) as pool:
        whole = list(pool.map(_round, [crowd.file] * crowd.threads * crowd.rounds))
    sys.exit(0 if all(whole) else 1)


def _round(file: Path) -> bool:
    tables = DuckdbTables(file)
    rows = [{"game_date": DAY, "id": number, "text": f"row {number}" * 10} for number in range(ROWS)]
    try:
        tables.replace_partition(PartitionWrite(TABLE, DAY, rows, fence=1))
    except WriteConflict:
        return True
    return len(tables.read(TABLE, DAY, DAY)) == ROWS
