from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from google.api_core import exceptions
from google.cloud import bigquery

from shared.tables.store import PartitionWrite, Row, StaleFence, TableSchema, WriteConflict

_STALE = "stale fence"
_ABORTED = "aborted due to concurrent update"


class BigqueryTables:
    """Rows are loaded into a table of their own first: a transaction can move rows, but not load them."""

    def __init__(self, client: bigquery.Client) -> None:
        self._client = client

    def read(self, table: TableSchema, first: date, last: date) -> list[Row]:
        columns, order = ", ".join(table.column_names), ", ".join(table.reading_order)
        query = (
            f"SELECT {columns} FROM {table.name} WHERE game_date BETWEEN @first AND @last ORDER BY {order}"  # noqa: S608
        )
        try:
            found = self._run(query, _date("first", first), _date("last", last))
        except exceptions.NotFound:
            return []
        return [dict(row.items()) for row in found]

    def replace_partition(self, write: PartitionWrite) -> None:
        self._create(write.table)
        with self._staged(write) as staging:
            try:
                self._run(
                    _move(write.table, staging), _date("game_date", write.game_date), _fence(write.fence)
                )
            except exceptions.GoogleAPICallError as error:
                raise _translated(error, write) from error

    def _create(self, table: TableSchema) -> None:
        columns = ", ".join(f"{column.name} {column.kind}" for column in table.columns)
        self._run(f"CREATE TABLE IF NOT EXISTS {table.name} ({columns}) PARTITION BY game_date")
        # One table of fences for each table: transactions on a shared one would abort each other.
        self._run(f"CREATE TABLE IF NOT EXISTS {_fences(table)} (game_date DATE, fence INT64)")

    @contextmanager
    def _staged(self, write: PartitionWrite) -> Iterator[str]:
        staging = f"{write.table.name}_staging_{uuid.uuid4().hex}"
        fields = [bigquery.SchemaField(column.name, column.kind) for column in write.table.columns]
        rows = [{name: _as_json(row[name]) for name in write.table.column_names} for row in write.rows]
        place = f"{self._client.project}.{staging}"
        self._client.create_table(bigquery.Table(place, fields))
        try:
            if rows:
                job = bigquery.LoadJobConfig(schema=fields)
                self._client.load_table_from_json(rows, place, job_config=job).result()
            yield staging
        finally:
            self._client.delete_table(place, not_found_ok=True)

    def _run(self, query: str, *parameters: bigquery.ScalarQueryParameter) -> bigquery.table.RowIterator:
        job = bigquery.QueryJobConfig(query_parameters=list(parameters))
        return self._client.query(query, job_config=job).result()


def _move(table: TableSchema, staging: str) -> str:
    names = ", ".join(table.column_names)
    return f"""
BEGIN TRANSACTION;
IF EXISTS (SELECT 1 FROM {_fences(table)} WHERE game_date = @game_date AND fence > @fence) THEN
  RAISE USING MESSAGE = '{_STALE}';
END IF;
DELETE FROM {_fences(table)} WHERE game_date = @game_date;
INSERT INTO {_fences(table)} (game_date, fence) VALUES (@game_date, @fence);
DELETE FROM {table.name} WHERE game_date = @game_date;
INSERT INTO {table.name} ({names}) SELECT {names} FROM {staging};
COMMIT TRANSACTION;
"""  # noqa: S608


def _translated(error: exceptions.GoogleAPICallError, write: PartitionWrite) -> Exception:
    text = str(error)
    if _STALE in text:
        return StaleFence(f"{write.table.name} {write.game_date}: fence {write.fence} is behind")
    return WriteConflict(write.table.name) if _ABORTED in text else error


def _fences(table: TableSchema) -> str:
    return f"{table.name}_fences"


def _date(name: str, value: date) -> bigquery.ScalarQueryParameter:
    return bigquery.ScalarQueryParameter(name, "DATE", value)


def _fence(value: int) -> bigquery.ScalarQueryParameter:
    return bigquery.ScalarQueryParameter("fence", "INT64", value)


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
