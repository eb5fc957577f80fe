from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from shared.documents.store import DocumentStore


def open_documents(url: str, project: str) -> DocumentStore:
    """`firestore://`, `firestore://database-id`, or `sqlite:///absolute/path`."""
    parts = urlsplit(url)
    match parts.scheme:
        case "firestore":
            from google.cloud import firestore

            from shared.documents.in_firestore import FirestoreDocuments

            return FirestoreDocuments(firestore.Client(project=project, database=parts.netloc or None))
        case "sqlite":
            from shared.documents.in_sqlite import SqliteDocuments

            return SqliteDocuments(Path(parts.path))
        case _:
            raise ValueError(f"DOCUMENTS_URL: no document store is called {parts.scheme!r}")
