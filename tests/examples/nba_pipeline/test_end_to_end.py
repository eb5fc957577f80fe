"""Everything together on the emulators: Pub/Sub pushes to two instances of the service, they publish, Pub/Sub pushes
to the function, it writes to Firestore and publishes, and the next phase pulls."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from data_processors.analytics.processors import PROCESSORS
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from shared.config.phase3_config import Phase3Config
from shared.documents.in_firestore import FirestoreDocuments
from shared.documents.store import Document, Place
from shared.tables.in_duckdb import DuckdbTables

from tests.examples.nba_pipeline.deliveries import DATE, counted
from tests.examples.nba_pipeline.raw_days import DAY
from tests.examples.nba_pipeline.servers import Server, function, function_artifact, image_artifact, service

pytestmark = pytest.mark.slow

RAW_TOPIC = "nba-phase2-raw-complete"


@dataclass(frozen=True)
class Stage:
    project: str
    publisher: PublisherClient
    subscriber: SubscriberClient
    services: tuple[Server, ...]
    function: Server

    def publish(self, topic: str, data: bytes) -> None:
        self.publisher.publish(self.publisher.topic_path(self.project, topic), data).result(timeout=20)

    def pull(self) -> list[dict[str, str]]:
        """What the next phase was told, within a moment."""
        path = self.subscriber.subscription_path(self.project, "phase4")
        answer = self.subscriber.pull(subscription=path, max_messages=10, timeout=10)
        return [dict(received.message.attributes) for received in answer.received_messages]


@pytest.fixture
def stage(
    firestore_emulator: str,
    pubsub_emulator: str,
    project: str,
    config: Phase3Config,
    loaded: DuckdbTables,
    tmp_path: Path,
) -> Iterator[Stage]:
    variables = {"GCP_PROJECT_ID": project, "TABLES_URL": f"duckdb://{tmp_path / 'loaded.duckdb'}"}
    with ExitStack() as opened:
        image = image_artifact(tmp_path / "app")
        services = tuple(opened.enter_context(service(image, variables)) for _ in range(2))
        orchestrator = opened.enter_context(function(function_artifact(tmp_path / "function"), variables))
        publisher, subscriber = PublisherClient(), opened.enter_context(SubscriberClient())
        opened.callback(publisher.stop)
        stage = Stage(project, publisher, subscriber, services, orchestrator)
        _connect(stage, config)
        yield stage


def _connect(stage: Stage, config: Phase3Config) -> None:
    for topic in (RAW_TOPIC, config.completed_topic, config.next_phase_topic):
        stage.publisher.create_topic(name=stage.publisher.topic_path(stage.project, topic))
    for number, server in enumerate(stage.services):
        _subscribe(stage, RAW_TOPIC, f"service-{number}", f"{server.url}/process")
    _subscribe(stage, config.completed_topic, "function", stage.function.url)
    _subscribe(stage, config.next_phase_topic, "phase4", "")


def _subscribe(stage: Stage, topic: str, name: str, endpoint: str) -> None:
    request: dict[str, object] = {
        "name": stage.subscriber.subscription_path(stage.project, name),
        "topic": stage.publisher.topic_path(stage.project, topic),
        "ack_deadline_seconds": 30,
    }
    if endpoint:
        request["push_config"] = {"push_endpoint": endpoint}
    stage.subscriber.create_subscription(request=request)


def test_two_instances_and_a_day(
    stage: Stage, config: Phase3Config, loaded: DuckdbTables, firestore_documents: FirestoreDocuments
) -> None:
    # Noise first: it must neither be lost nor stand in the way.
    stage.publish(RAW_TOPIC, b"no json")
    stage.publish(config.completed_topic, json.dumps({"processor": "x"}).encode())
    stage.publish(RAW_TOPIC, json.dumps({"game_date": DATE, "correlation_id": "day-1"}).encode())
    place = Place(config.collection, DATE)
    _until(lambda: _is_triggered(firestore_documents.get(place)))
    found = firestore_documents.get(place)
    assert found is not None
    assert counted(found.fields) == sorted(config.expected)
    assert found.fields["_completed_count"] == 5
    assert {_correlation(found.fields[name]) for name in config.expected} == {"day-1"}
    _until(lambda: _all_logged(stage.services))
    for kind in PROCESSORS:
        rows = loaded.read(kind.table, DAY, DAY)
        keys = [tuple(row[name] for name in kind.table.primary_key) for row in rows]
        assert (len(keys), len(set(keys))) == (2, 2)
    told = stage.pull()
    assert [attributes["trigger_id"] for attributes in told] == [f"phase3:{DATE}"]
    assert told[0]["correlation_id"] == "day-1"
    rejected = firestore_documents._client.collection(config.rejected_collection).stream()
    assert sorted(entry.get("reason").partition(" is ")[0] for entry in rejected) == ["data", "data", "processor"]


def test_health_tells_what_runs(stage: Stage) -> None:
    with urllib.request.urlopen(f"{stage.services[0].url}/health", timeout=10) as answer:
        assert json.load(answer)["service"] == "analytics-processor"


def test_logs_are_lines_of_json_with_severity(stage: Stage, config: Phase3Config) -> None:
    stage.publish(config.completed_topic, b"no json")
    _until(lambda: "rejected" in stage.function.log.read_text())
    lines = [json.loads(line) for line in stage.function.log.read_text().splitlines() if line.startswith("{")]
    (entry,) = (line for line in lines if line["severity"] == "ERROR")
    assert (entry["message"], entry["reason"]) == ("Message rejected: data is not JSON", "data is not JSON")


def _is_triggered(found: Document | None) -> bool:
    return found is not None and found.fields.get("_triggered") is True


def _all_logged(servers: tuple[Server, ...]) -> bool:
    """Each instance got through the day: the one that found a lock held was sent the message again."""
    return all(server.log.read_text().count("Processor is done") >= len(PROCESSORS) for server in servers)


def _correlation(entry: object) -> object:
    assert isinstance(entry, dict)
    return entry["correlation_id"]


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
