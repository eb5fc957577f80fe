"""Messages on Google's own Pub/Sub emulator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud import pubsub_v1

from deployguard.gcp.connection import Connection
from deployguard.gcp.publishing import publish
from deployguard.model.errors import CloudError, UsageError
from tests.examples.nba_pipeline.conftest import project, pubsub_emulator

__all__ = ["project", "pubsub_emulator"]


@pytest.fixture
def inbox(pubsub_emulator: str, project: str) -> Iterator[Any]:
    """A topic `phase4`, and what pulls its messages."""
    assert pubsub_emulator
    publisher = pubsub_v1.PublisherClient()
    with pubsub_v1.SubscriberClient() as subscriber:
        topic = publisher.topic_path(project, "phase4")
        publisher.create_topic(name=topic)
        place = subscriber.subscription_path(project, "inbox")
        subscriber.create_subscription(name=place, topic=topic)
        yield lambda: subscriber.pull(subscription=place, max_messages=10, timeout=10).received_messages
    publisher.transport.close()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["phase4", "projects/{}/topics/phase4"])
def test_a_message_arrives_with_its_attributes(inbox: Any, project: str, form: str) -> None:
    sent = publish(
        Connection(project), form.format(project), b'{"a": 1}', {"trigger_id": "phase3:2026-02-01"}
    )
    (received,) = inbox()
    assert (received.message.message_id, received.message.data) == (sent, b'{"a": 1}')
    assert dict(received.message.attributes) == {"trigger_id": "phase3:2026-02-01"}


@pytest.mark.slow
def test_a_topic_that_is_not_there_is_said(pubsub_emulator: str, project: str) -> None:
    assert pubsub_emulator
    with pytest.raises(CloudError, match="nowhere") as caught:
        publish(Connection(project), "nowhere", b"", {"a": "b"})
    assert caught.value.kind == "missing"


def test_a_rehearsal_never_starts_the_real_next_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    with pytest.raises(UsageError, match="PUBSUB_EMULATOR_HOST"):
        publish(Connection("demo-nobody", "http://127.0.0.1:9"), "phase4", b"", {})
