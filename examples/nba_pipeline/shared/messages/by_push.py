from __future__ import annotations

import base64
import json
import urllib.request
import uuid

from shared.messages.publisher import OutgoingMessage
from shared.moments import as_text, utc_now

_SECONDS = 20


class PushPublisher:
    """For a laptop: hands each message to a local function, as Eventarc would."""

    def __init__(self, url: str, project: str) -> None:
        self._url = url
        self._project = project

    def publish(self, message: OutgoingMessage) -> str:
        identity = uuid.uuid4().hex
        request = urllib.request.Request(  # noqa: S310
            self._url,
            data=json.dumps({"message": _pubsub_message(message, identity)}).encode(),
            headers={
                "content-type": "application/json",
                "ce-specversion": "1.0",
                "ce-id": identity,
                "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
                "ce-source": f"//pubsub.googleapis.com/projects/{self._project}/topics/{message.topic}",
            },
        )
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
            return identity


def _pubsub_message(message: OutgoingMessage, identity: str) -> dict[str, object]:
    return {
        "data": base64.b64encode(json.dumps(dict(message.payload)).encode()).decode(),
        "attributes": dict(message.attributes),
        "messageId": identity,
        "publishTime": as_text(utc_now()),
    }
