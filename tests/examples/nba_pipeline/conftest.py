from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud import firestore
from shared.config.phase3_config import Phase3Config, phase3_config
from shared.documents.in_firestore import FirestoreDocuments
from shared.documents.in_sqlite import SqliteDocuments
from shared.documents.store import DocumentStore
from shared.tables.in_duckdb import DuckdbTables

from tests.emulators import FIRESTORE, PUBSUB, running
from tests.examples.nba_pipeline.raw_days import load


@pytest.fixture(scope="session")
def firestore_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(FIRESTORE, tmp_path_factory.mktemp("emulators") / "firestore.log") as address:
        yield address


@pytest.fixture(scope="session")
def pubsub_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(PUBSUB, tmp_path_factory.mktemp("emulators") / "pubsub.log") as address:
        yield address


@pytest.fixture
def project() -> str:
    """A project of its own for each test: nothing needs to be cleaned away."""
    return f"demo-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def firestore_documents(firestore_emulator: str, project: str) -> Iterator[FirestoreDocuments]:
    client = firestore.Client(project=project)
    yield FirestoreDocuments(client)
    client.close()


@pytest.fixture
def sqlite_documents(tmp_path: Path) -> SqliteDocuments:
    return SqliteDocuments(tmp_path / "documents.sqlite")


@pytest.fixture(params=["sqlite", pytest.param("firestore", marks=pytest.mark.slow)])
def documents(request: pytest.FixtureRequest) -> DocumentStore:
    """Both stores: whatever takes this must hold on either."""
    store: DocumentStore = request.getfixturevalue(f"{request.param}_documents")
    return store


@pytest.fixture
def tables(tmp_path: Path) -> DuckdbTables:
    return DuckdbTables(tmp_path / "tables.duckdb")


@pytest.fixture(scope="session")
def loaded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("raw") / "tables.duckdb"
    load(DuckdbTables(file))
    return file


@pytest.fixture
def loaded(loaded_file: Path, tmp_path: Path) -> DuckdbTables:
    """Tables that hold what raw_days.py loads."""
    return DuckdbTables(Path(shutil.copy(loaded_file, tmp_path / "loaded.duckdb")))


@pytest.fixture
def config() -> Phase3Config:
    return phase3_config()
