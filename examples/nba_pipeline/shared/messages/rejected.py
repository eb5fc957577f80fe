"""Where malformed messages go: acknowledged, since sending them again helps nobody, and kept, since somebody has to look."""

from __future__ import annotations

import hashlib
import json
import logging

from shared.documents.store import DocumentStore, Place
from shared.messages.delivery import message_id
from shared.moments import Clock, as_text, utc_now
from shared.structured_logs import with_fields

# Firestore refuses documents over 1 MiB, Pub/Sub carries up to 10 MB.
_KEPT_CHARACTERS = 200_000
_log = logging.getLogger(__name__)


class RejectedMessages:
    def __init__(self, documents: DocumentStore, collection: str, now: Clock = utc_now) -> None:
        self._documents = documents
        self._collection = collection
        self._now = now

    def keep(self, envelope: object, reason: str) -> str:
        """Raises if it could not be kept: then the message must not be acknowledged either."""
        text = _as_json(envelope)
        digest = hashlib.sha256(text.encode()).hexdigest()
        key = f"{_given_id(envelope)}{digest[:16]}"
        entry = {
            "reason": reason,
            "envelope": text[:_KEPT_CHARACTERS],
            "characters": len(text),
            "sha256": digest,
            "rejected_at": as_text(self._now()),
        }
        self._documents.put(Place(self._collection, key), entry)
        fields = with_fields(reason=reason, kept_as=f"{self._collection}/{key}")
        _log.error("Message rejected: %s", reason, extra=fields)
        return key


def _given_id(envelope: object) -> str:
    """The sender's id, where it can be part of a document's name."""
    message = envelope.get("message") if isinstance(envelope, dict) else None
    given = message_id(message) if isinstance(message, dict) else ""
    return f"{given}-" if given.isascii() and given.isalnum() and len(given) <= 100 else ""


def _as_json(envelope: object) -> str:
    # ASCII only: a lone surrogate in the message would not survive UTF-8.
    return json.dumps(envelope, default=repr, ensure_ascii=True)
