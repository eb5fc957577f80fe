"""Completion documents in a SQL database: one row for each date, the document as JSON in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployguard.model.document import Document, Reading, Unreadable
from deployguard.model.errors import CloudError, UsageError
from deployguard.model.extras import lacks
from deployguard.pipeline.layout import Layout, read_layout
from deployguard.pipeline.store import Fields

if TYPE_CHECKING:
    import sqlalchemy as sa

_SECONDS = 30
# PostgreSQL: serialization_failure, deadlock_detected. Somebody else's write went first.
_LOST_A_RACE = {"40001", "40P01"}


class SqlStore:
    """The condition of a write is the document's own text: a content that came back is the content that was read."""

    def __init__(self, url: str, collection: str, folder: Path) -> None:
        """`url` is SQLAlchemy's; a relative SQLite file is looked for in `folder`."""
        self._url, self._collection, self._folder = url, collection, folder

    def read(self, ids: Sequence[str]) -> Mapping[str, Reading]:
        with self._connected() as connection:
            layout = self._layout(connection)
            rows = connection.execute(reading(layout, ids)).all()
        found: dict[str, list[object]] = {each: [] for each in ids}
        for key, text in rows:
            found.setdefault(str(key).strip(), []).append(text)
        return {key: _read(key, texts) for key, texts in found.items()}

    def update(self, document: Document, changes: Fields) -> bool:
        if not isinstance(document.content, Mapping):
            raise TypeError(f"{document.id}: only a map has fields to set")
        with self._connected() as connection:
            layout = self._layout(connection)
            statement = writing(layout, document, {**document.content, **changes})
            return bool(_changed(connection, statement) == 1)

    def _layout(self, connection: sa.Connection) -> Layout:
        if self._known is None:
            self._known = read_layout(connection, self._collection)
        return self._known

    _known: Layout | None = None

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        """One transaction; it is undone where anything goes wrong."""
        from sqlalchemy import exc

        engine = self._engine
        try:
            with engine.begin() as connection:
                yield connection
        except exc.SQLAlchemyError as error:
            raise CloudError("unavailable", f"{self._place}: {_cause(error)}") from error

    @cached_property
    def _engine(self) -> sa.Engine:
        return open_engine(self._url, self._folder)

    @property
    def _place(self) -> str:
        """Where it is, without user, password and parameters."""
        url = self._engine.url
        where = url.host or url.database or ""
        return f"the {url.get_backend_name()} database {where}, table {self._collection}"


def open_engine(url: str, folder: Path) -> sa.Engine:
    """Return an engine that keeps no connection open. A SQLite file that is not there is not made.

    Raises:
        UsageError: the URL is none, its driver or the extra is not installed, or the file is not there.
    """
    try:
        import sqlalchemy as sa
        from sqlalchemy import exc, pool
    except ImportError as problem:
        raise UsageError(lacks(problem, "a tracker in a SQL database", "data")) from problem
    try:
        parts = sa.make_url(url)
        if parts.get_backend_name() == "sqlite":
            parts = parts.set(database=str(_existing(folder, parts.database)))
        busy = {"timeout": _SECONDS} if parts.get_backend_name() == "sqlite" else {}
        return sa.create_engine(parts, poolclass=pool.NullPool, connect_args=busy, hide_parameters=True)
    except exc.NoSuchModuleError as error:
        raise UsageError(f"`store`: no database of that kind is known to SQLAlchemy ({error})") from error
    except exc.ArgumentError as error:
        # Its message may quote the URL, and with it the password.
        raise UsageError("`store`: is neither `firestore` nor a SQLAlchemy URL") from error
    except ImportError as error:
        raise UsageError(f"`store`: the driver of that database is not installed ({error})") from error


def reading(layout: Layout, ids: Sequence[str]) -> sa.Select[Any]:
    """Return the query for these ids: each with the document's text as the database writes it."""
    import sqlalchemy as sa

    wanted = layout.id.in_([layout.id_value(each) for each in ids])
    query = sa.select(layout.id, sa.cast(layout.document, sa.Text)).where(wanted)
    return query.where(*_shared(layout))


def writing(layout: Layout, document: Document, content: Fields) -> sa.Update:
    """Return the one statement that compares and sets; no lock is held, and no read of its own can be stale."""
    import sqlalchemy as sa

    values: dict[str, object] = {layout.document.name: _written(layout, content)}
    if layout.version is not None:
        values[layout.version.name] = layout.version + 1
    same = sa.cast(layout.document, sa.Text) == sa.bindparam("before", document.version, sa.Text)
    mine = layout.id == layout.id_value(document.id)
    return sa.update(layout.table).where(mine, same, *_shared(layout)).values(values)


def _shared(layout: Layout) -> list[Any]:
    return [layout.table.columns["collection"] == layout.collection] if layout.collection else []


def _written(layout: Layout, content: Fields) -> object:
    from sqlalchemy import JSON

    # A JSON column writes the value itself; in a column of text we do.
    return content if isinstance(layout.document.type, JSON) else json.dumps(content, allow_nan=False)


def _changed(connection: sa.Connection, statement: sa.Update) -> int:
    from sqlalchemy import exc

    try:
        return connection.execute(statement).rowcount
    except exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", getattr(error.orig, "pgcode", None)) in _LOST_A_RACE:
            connection.rollback()
            return 0
        raise


def _existing(folder: Path, database: str | None) -> Path:
    if not database or database.startswith((":", "file:")):
        raise UsageError(
            "`store`: a SQLite database must be a file, such as sqlite:///state/documents.sqlite"
        )
    file = folder / database
    if not file.is_file():
        raise UsageError(f"`store`: there is no SQLite file {file}")
    return file


def _read(key: str, texts: Sequence[object]) -> Reading:
    if not texts:
        return None
    if len(texts) > 1:
        return Unreadable(key, f"{len(texts)} rows have this date, and one of them must be the wrong one")
    text = texts[0]
    if not isinstance(text, str):
        return Unreadable(key, "its document is null" if text is None else "its document is not text")
    try:
        return Document(key, json.loads(text, parse_constant=_no_json, parse_float=_finite), text)
    except (ValueError, RecursionError) as error:
        return Unreadable(key, f"its document is not JSON ({error})")


def _no_json(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number too large to be written back")
    return number


def _cause(error: Exception) -> str:
    """Return the database's own words: SQLAlchemy's would add the statement."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.partition("\n")[0][:300] or type(error).__name__
