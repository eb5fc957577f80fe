from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Fields = Mapping[str, object]


class AlreadyExists(Exception):
    """Somebody else created the document first."""


class Changed(Exception):
    """The document is no longer at the version that was read."""


@dataclass(frozen=True)
class Place:
    collection: str
    key: str


@dataclass(frozen=True)
class Document:
    """Both moments come from the store's own clock, so their difference is free of the skew between machines."""

    fields: Fields
    version: str
    written_at: datetime
    read_at: datetime


class DocumentStore(Protocol):
    def get(self, place: Place) -> Document | None: ...

    def create(self, place: Place, fields: Fields) -> str:
        """Returns the version written; raises AlreadyExists, or Changed where the store only knows of a rival."""

    def update(self, place: Place, fields: Fields, version: str) -> str:
        """Sets these top-level fields if the document is still at `version`, else raises Changed."""

    def put(self, place: Place, fields: Fields) -> None:
        """Replaces whatever is there."""
