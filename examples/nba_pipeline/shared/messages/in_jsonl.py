from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

from shared.messages.publisher import OutgoingMessage


class JsonlPublisher:
    """For a laptop: one line a message, appended."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def publish(self, message: OutgoingMessage) -> str:
        identity = uuid.uuid4().hex
        line = {
            "message_id": identity,
            "topic": message.topic,
            "payload": dict(message.payload),
            "attributes": dict(message.attributes),
        }
        # One write to a file opened for appending: lines of several processes do not mix.
        with self._file.open("ab", buffering=0) as stream:
            stream.write(json.dumps(line).encode() + b"\n")
            os.fsync(stream.fileno())
        return identity
