"""The contract of a publisher: into a file, to a local function, and through the Pub/Sub emulator."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cloudevents.http import from_http
from google.api_core.exceptions import NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from shared.messages.by_push import PushPublisher
from shared.messages.delivery import read_delivery
from shared.messages.in_jsonl import JsonlPublisher
from shared.messages.in_pubsub import PubsubPublisher
from shared.messages.publisher import OutgoingMessage, Publisher

MESSAGE = OutgoingMessage("a-topic", {"text": "täxt", "number": 1}, {"trigger_id": "t:1"})
Received = dict[str, object]
Ends = tuple[Publisher, Callable[[], list[Received]]]


@pytest.fixture
def jsonl(tmp_path: Path) -> Ends:
    file = tmp_path / "published.jsonl"
    return JsonlPublisher(file), lambda: [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def push() -> Iterator[Ends]:
    received: list[Received] = []

    class Function(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            event = from_http(dict(self.headers), body)
            delivery = read_delivery(event.get_data())
            received.append(
                {
                    "message_id": delivery.message_id,
                    "topic": event["source"].rpartition("/")[2],
                    "payload": delivery.payload,
                    "attributes": delivery.attributes,
                }
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Function) as server:
        threading.Thread(target=server.serve_forever).start()
        yield PushPublisher(f"http://127.0.0.1:{server.server_port}", "p"), lambda: received
        server.shutdown()


@pytest.fixture
def pubsub(pubsub_emulator: str, project: str) -> Iterator[Ends]:
    client = PublisherClient()
    topic = client.topic_path(project, MESSAGE.topic)
    client.create_topic(name=topic)
    with SubscriberClient() as subscriber:
        subscription = subscriber.subscription_path(project, "reader")
        subscriber.create_subscription(name=subscription, topic=topic)

        def received() -> list[Received]:
            answer = subscriber.pull(subscription=subscription, max_messages=10, timeout=10)
            return [
                {
                    "message_id": each.message.message_id,
                    "topic": MESSAGE.topic,
                    "payload": json.loads(each.message.data),
                    "attributes": dict(each.message.attributes),
                }
                for each in answer.received_messages
            ]

        yield PubsubPublisher(client, project), received
    client.stop()


@pytest.mark.parametrize("kind", ["jsonl", "push", pytest.param("pubsub", marks=pytest.mark.slow)])
def test_what_is_published_arrives_with_its_id(kind: str, request: pytest.FixtureRequest) -> None:
    publisher, received = request.getfixturevalue(kind)
    identity = publisher.publish(MESSAGE)
    assert received() == [
        {
            "message_id": identity,
            "topic": "a-topic",
            "payload": dict(MESSAGE.payload),
            "attributes": dict(MESSAGE.attributes),
        }
    ]


def test_a_push_that_nobody_takes_is_an_error() -> None:
    with pytest.raises(OSError, match="refused"):
        PushPublisher("http://127.0.0.1:9", "p").publish(MESSAGE)


@pytest.mark.slow
def test_a_topic_that_does_not_exist_is_an_error(pubsub: Ends) -> None:
    with pytest.raises(NotFound):
        pubsub[0].publish(OutgoingMessage("another-topic", {}))


def test_a_delivery_says_who_sent_it_and_about_what() -> None:
    data = base64.b64encode(b'{"a": 1}').decode()
    delivery = read_delivery({"message": {"data": data, "message_id": 12, "attributes": {"correlation_id": "c"}}})
    assert (delivery.message_id, delivery.correlation_id, delivery.payload) == ("12", "c", {"a": 1})
