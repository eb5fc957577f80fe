from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from shared.documents.store import AlreadyExists, Changed, Document, Fields, Place
from shared.moments import Clock, as_text, utc_now

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
  collection TEXT, key TEXT, fields TEXT NOT NULL, version INTEGER NOT NULL, written_at TEXT NOT NULL,
  PRIMARY KEY (collection, key))
"""


class SqliteDocuments:
    def __init__(self, file: Path, now: Clock = utc_now) -> None:
        self._file = file
        self._now = now
        with self._writing() as database:
            database.execute(_SCHEMA)

    def get(self, place: Place) -> Document | None:
        with self._open() as database:
            row = database.execute(
                "SELECT fields, version, written_at FROM documents WHERE collection = ? AND key = ?",
                (place.collection, place.key),
            ).fetchone()
        if row is None:
            return None
        return Document(json.loads(row[0]), str(row[1]), datetime.fromisoformat(row[2]), self._now())

    def create(self, place: Place, fields: Fields) -> str:
        try:
            with self._writing() as database:
                database.execute("INSERT INTO documents VALUES (?, ?, ?, 1, ?)", self._row(place, fields))
        except sqlite3.IntegrityError as error:
            raise AlreadyExists(f"{place.collection}/{place.key}") from error
        return "1"

    def update(self, place: Place, fields: Fields, version: str) -> str:
        with self._writing() as database:
            # Top-level fields are replaced whole, as in Firestore; json_patch would merge nested ones.
            row = database.execute(
                "SELECT fields FROM documents WHERE collection = ? AND key = ? AND version = ?",
                (place.collection, place.key, int(version)),
            ).fetchone()
            if row is None:
                raise Changed(f"{place.collection}/{place.key} is not at version {version}")
            self._replace(database, place, {**json.loads(row[0]), **fields})
        return str(int(version) + 1)

    def put(self, place: Place, fields: Fields) -> None:
        with self._writing() as database:
            self._replace(database, place, fields)

    def _replace(self, database: sqlite3.Connection, place: Place, fields: Fields) -> None:
        database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, 1, ?) ON CONFLICT (collection, key) DO UPDATE "
            "SET fields = excluded.fields, version = version + 1, written_at = excluded.written_at",
            self._row(place, fields),
        )

    def _row(self, place: Place, fields: Fields) -> tuple[str, str, str, str]:
        return place.collection, place.key, json.dumps(dict(fields)), as_text(self._now())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as database:
            # For a laptop: what was written survives the death of the process, if not a power cut.
            database.execute("PRAGMA synchronous = OFF")
            yield database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The write lock is taken before reading, or two readers would both go on to write."""
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")
