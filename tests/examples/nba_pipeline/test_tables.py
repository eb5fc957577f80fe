"""The contract of a table store: on DuckDB always; on BigQuery where BIGQUERY_EMULATOR_HOST names one."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from shared.tables.in_duckdb import DuckdbTables
from shared.tables.store import Column, PartitionWrite, Row, StaleFence, TableSchema, TableStore

DAY, NEXT_DAY = date(2026, 2, 1), date(2026, 2, 2)


@pytest.fixture(params=["duckdb", pytest.param("bigquery", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TableStore:
    if request.param == "duckdb":
        return DuckdbTables(tmp_path / "tables.duckdb")
    return _bigquery()


def _bigquery() -> TableStore:
    address = os.environ.get("BIGQUERY_EMULATOR_HOST")
    if not address:
        pytest.skip("BIGQUERY_EMULATOR_HOST is not set: Google has no emulator of BigQuery to start")
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery
    from shared.tables.in_bigquery import BigqueryTables

    client = bigquery.Client(
        project="demo-p", credentials=AnonymousCredentials(), client_options={"api_endpoint": address}, location="US"
    )
    client.create_dataset("contract", exists_ok=True)
    return BigqueryTables(client)


@pytest.fixture
def table() -> TableSchema:
    return TableSchema(
        name=f"contract.t{uuid.uuid4().hex}",
        columns=(
            Column("game_date", "DATE"),
            Column("id", "INT64"),
            Column("name", "STRING"),
            Column("score", "FLOAT64"),
        ),
        primary_key=("game_date", "id"),
    )


def test_a_table_that_does_not_exist_has_no_rows(store: TableStore, table: TableSchema) -> None:
    assert store.read(table, DAY, DAY) == []


def test_rows_come_back_with_their_types_in_reading_order(store: TableStore, table: TableSchema) -> None:
    rows = [_row(2, "b", 0.5), _row(1, "it's; -- ä", None), _row(1, "a", 1.0)]
    store.replace_partition(PartitionWrite(table, DAY, rows, fence=1))
    assert store.read(table, DAY, DAY) == [rows[2], rows[1], rows[0]]


def test_writing_again_leaves_the_same_rows(store: TableStore, table: TableSchema) -> None:
    rows = [_row(1), _row(2)]
    for fence in (1, 1, 2):
        store.replace_partition(PartitionWrite(table, DAY, rows, fence))
    assert store.read(table, DAY, DAY) == rows


def test_other_dates_stay_as_they_are(store: TableStore, table: TableSchema) -> None:
    later = [{**_row(9), "game_date": NEXT_DAY}]
    store.replace_partition(PartitionWrite(table, NEXT_DAY, later, fence=9))
    store.replace_partition(PartitionWrite(table, DAY, [_row(1)], fence=1))
    store.replace_partition(PartitionWrite(table, DAY, [], fence=1))
    assert store.read(table, DAY, NEXT_DAY) == later


def test_a_writer_with_an_older_fence_writes_nothing(store: TableStore, table: TableSchema) -> None:
    store.replace_partition(PartitionWrite(table, DAY, [_row(2)], fence=5))
    with pytest.raises(StaleFence):
        store.replace_partition(PartitionWrite(table, DAY, [_row(1)], fence=4))
    assert store.read(table, DAY, DAY) == [_row(2)]


def test_an_empty_partition_is_fenced_too(store: TableStore, table: TableSchema) -> None:
    store.replace_partition(PartitionWrite(table, DAY, [], fence=5))
    with pytest.raises(StaleFence):
        store.replace_partition(PartitionWrite(table, DAY, [_row(1)], fence=4))
    assert store.read(table, DAY, DAY) == []


def test_a_write_that_fails_half_way_leaves_what_was_there(store: TableStore, table: TableSchema) -> None:
    store.replace_partition(PartitionWrite(table, DAY, [_row(1)], fence=1))
    with pytest.raises(Exception, match="."):  # noqa: PT011, B017
        store.replace_partition(PartitionWrite(table, DAY, [_row(2), {**_row(3), "id": "no number"}], fence=2))
    assert store.read(table, DAY, DAY) == [_row(1)]
    store.replace_partition(PartitionWrite(table, DAY, [_row(4)], fence=1))


def test_several_writers_leave_one_writers_rows(tmp_path: Path, table: TableSchema) -> None:
    file = tmp_path / "shared.duckdb"

    def write(fence: int) -> bool:
        rows = [_row(number, name=f"by {fence}") for number in range(5)]
        try:
            DuckdbTables(file).replace_partition(PartitionWrite(table, DAY, rows, fence))
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(write, range(1, 7)))
    found = DuckdbTables(file).read(table, DAY, DAY)
    assert any(written)
    assert len(found) == 5
    assert len({row["name"] for row in found}) == 1


def _row(number: int, name: str = "n", score: float | None = 1.5) -> Row:
    return {"game_date": DAY, "id": number, "name": name, "score": score}
