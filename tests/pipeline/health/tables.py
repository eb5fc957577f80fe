"""A DuckDB file for a test, checks over it, and asking them at a moment of the test's choice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from deployguard.config.load import parse_project
from deployguard.model.health import HealthReport, Result
from deployguard.pipeline.health.duckdb_file import DuckdbFile
from deployguard.pipeline.health.run import Surroundings, run_checks
from deployguard.pipeline.health.settings import HealthCheck, health_checks

DAY = date(2026, 2, 1)
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def made(folder: Path, *statements: str) -> Path:
    file = folder / "shop.duckdb"
    with duckdb.connect(str(file)) as database:
        database.execute("set timezone = 'UTC'; create schema if not exists sales")
        for statement in statements:
            database.execute(statement)
    return file


def orders(folder: Path, rows: str, columns: str = "id int, day date, came timestamptz, status text") -> Path:
    """Make `sales.orders` with rows written as SQL values."""
    return made(folder, f"create table sales.orders ({columns})", f"insert into sales.orders values {rows}")


def checks(text: str, database: str) -> tuple[HealthCheck, ...]:
    return health_checks(parse_project(text, "deployguard.toml"), database)


def report(
    file: Path,
    text: str,
    *,
    day: date | None = DAY,
    days: int = 1,
    now: datetime = NOON,
    files: dict[str, str] | None = None,
) -> HealthReport:
    surroundings = Surroundings(lambda name: DuckdbFile(Path(name)), (files or {}).get)
    return run_checks(checks(text, str(file)), surroundings, now, day, days)


def result(file: Path, text: str, **options: object) -> Result:
    """Ask the one check `[health.one]`, whose keys are `text`."""
    (found,) = report(file, f"[health.one]\n{text}", **options).results  # type: ignore[arg-type]
    return found
