from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from shared.tables.store import TableStore


def open_tables(url: str, project: str) -> TableStore:
    """`bigquery://`, `bigquery://location`, or `duckdb:///absolute/path`."""
    parts = urlsplit(url)
    match parts.scheme:
        case "bigquery":
            from google.cloud import bigquery

            from shared.tables.in_bigquery import BigqueryTables

            return BigqueryTables(bigquery.Client(project=project, location=parts.netloc or None))
        case "duckdb":
            from shared.tables.in_duckdb import DuckdbTables

            return DuckdbTables(Path(parts.path))
        case _:
            raise ValueError(f"TABLES_URL: no table store is called {parts.scheme!r}")
