from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from shared.messages.publisher import Publisher


def open_publisher(url: str, project: str) -> Publisher:
    """`pubsub://`, or on a laptop `jsonl:///absolute/path` and `push://127.0.0.1:8081`."""
    parts = urlsplit(url)
    match parts.scheme:
        case "pubsub":
            from google.cloud.pubsub_v1 import PublisherClient

            from shared.messages.in_pubsub import PubsubPublisher

            return PubsubPublisher(PublisherClient(), project)
        case "jsonl":
            from shared.messages.in_jsonl import JsonlPublisher

            return JsonlPublisher(Path(parts.path))
        case "push":
            from shared.messages.by_push import PushPublisher

            return PushPublisher(f"http://{parts.netloc}{parts.path}", project)
        case _:
            raise ValueError(f"MESSAGES_URL: no way to send messages is called {parts.scheme!r}")
