"""Another writer of the documents: puts into a store what a test begins with, and looks at what is there after it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from google.cloud import firestore

from deployguard.model.document import Document
from deployguard.pipeline.store import Store
from deployguard.pipeline.tracker import NextPhase, Tracker

COLLECTION = "phase3_completion"
DAY = "2026-02-01"
NAMES = ("invoice", "parcel", "refund")
NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
TRACKER = Tracker(
    "orders", COLLECTION, expected=NAMES, written_by=("orders",), next=NextPhase("phase4-trigger", {})
)


class Seed(Protocol):
    @property
    def store(self) -> Store: ...

    def put(self, key: str, fields: Mapping[str, object]) -> None: ...

    def get(self, key: str) -> Mapping[str, Any] | None: ...

    def remove(self, key: str) -> None: ...


@dataclass(frozen=True)
class SqlSeed:
    """A table as a team would make it."""

    store: Store
    file: Path

    def __post_init__(self) -> None:
        self.run(f"CREATE TABLE IF NOT EXISTS {COLLECTION} (date TEXT PRIMARY KEY, document JSON NOT NULL)")

    def run(self, statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.file, timeout=30)) as database, database:
            return database.execute(statement, values).fetchall()

    def put(self, key: str, fields: Mapping[str, object]) -> None:
        self.put_text(key, json.dumps(dict(fields)))

    def put_text(self, key: str, text: str | None) -> None:
        self.run("INSERT OR REPLACE INTO phase3_completion VALUES (?, ?)", key, text)

    def get(self, key: str) -> Mapping[str, Any] | None:
        rows = self.run("SELECT document FROM phase3_completion WHERE date = ?", key)
        return json.loads(rows[0][0]) if rows else None

    def remove(self, key: str) -> None:
        self.run("DELETE FROM phase3_completion WHERE date = ?", key)


@dataclass(frozen=True)
class FirestoreSeed:
    store: Store
    client: firestore.Client

    @classmethod
    @contextmanager
    def opened(cls, store: Store, project: str) -> Iterator[FirestoreSeed]:
        client = firestore.Client(project=project)
        yield cls(store, client)
        client.close()

    def put(self, key: str, fields: Mapping[str, object]) -> None:
        self.client.collection(COLLECTION).document(key).set(dict(fields))

    def get(self, key: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.client.collection(COLLECTION).document(key).get().to_dict()
        return found

    def remove(self, key: str) -> None:
        self.client.collection(COLLECTION).document(key).delete()


def whole(**changes: object) -> dict[str, object]:
    """A complete, counted and triggered document; a change to ... takes the field away."""
    fields: dict[str, object] = {
        **{name: {"status": "success", "completed_at": "2026-02-02T08:30:00+00:00"} for name in NAMES},
        "_completed_count": len(NAMES),
        "_triggered": True,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not ...}


def document(**changes: object) -> Document:
    return Document(DAY, whole(**changes), "1")
