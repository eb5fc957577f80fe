"""Objects of Cloud Storage, with generation preconditions (storage/docs/request-preconditions)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.journal.objects import ANY, Stored
from deployguard.model.errors import CloudError

_TRIES = 10


class Bucket:
    """The objects of one bucket."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self.name = name

    def get(self, name: str) -> Stored | None:
        for _ in range(_TRIES):
            with refusals(f"reading gs://{self.name}/{name}"):
                blob = self._bucket.get_blob(name)
            if blob is None:
                return None
            try:
                with refusals(f"reading gs://{self.name}/{name}"):
                    content = blob.download_as_bytes(if_generation_match=blob.generation)
            except CloudError as error:  # somebody wrote or removed it since
                if error.kind not in {"conflict", "missing"}:
                    raise
            else:
                return Stored(name, content, int(blob.generation), dict(blob.metadata or {}))
        raise CloudError(
            "conflict", f"reading gs://{self.name}/{name}: it changes faster than it can be read"
        )

    def put(
        self, name: str, content: bytes, *, when: int = ANY, metadata: Mapping[str, str] | None = None
    ) -> int:
        blob = self._bucket.blob(name)
        blob.metadata = dict(metadata or {})
        with refusals(f"writing gs://{self.name}/{name}"):
            blob.upload_from_string(content, "application/octet-stream", if_generation_match=_match(when))
        return int(blob.generation)

    def delete(self, name: str, *, when: int = ANY) -> None:
        with refusals(f"removing gs://{self.name}/{name}"):
            self._bucket.blob(name).delete(if_generation_match=_match(when))

    def list(self, prefix: str) -> tuple[str, ...]:
        with refusals(f"listing gs://{self.name}/{prefix}"):
            return tuple(sorted(blob.name for blob in self._bucket.list_blobs(prefix=prefix)))

    @cached_property
    def _bucket(self) -> Any:
        return self._connection.storage.bucket(self.name)


def _match(when: int) -> int | None:
    return None if when == ANY else when
