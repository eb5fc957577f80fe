"""Documents of a Firestore collection, written on condition that nobody wrote since (last_update_time).

Source of the precondition: Firestore API, google.firestore.v1.Precondition.update_time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.model.document import Document, Reading, Unreadable
from deployguard.model.errors import UsageError

EMULATOR = "FIRESTORE_EMULATOR_HOST"
_SECONDS = 20


class FirestoreDocuments:
    """One collection; the version of a document is its update time, which the server assigns."""

    def __init__(self, connection: Connection, collection: str, database: str = "(default)") -> None:
        if len(collection.split("/")) % 2 == 0 or not all(collection.split("/")):
            raise UsageError(
                f"{collection}: is no Firestore collection; a path has an odd number of parts, such as "
                "`runs` or `teams/data/runs`"
            )
        self._connection, self._collection, self._database = connection, collection, database

    def read(self, ids: Sequence[str]) -> Mapping[str, Reading]:
        found: dict[str, Reading] = {
            each: Unreadable(each, "Firestore gave no answer for it") for each in ids
        }
        with refusals(f"reading {self._place}"):
            references = [self._reference(each) for each in ids]
            for snapshot in self._client.get_all(references, retry=_patience(), timeout=_SECONDS):
                found[snapshot.id] = _document(snapshot)
        return found

    def update(self, document: Document, changes: Mapping[str, object]) -> bool:
        from google.api_core import exceptions
        from google.api_core.datetime_helpers import DatetimeWithNanoseconds
        from google.cloud import firestore

        read_at = DatetimeWithNanoseconds.from_rfc3339(document.version)
        paths = {firestore.Client.field_path(name): value for name, value in changes.items()}
        with refusals(f"writing {self._place}/{document.id}"):
            unchanged = self._client.write_option(last_update_time=read_at)
            try:
                self._reference(document.id).update(
                    paths, option=unchanged, retry=_patience(), timeout=_SECONDS
                )
            except (exceptions.FailedPrecondition, exceptions.Aborted, exceptions.NotFound):
                # Changed since, at this moment, or removed: whoever decided on what was read decides again.
                return False
        return True

    @property
    def _place(self) -> str:
        database = "" if self._database == "(default)" else f" of the database {self._database}"
        return f"Firestore collection {self._collection}{database}"

    def _reference(self, key: str) -> Any:
        return self._client.collection(self._collection).document(key)

    @cached_property
    def _client(self) -> Any:
        """A stock client, which itself honours FIRESTORE_EMULATOR_HOST and then asks for no credentials."""
        from google.cloud import firestore

        connection = self._connection
        local = bool(os.environ.get(EMULATOR))
        if connection.endpoint and not local:
            raise UsageError(
                f"the local cloud at {connection.endpoint} has no Firestore; start Google's emulator and set "
                f"{EMULATOR}, so that a rehearsal does not touch the real documents"
            )
        credentials = None if local else connection.credentials
        return firestore.Client(connection.project, credentials=credentials, database=self._database)


def _document(snapshot: Any) -> Reading:
    if not snapshot.exists:
        return None
    return Document(snapshot.id, snapshot.to_dict() or {}, str(snapshot.update_time.rfc3339()))


def _patience() -> Any:
    """Ask again what did not arrive; a conditional write that arrived twice is refused the second time."""
    from google.api_core import exceptions, retry

    again = retry.if_exception_type(
        exceptions.ServiceUnavailable, exceptions.InternalServerError, exceptions.TooManyRequests
    )
    return retry.Retry(again, initial=0.2, maximum=3, timeout=_SECONDS)
