"""The emulator, as its own contract tests start it; Google's own emulators; and stores of completion documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployguard.gcp.connection import Connection
from deployguard.gcp.firestore import FirestoreDocuments
from deployguard.pipeline.sql_store import SqlStore
from tests.emulator.conftest import cloud, own, served
from tests.examples.nba_pipeline.conftest import (
    config,
    firestore_documents,
    firestore_emulator,
    project,
    pubsub_emulator,
)
from tests.pipeline.seeds import COLLECTION, FirestoreSeed, Seed, SqlSeed

__all__ = [
    "cloud",
    "config",
    "firestore_documents",
    "firestore_emulator",
    "own",
    "project",
    "pubsub_emulator",
    "served",
]


@pytest.fixture
def sql_seed(tmp_path: Path) -> SqlSeed:
    """A store in a SQLite file, and what another writer of it does."""
    file = tmp_path / "documents.sqlite"
    return SqlSeed(SqlStore(f"sqlite:///{file}", COLLECTION, tmp_path), file)


@pytest.fixture
def firestore_seed(firestore_emulator: str, project: str) -> Iterator[FirestoreSeed]:
    """A store on the Firestore emulator, and what another writer of it does."""
    assert firestore_emulator
    with FirestoreSeed.opened(FirestoreDocuments(Connection(project), COLLECTION), project) as seed:
        yield seed


@pytest.fixture(params=["sql", pytest.param("firestore", marks=pytest.mark.slow)])
def seed(request: pytest.FixtureRequest) -> Seed:
    """Both stores: whatever takes this must hold on either."""
    found: Seed = request.getfixturevalue(f"{request.param}_seed")
    return found
