"""From a tracker to the store that holds its documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from deployguard.gcp.connection import Connection
from deployguard.model.errors import UsageError
from deployguard.pipeline.store import Store
from deployguard.pipeline.tracker import Tracker

FIRESTORE = "firestore"
_FROM_ENVIRONMENT = "env:"


def open_store(
    tracker: Tracker,
    folder: Path,
    connection: Callable[[], Connection],
    environment: Mapping[str, str] = os.environ,
) -> Store:
    """Return a tracker's store; nothing is asked yet. A relative SQLite file lies in `folder`.

    `connection` is called for Firestore alone: a SQL database needs no Google Cloud project.

    Raises:
        UsageError: the configuration names no such store.
    """
    if tracker.store == FIRESTORE:
        from deployguard.gcp.firestore import FirestoreDocuments

        return FirestoreDocuments(connection(), tracker.collection, tracker.database)
    from deployguard.pipeline.sql_store import SqlStore

    return SqlStore(_url(tracker, environment), tracker.collection, folder)


def _url(tracker: Tracker, environment: Mapping[str, str]) -> str:
    """A URL with a password in it belongs into the environment, not into a file of the repository."""
    if not tracker.store.startswith(_FROM_ENVIRONMENT):
        return tracker.store
    name = tracker.store.removeprefix(_FROM_ENVIRONMENT)
    if not environment.get(name):
        raise UsageError(f"trackers.{tracker.name}.store: the environment variable {name} is not set")
    return environment[name]
