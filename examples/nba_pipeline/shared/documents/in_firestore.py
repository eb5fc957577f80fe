from __future__ import annotations

from google.api_core import exceptions
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud import firestore

from shared.documents.store import AlreadyExists, Changed, Document, Fields, Place


class FirestoreDocuments:
    """A document's version is its update time, which the server assigns and preconditions compare."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def get(self, place: Place) -> Document | None:
        snapshot = self._reference(place).get()
        if not snapshot.exists:
            return None
        return Document(
            fields=snapshot.to_dict() or {},
            version=_version(snapshot.update_time),
            written_at=snapshot.update_time,
            read_at=snapshot.read_time,
        )

    def create(self, place: Place, fields: Fields) -> str:
        try:
            result = self._reference(place).create(dict(fields))
        except exceptions.AlreadyExists as error:
            raise AlreadyExists(f"{place.collection}/{place.key}") from error
        except exceptions.Aborted as error:
            raise Changed(f"{place.collection}/{place.key}: another writer was at it") from error
        return _version(result.update_time)

    def update(self, place: Place, fields: Fields, version: str) -> str:
        unchanged = self._client.write_option(last_update_time=DatetimeWithNanoseconds.from_rfc3339(version))
        paths = {firestore.Client.field_path(name): value for name, value in fields.items()}
        try:
            result = self._reference(place).update(paths, option=unchanged)
        except (exceptions.FailedPrecondition, exceptions.NotFound, exceptions.Aborted) as error:
            raise Changed(f"{place.collection}/{place.key} is not at version {version}") from error
        return _version(result.update_time)

    def put(self, place: Place, fields: Fields) -> None:
        self._reference(place).set(dict(fields))

    def _reference(self, place: Place) -> firestore.DocumentReference:
        return self._client.collection(place.collection).document(place.key)


def _version(moment: DatetimeWithNanoseconds) -> str:
    return str(moment.rfc3339())
