"""What the log says of one revision."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.logging_v2 import types
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client

from deployguard.gcp.log_entries import entries
from deployguard.gcp.logs import log_tail, request_counts
from deployguard.model.errors import CloudError
from tests.emulator.clients import Clients
from tests.gcp.made import REGION, connection

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def labels(revision: str) -> dict[str, str]:
    names = {"service_name": revision.rpartition("-")[0], "revision_name": revision}
    return {"project_id": "demo-project", "location": REGION, **names}


def entry(revision: str, at: datetime, log: str = "requests", **content: object) -> types.LogEntry:
    made = types.LogEntry(log_name=f"projects/demo-project/logs/run.googleapis.com%2F{log}", timestamp=at)
    made.resource = {"type": "cloud_run_revision", "labels": labels(revision)}
    for key, value in content.items():
        setattr(made, key, value)
    return made


def write(cloud: Clients, *entries: types.LogEntry) -> None:
    cloud.of(LoggingServiceV2Client).write_log_entries(entries=entries)


def a_revision() -> str:
    return f"s{uuid.uuid4().hex[:6]}-00001"


def test_requests_of_one_revision_and_one_span_are_counted(cloud: Clients) -> None:
    revision, other = a_revision(), a_revision()
    served = [
        (200, NOW),
        (404, NOW),
        (500, NOW),
        (503, NOW + MINUTE),
        (500, NOW - MINUTE),
        (200, NOW + 2 * MINUTE),
    ]
    write(
        cloud,
        *(entry(revision, at, http_request={"status": status}) for status, at in served),
        entry(other, NOW, http_request={"status": 500}),
        entry(revision, NOW, "stderr", http_request={"status": 500}),  # what the code itself wrote
    )
    service = revision.rpartition("-")[0]
    counts = request_counts(connection(cloud), service, revision, NOW, NOW + 2 * MINUTE)
    assert counts == (4, 2, True)
    later = NOW + 60 * MINUTE
    assert request_counts(connection(cloud), service, revision, later, later + MINUTE) == (0, 0, True)


@pytest.mark.slow
def test_many_requests_are_read_page_by_page(cloud: Clients) -> None:
    revision = a_revision()
    every = [entry(revision, NOW, http_request={"status": 500 if n % 10 == 0 else 200}) for n in range(2300)]
    write(cloud, *every)
    service = revision.rpartition("-")[0]
    assert request_counts(connection(cloud), service, revision, NOW, NOW + MINUTE) == (2300, 230, True)
    write(cloud, *every, *every)
    counts = request_counts(connection(cloud), service, revision, NOW, NOW + MINUTE)
    assert (counts.requests, counts.complete) == (5000, False)
    found = entries(connection(cloud), f'resource.labels.revision_name="{revision}"', "x", page=900)
    assert len(list(found)) == 3 * 2300


def test_the_last_lines_come_in_order_and_without_requests(cloud: Clients) -> None:
    revision = a_revision()
    trace = (
        "Traceback (most recent call last):\n  File main.py\nModuleNotFoundError: No module named 'shared'"
    )
    write(
        cloud,
        entry(revision, NOW, "stdout", text_payload="starting"),
        entry(revision, NOW + MINUTE, "stderr", text_payload=trace),
        entry(revision, NOW + 2 * MINUTE, http_request={"status": 503}),
        entry(revision, NOW + 3 * MINUTE, "stdout", json_payload={"message": "said", "n": 1}),
        entry(revision, NOW + 4 * MINUTE, "varlog%2Fsystem", text_payload="The container failed to start"),
    )
    audit = entry(revision, NOW + 5 * MINUTE)
    audit.log_name = "projects/demo-project/logs/cloudaudit.googleapis.com%2Fsystem_event"
    write(cloud, audit)
    service = revision.rpartition("-")[0]
    told = ("ModuleNotFoundError: No module named 'shared'", "said", "The container failed to start")
    assert log_tail(connection(cloud), service, revision, 3, NOW) == told
    assert log_tail(connection(cloud), service, revision, 50, NOW)[:2] == ("starting", trace.splitlines()[0])
    assert log_tail(connection(cloud), service, revision, 50, NOW + 60 * MINUTE) == ()


def test_a_log_that_may_not_be_read_is_an_error(cloud: Clients) -> None:
    cloud.admin("POST", "faults", {"effect": "deny", "on": "logging.logEntries.list"})
    with pytest.raises(CloudError) as caught:
        log_tail(connection(cloud), "s", "s-1", 5, NOW)
    assert (caught.value.kind, caught.value.permission) == ("permission", "logging.logEntries.list")
