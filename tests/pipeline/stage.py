"""The example on Google's emulators: its documents, its topic, and a repository that configures its tracker."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.cloud import firestore, pubsub_v1
from shared.config.phase3_config import phase3_config

from tests.examples.nba_pipeline.servers import EXAMPLE
from tests.repositories import git

NAMES = phase3_config().expected
WRITTEN_BY = 'written-by = ["phase3-to-phase4-orchestrator", "nba-phase3-analytics-processors"]\n'


def finished(**changes: object) -> dict[str, object]:
    """A date as the example's function leaves it; a change to ... takes the field away."""
    entry = {"completed_at": "2026-02-02T08:30:00+00:00", "correlation_id": "c", "status": "success"}
    fields: dict[str, object] = {
        **{name: {**entry, "record_count": 7} for name in NAMES},
        "_completed_count": len(NAMES),
        "_triggered": True,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not ...}


@dataclass(frozen=True)
class Stage:
    """`folder` is a repository with the example's configuration, whose tracker names nobody to ask about."""

    folder: Path
    project: str
    documents: firestore.Client
    subscriber: pubsub_v1.SubscriberClient

    def put(self, day: str, **changes: object) -> None:
        self.documents.collection("phase3_completion").document(day).set(finished(**changes))

    def get(self, day: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (
            self.documents.collection("phase3_completion").document(day).get().to_dict()
        )
        return found

    def received(self, least: int) -> list[tuple[Mapping[str, Any], Mapping[str, str]]]:
        """Return what phase 4 was sent, body and attributes, waiting for so many messages."""
        place = self.subscriber.subscription_path(self.project, "phase4")
        found: list[tuple[Mapping[str, Any], Mapping[str, str]]] = []
        for _ in range(10):
            if len(found) >= least:
                break
            answer = self.subscriber.pull(subscription=place, max_messages=100, timeout=10)
            found += [
                (json.loads(each.message.data), dict(each.message.attributes))
                for each in answer.received_messages
            ]
            acknowledged = [each.ack_id for each in answer.received_messages]
            self.subscriber.acknowledge(subscription=place, ack_ids=acknowledged)
        return found


@contextmanager
def staged(folder: Path, project: str) -> Iterator[Stage]:
    folder.mkdir()
    text = (EXAMPLE / "deployguard.toml").read_text()
    assert WRITTEN_BY in text
    text = text.replace("nba-props-platform", project, 1).replace(WRITTEN_BY, "")
    (folder / "deployguard.toml").write_text(text)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    publisher, documents = pubsub_v1.PublisherClient(), firestore.Client(project=project)
    with pubsub_v1.SubscriberClient() as subscriber:
        topic = publisher.topic_path(project, phase3_config().next_phase_topic)
        publisher.create_topic(name=topic)
        place = subscriber.subscription_path(project, "phase4")
        subscriber.create_subscription(name=place, topic=topic)
        yield Stage(folder, project, documents, subscriber)
    documents.close()
    publisher.transport.close()
