"""All kinds of checks on ten million rows in DuckDB: time and memory."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from deployguard.config.load import parse_project
from deployguard.pipeline.health.duckdb_file import DuckdbFile
from deployguard.pipeline.health.run import Surroundings, run_checks
from deployguard.pipeline.health.settings import health_checks

ROWS = 10_000_000
CHECKS = """
[health.unique-day]
kind = "unique"
table = "big"
key = ["id", "part"]
partition = "day"
[health.unique-whole-table]
kind = "unique"
table = "big"
key = ["id"]
[health.fresh]
kind = "fresh"
table = "big"
column = "came"
max-age = "26h"
[health.on-time]
kind = "on-time"
table = "big"
column = "came"
schedule = "0 6 * * *"
partition = "day"
[health.volume]
kind = "volume"
table = "big"
min = 1
partition = "day"
[health.sql]
kind = "sql"
query = "select * from big where id < 0"
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "big.duckdb"
        with duckdb.connect(str(file)) as database:
            database.execute(
                "create table big as select i as id, i % 7 as part, date '2026-01-01' + (i // 1000000)::int as day, "
                f"timestamptz '2026-01-01 06:00+00' + to_seconds(i / 12) as came from range({ROWS}) r(i)"
            )
        begun = time.perf_counter()
        checks = health_checks(parse_project(CHECKS, "deployguard.toml"), str(file))
        surroundings = Surroundings(lambda name: DuckdbFile(Path(name)), {}.get)
        report = run_checks(checks, surroundings, datetime(2026, 1, 11, tzinfo=UTC), date(2026, 1, 10))
        seconds = time.perf_counter() - begun
    for result in report.results:
        print(f"{result.seconds:6.2f} s  {result.verdict:<7} {result.check}: {result.reason}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:6.2f} s in all, {memory:.0f} MiB at most (making the file included)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
