"""BigQuery, to read: every query is priced by a dry run first, and refused where it changes something or costs too much."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.model.errors import CloudError, UsageError
from deployguard.model.table import Bounds, Column, Kind, Rows, Shape

_SECONDS = 60
_LISTED = 1000
_KINDS = {
    "DATE": Kind.DATE,
    "TIMESTAMP": Kind.MOMENT,
    "DATETIME": Kind.CIVIL,
    "STRING": Kind.TEXT,
    "INTEGER": Kind.INTEGER,
    "INT64": Kind.INTEGER,
}
_BY_INGESTION = (Column("_PARTITIONTIME", Kind.MOMENT), Column("_PARTITIONDATE", Kind.DATE))


class BigQuery:
    """Tables and queries of one project, with the stock client."""

    dialect = "bigquery"

    def __init__(self, connection: Connection) -> None:
        """Take a connection; `BIGQUERY_EMULATOR_HOST` goes before production, as for the stock client.

        Raises:
            UsageError: the connection is to a local cloud, which has no BigQuery.
        """
        self._connection = connection
        self._emulator = os.environ.get("BIGQUERY_EMULATOR_HOST", "")
        if connection.endpoint and not self._emulator:
            raise UsageError(
                f"the local cloud at {connection.endpoint} has no BigQuery: name a DuckDB file with "
                "--database, or an emulator of BigQuery with BIGQUERY_EMULATOR_HOST"
            )

    def shape(self, table: str) -> Shape:
        """Return the columns of `[project.]dataset.table`; ingestion-time partitions come as pseudo columns.

        Raises:
            CloudError: kind `missing` where it is not there.
        """
        path = self.path(table)
        with refusals(f"reading what {table} holds"):
            found = self._client.get_table(".".join(path), timeout=_SECONDS)
        by, own = _partitions(found), _columns(found)
        return Shape(path, (*own, *_BY_INGESTION) if by == "_PARTITIONTIME" else own, by)

    def near(self, table: str) -> tuple[str, ...]:
        """Return the tables of the dataset of `table`, as `dataset.table`.

        Raises:
            CloudError: the dataset cannot be listed.
        """
        project, dataset, _ = self.path(table)
        with refusals(f"listing the tables of {dataset}"):
            listed = self._client.list_tables(f"{project}.{dataset}", max_results=_LISTED, timeout=_SECONDS)
            return tuple(sorted(f"{dataset}.{each.table_id}" for each in listed))

    def path(self, table: str) -> tuple[str, str, str]:
        """Return project, dataset and name of a table.

        Raises:
            CloudError: it is not written as `[project.]dataset.table`.
        """
        match table.split("."):
            case [dataset, name]:
                return self._connection.project, dataset, name
            case [project, dataset, name]:
                return project, dataset, name
            case _:
                raise CloudError("refused", f"{table}: a table of BigQuery is written `dataset.table`")

    def ask(self, query: str, bounds: Bounds) -> Rows:
        """Answer one SELECT within its bounds; `@date` is a parameter that it may use.

        Raises:
            CloudError: the query is refused, not a SELECT, reads more than it may, or takes too long.
            KeyboardInterrupt: the job was cancelled.
        """
        from google.cloud import bigquery

        parameters = [bigquery.ScalarQueryParameter("date", "DATE", bounds.day)]
        read = self._price(query, bounds, parameters)
        settings = bigquery.QueryJobConfig(
            query_parameters=parameters,
            maximum_bytes_billed=bounds.bytes,
            labels={"managed-by": "deployguard"},
            job_timeout_ms=bounds.seconds * 1000,
        )
        with refusals("asking BigQuery"):
            job = self._client.query(query, job_config=settings, timeout=_SECONDS)
            try:
                rows = job.result(max_results=bounds.rows, timeout=bounds.seconds)
                kept = tuple(dict(row.items()) for row in rows)
            except TimeoutError as error:
                job.cancel(timeout=_SECONDS)
                raise CloudError("timeout", f"no answer within {bounds.seconds} s (`timeout`)") from error
            except KeyboardInterrupt:
                job.cancel(timeout=_SECONDS)
                raise
        return Rows(kept, max(len(kept), int(rows.total_rows or 0)), read)

    def _price(self, query: str, bounds: Bounds, parameters: list[Any]) -> int:
        from google.cloud import bigquery

        settings = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False, query_parameters=parameters)
        with refusals("asking BigQuery what a query would read"):
            job = self._client.query(query, job_config=settings, timeout=_SECONDS)
            read, kind = int(job.total_bytes_processed or 0), job.statement_type
        if kind not in (None, "SELECT"):
            raise CloudError("refused", f"the query must be one single SELECT, this is {kind}")
        if read > bounds.bytes:
            raise CloudError(
                "refused",
                f"the query would read {_size(read)}, more than the {_size(bounds.bytes)} that `max-bytes` allows; "
                "bound it by its partition, or allow more",
            )
        return read

    @cached_property
    def _client(self) -> Any:
        from google.cloud import bigquery

        if not self._emulator:
            return bigquery.Client(self._connection.project, credentials=self._connection.credentials)
        from google.auth.credentials import AnonymousCredentials

        host = self._emulator if "://" in self._emulator else f"http://{self._emulator}"
        options = {"api_endpoint": host}
        return bigquery.Client(
            self._connection.project, credentials=AnonymousCredentials(), client_options=options
        )


def _columns(table: Any) -> tuple[Column, ...]:
    return tuple(
        Column(
            field.name, Kind.OTHER if field.mode == "REPEATED" else _KINDS.get(field.field_type, Kind.OTHER)
        )
        for field in table.schema
    )


def _partitions(table: Any) -> str:
    by_time, by_range = table.time_partitioning, table.range_partitioning
    if by_time is not None:
        return by_time.field or "_PARTITIONTIME"
    return str(by_range.field) if by_range is not None else ""


def _size(amount: int) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount //= 1024
    return f"{amount} TiB"
