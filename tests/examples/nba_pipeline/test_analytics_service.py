from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from data_processors.analytics.analytics import Analytics
from data_processors.analytics.processor import Surroundings
from data_processors.analytics.processors import PROCESSORS
from data_processors.analytics.web import make_app
from flask.testing import FlaskClient
from shared.config.phase3_config import Phase3Config
from shared.documents.in_sqlite import SqliteDocuments
from shared.documents.store import Place
from shared.locks.processing_lock import ProcessingLocks
from shared.messages.rejected import RejectedMessages
from shared.tables.in_duckdb import DuckdbTables

from tests.examples.nba_pipeline.deliveries import RecordingPublisher, envelope
from tests.examples.nba_pipeline.raw_days import DAY

pytestmark = pytest.mark.slow

NAMES = [kind.name for kind in PROCESSORS]


@pytest.fixture
def published() -> RecordingPublisher:
    return RecordingPublisher()


@pytest.fixture
def locks(sqlite_documents: SqliteDocuments, config: Phase3Config) -> ProcessingLocks:
    return ProcessingLocks(sqlite_documents, config.lock_collection, config.lease_seconds)


@pytest.fixture
def client(
    loaded: DuckdbTables, locks: ProcessingLocks, published: RecordingPublisher, config: Phase3Config
) -> FlaskClient:
    rejected = RejectedMessages(locks.documents, config.rejected_collection)
    analytics = Analytics(Surroundings(loaded, locks, published, config.completed_topic), rejected)
    return make_app(lambda: analytics).test_client()


def test_a_push_runs_all_processors(client: FlaskClient, published: RecordingPublisher) -> None:
    answer = client.post("/process", json=envelope({"game_date": str(DAY), "correlation_id": "c"}))
    assert answer.status_code == 200
    assert answer.json == {"done": NAMES, "busy": [], "failed": [], "rejected": ""}
    assert [message.payload["processor"] for message in published.messages] == NAMES
    assert {message.payload["correlation_id"] for message in published.messages} == {"c"}


def test_a_push_can_name_one(client: FlaskClient) -> None:
    request = envelope({"game_date": str(DAY), "processor": NAMES[1]})
    assert _json(client, request)["done"] == [NAMES[1]]


def test_a_held_lock_is_answered_so_that_pubsub_retries(client: FlaskClient, locks: ProcessingLocks) -> None:
    request = envelope({"game_date": str(DAY)})
    with locks.hold(f"{NAMES[0]}:{DAY}"):
        answer = client.post("/process", json=request)
        assert answer.status_code == 409
        assert answer.json == {"done": NAMES[1:], "busy": NAMES[:1], "failed": [], "rejected": ""}
    assert _json(client, request)["done"] == NAMES


def test_one_that_fails_does_not_stop_the_others(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PROCESSORS[0], "calculate", _fail)
    answer = client.post("/process", json=envelope({"game_date": str(DAY)}))
    assert answer.status_code == 500
    assert answer.json == {"done": NAMES[1:], "busy": [], "failed": NAMES[:1], "rejected": ""}


def _fail(*_: object) -> None:
    raise ConnectionError


@pytest.mark.parametrize(
    "send",
    [
        lambda client: client.post("/process", data=b"\xff not json"),
        lambda client: client.post("/process", json=None),
        lambda client: client.post("/process", json=envelope({"game_date": "tomorrow"})),
        lambda client: client.post("/process", json=envelope({"game_date": str(DAY), "processor": ["x"]})),
        lambda client: client.post("/process", json=envelope({"game_date": str(DAY), "processor": "nobody"})),
    ],
)
def test_a_malformed_push_is_acknowledged_and_kept(
    client: FlaskClient,
    locks: ProcessingLocks,
    send: Callable[[FlaskClient], object],
    caplog: pytest.LogCaptureFixture,
    published: RecordingPublisher,
) -> None:
    assert getattr(send(client), "status_code", None) == 200
    (record,) = (record for record in caplog.records if record.levelname == "ERROR")
    collection, _, key = record.__dict__["fields"]["kept_as"].partition("/")
    assert locks.documents.get(Place(collection, key))
    assert published.messages == []


def test_health_needs_no_store_and_tells_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"COMMIT": "abc", "FINGERPRINT": "f00", "TIMESTAMP": "2026-02-01T00:00:00Z"}.items():
        monkeypatch.setenv(f"BUILD_{name}", value)
    answer = make_app(_no_store).test_client().get("/health")
    assert answer.json == {
        "service": "analytics-processor",
        "status": "healthy",
        "commit": "abc",
        "fingerprint": "f00",
        "built_at": "2026-02-01T00:00:00Z",
    }


def test_health_without_a_stamp_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMMIT", "FINGERPRINT", "TIMESTAMP"):
        monkeypatch.delenv(f"BUILD_{name}", raising=False)
    answer = make_app(_no_store).test_client().get("/health")
    assert answer.json is not None
    assert (answer.json["commit"], answer.json["fingerprint"]) == (None, None)


def _no_store() -> Analytics:
    raise AssertionError("opened")


def _json(client: FlaskClient, body: object) -> dict[str, object]:
    answer = client.post("/process", json=body)
    assert isinstance(answer.json, dict)
    return answer.json
