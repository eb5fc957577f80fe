from __future__ import annotations

import json

from google.cloud.pubsub_v1 import PublisherClient

from shared.messages.publisher import OutgoingMessage

_SECONDS = 20


class PubsubPublisher:
    def __init__(self, client: PublisherClient, project: str) -> None:
        self._client = client
        self._project = project

    def publish(self, message: OutgoingMessage) -> str:
        topic = self._client.topic_path(self._project, message.topic)
        data = json.dumps(dict(message.payload)).encode()
        # Waiting is the point: whoever calls acknowledges its own message next.
        return str(self._client.publish(topic, data, **message.attributes).result(timeout=_SECONDS))
