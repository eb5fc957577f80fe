"""Which table of a SQL database holds a tracker's documents, and in which columns: docs/decisions/0009."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from deployguard.model.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Table

IDS = ("date", "id", "key")
DOCUMENTS = ("document", "fields", "data")
VERSION = "version"
SHARED_TABLE, SHARED_COLUMN = "documents", "collection"


@dataclass(frozen=True, slots=True)
class Layout:
    """`collection` is "" for a table of the tracker's own, or its name among those that share a table."""

    table: Table
    id: Column[Any]
    document: Column[Any]
    version: Column[Any] | None
    collection: str = ""

    def id_value(self, text: str) -> object:
        """Return an id as its column takes it."""
        return date.fromisoformat(text) if _form(self.id) == "date" else text


def read_layout(connection: Connection, collection: str) -> Layout:
    """Find the table named `collection`, or the rows of that collection in a table `documents`.

    Raises:
        UsageError: there is neither, or the columns are not those of docs/reconcile.md.
    """
    import sqlalchemy as sa

    schema, _, name = collection.rpartition(".")
    inspector = sa.inspect(connection)
    if inspector.has_table(name, schema or None):
        return layout_of(sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=connection))
    if inspector.has_table(SHARED_TABLE):
        shared = sa.Table(SHARED_TABLE, sa.MetaData(), autoload_with=connection)
        if SHARED_COLUMN in shared.columns:
            return layout_of(shared, collection)
    raise UsageError(
        f"the database has no table {collection}, and no table {SHARED_TABLE} with a column {SHARED_COLUMN}"
    )


def layout_of(table: Table, collection: str = "") -> Layout:
    """Choose the columns of a table.

    Raises:
        UsageError: one of them is not there.
    """
    version = table.columns.get(VERSION)
    return Layout(
        table=table,
        id=_column(table, IDS, ("text", "date")),
        document=_column(table, DOCUMENTS, ("json", "text")),
        version=version if version is not None and _form(version) == "integer" else None,
        collection=collection,
    )


def _column(table: Table, names: Iterable[str], forms: tuple[str, str]) -> Column[Any]:
    for name in names:
        column = table.columns.get(name)
        if column is not None and _form(column) in forms:
            return column
    raise UsageError(
        f"table {table.name}: no column {' or '.join(names)} of the type {' or '.join(forms)}; "
        f"it has: {', '.join(table.columns.keys())}"
    )


def _form(column: Column[Any]) -> str:
    """Say what a column holds; one without a type, which SQLite allows, holds text."""
    from sqlalchemy import types

    forms: tuple[tuple[type, str], ...] = (
        (types.JSON, "json"),
        (types.String, "text"),
        (types.NullType, "text"),
        (types.Date, "date"),
        (types.Integer, "integer"),
    )
    return next((form for kind, form in forms if isinstance(column.type, kind)), "other")
