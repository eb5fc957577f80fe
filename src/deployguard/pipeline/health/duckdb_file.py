"""A DuckDB file, opened so that nothing can be written, neither to it nor beside it."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks
from deployguard.model.table import Bounds, Column, Kind, Rows, Shape
from deployguard.pipeline.health.database import NoTable, Unanswered, most_like

if TYPE_CHECKING:
    import duckdb

CATALOG = "deployguard_file"
_BATCH = 100_000
_SECONDS_TO_WAIT = 5.0
_HOLDER = re.compile(r"\(PID (\d+)\)")
_KINDS = {
    "DATE": Kind.DATE,
    "TIMESTAMP WITH TIME ZONE": Kind.MOMENT,
    "TIMESTAMP": Kind.CIVIL,
    "TIMESTAMP_S": Kind.CIVIL,
    "TIMESTAMP_MS": Kind.CIVIL,
    "TIMESTAMP_NS": Kind.CIVIL,
    "VARCHAR": Kind.TEXT,
    **dict.fromkeys(
        (
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "HUGEINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
        ),
        Kind.INTEGER,
    ),
}


class DuckdbFile:
    """Tables of one file.

    The file is attached read-only to a database in memory, under a name that no schema of it can have; then access to
    other files, loading of extensions and every setting are locked. What remains writable lives in memory.
    """

    dialect = "duckdb"

    def __init__(self, file: Path) -> None:
        """Open it; waits a few seconds for a writer to let go.

        Raises:
            Unanswered: it is not there, is not a DuckDB file, or stays in use.
        """
        self._file = file
        self._spill = tempfile.TemporaryDirectory(prefix="deployguard-health-")
        try:
            self._connection = _opened(file, Path(self._spill.name))
        except BaseException:
            self._spill.cleanup()
            raise

    def shape(self, table: str) -> Shape:
        *schemas, name = table.split(".")
        known = self._tables()
        for schema, found in known:
            fits = not schemas or schemas[-1].casefold() == schema.casefold()
            if fits and found.casefold() == name.casefold():
                return Shape((CATALOG, schema, found), self._columns(schema, found))
        listed = [found if schema == "main" else f"{schema}.{found}" for schema, found in known]
        near = most_like(".".join([*schemas[-1:], name]), listed)
        raise NoTable(f"{self._file} has no table `{table}`{near}")

    def ask(self, query: str, bounds: Bounds) -> Rows:
        """In a thread of its own: a query can be long in code that hears no signal, and must end with the program."""
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self._answer, query, bounds)
            try:
                return asked.result(bounds.seconds)
            except TimeoutError as error:
                self._stop(asked)
                raise Unanswered(f"no answer within {bounds.seconds} s (`timeout`)") from error
            except KeyboardInterrupt:
                self._stop(asked)
                raise

    def _stop(self, asked: Future[Rows]) -> None:
        """An interrupt that comes before the query has begun is lost, so it is repeated."""
        while not asked.done():
            self._connection.interrupt()
            wait([asked], 0.05)

    def _answer(self, query: str, bounds: Bounds) -> Rows:
        import duckdb

        with self._told():
            statements = self._connection.extract_statements(query)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise Unanswered("the query must be one single SELECT: a health check changes nothing")
            given = {"date": bounds.day} if "date" in statements[0].named_parameters else None
            batches = self._connection.sql(query, params=given).to_arrow_reader(_BATCH)
            rows: list[dict[str, object]] = []
            total = 0
            for batch in batches:
                rows += batch.slice(0, bounds.rows - len(rows)).to_pylist()
                total += batch.num_rows
        return Rows(tuple(rows), total)

    def close(self) -> None:
        self._connection.close()
        self._spill.cleanup()

    def _tables(self) -> list[tuple[str, str]]:
        query = (
            "select distinct schema_name, table_name from duckdb_columns() "
            "where database_name = ? and not internal order by schema_name <> 'main', 1, 2"
        )
        with self._told():
            found = self._connection.execute(query, [CATALOG]).fetchall()
        return [(schema, table) for schema, table in found]

    def _columns(self, schema: str, table: str) -> tuple[Column, ...]:
        query = (
            "select column_name, data_type from duckdb_columns() "
            "where database_name = ? and schema_name = ? and table_name = ? order by column_index"
        )
        with self._told():
            found = self._connection.execute(query, [CATALOG, schema, table]).fetchall()
        return tuple(Column(name, _KINDS.get(kind, Kind.OTHER)) for name, kind in found)

    @contextmanager
    def _told(self) -> Iterator[None]:
        import duckdb
        from pyarrow import ArrowException

        try:
            yield
        except duckdb.CatalogException as error:
            raise NoTable(_message(error)) from error
        except (duckdb.Error, ArrowException, OSError) as error:
            raise Unanswered(_message(error)) from error


def _opened(file: Path, spill: Path) -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ImportError as problem:
        raise UsageError(lacks(problem, "a health check", "data")) from problem
    if not file.exists():
        raise Unanswered(f"{file}: there is no such DuckDB file")
    no_extensions: dict[str, str | bool | int | float | list[str]] = {
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
    }
    connection = duckdb.connect(":memory:", config=no_extensions)
    try:
        _attach(connection, file)
        for setting in (
            f"use {CATALOG}",
            "set timezone = 'UTC'",
            f"set temp_directory = {_quoted(str(spill))}",
            "set enable_external_access = false",
            "set lock_configuration = true",
        ):
            connection.execute(setting)
    except duckdb.Error as error:
        connection.close()
        raise Unanswered(f"{file}: cannot be opened: {_message(error)}") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    import duckdb

    deadline = time.monotonic() + _SECONDS_TO_WAIT
    while True:
        try:
            connection.execute(f"attach {_quoted(str(file))} as {CATALOG} (read_only)")
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            if time.monotonic() > deadline:
                held = _HOLDER.search(str(error))
                by = f" (process {held[1]})" if held else ""
                raise Unanswered(
                    f"{file}: is in use by another program{by}: DuckDB lets one program write, or several read; "
                    "try again when it has closed the file, or check a copy"
                ) from error
            time.sleep(0.1)
        else:
            return


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _message(error: Exception) -> str:
    """Return what DuckDB says, without the picture of the query."""
    lines = str(error).partition("\nLINE ")[0].splitlines()
    return " ".join(" ".join(lines).split())[:400]
