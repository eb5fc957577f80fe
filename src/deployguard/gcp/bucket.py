"""Objects of Cloud Storage, with generation preconditions (storage/docs/request-preconditions)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import passing_by
from deployguard.journal.objects import ANY, Stored
from deployguard.model.errors import CloudError

_TRIES = 10
_CONNECTED_S, _ANSWERED_S = 10.0, 60.0
_NO_BUCKET = "bucket does not exist"


class Bucket:
    """The objects of one bucket."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self.name = name

    def get(self, name: str) -> Stored | None:
        doing = f"reading gs://{self.name}/{name}"
        for _ in range(_TRIES):
            blob = self._bucket.blob(name)
            try:
                with self._refusals(doing):
                    blob.reload(**self._patience)
                    content = blob.download_as_bytes(if_generation_match=blob.generation, **self._patience)
            except NoBucketError:
                raise
            except CloudError as error:
                if error.kind == "missing" and blob.generation is None:
                    return None
                if error.kind not in {"conflict", "missing"}:  # somebody wrote or removed it since
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
        again = self._of_a_write(when)
        with self._refusals(f"writing gs://{self.name}/{name}"):
            blob.upload_from_string(
                content, "application/octet-stream", if_generation_match=_match(when), **again
            )
        return int(blob.generation)

    def delete(self, name: str, *, when: int = ANY) -> None:
        again = self._of_a_write(when)
        with self._refusals(f"removing gs://{self.name}/{name}"):
            self._bucket.blob(name).delete(if_generation_match=_match(when), **again)

    def list(self, prefix: str) -> tuple[str, ...]:
        with self._refusals(f"listing gs://{self.name}/{prefix}"):
            found = self._bucket.list_blobs(prefix=prefix, **self._patience)
            return tuple(sorted(blob.name for blob in found))

    def _of_a_write(self, when: int) -> dict[str, Any]:
        """A write without a precondition is not made again: another one could have come in between."""
        return {**self._patience, **({"retry": None} if when == ANY else {})}

    @contextmanager
    def _refusals(self, doing: str) -> Iterator[None]:
        try:
            with refusals(doing):
                yield
        except CloudError as error:
            if error.kind == "missing" and _NO_BUCKET in str(error):
                raise NoBucketError(self.name, self._connection) from error
            raise

    @property
    def _patience(self) -> dict[str, Any]:
        """How long a call is made again, and one try may take; the client's own default is two minutes."""
        from google.cloud.storage.retry import DEFAULT_RETRY

        again = DEFAULT_RETRY.with_timeout(self._connection.patience).with_predicate(passing_by())
        return {"retry": again, "timeout": (_CONNECTED_S, _ANSWERED_S)}

    @cached_property
    def _bucket(self) -> Any:
        return self._connection.storage.bucket(self.name)


class NoBucketError(CloudError):
    """The bucket itself is not there."""

    def __init__(self, name: str, connection: Connection) -> None:
        makes = (
            "`deployguard emulator`, started in this repository, makes it"
            if connection.endpoint
            else f"`gcloud storage buckets create gs://{name} --project={connection.project}` makes it, and "
            "docs/setup says who needs which rights on it"
        )
        super().__init__(
            "missing",
            f"gs://{name}: there is no such bucket, and `bucket` of [project] names it for locks, journal and build "
            f"sources; {makes}",
        )


def _match(when: int) -> int | None:
    return None if when == ANY else when
