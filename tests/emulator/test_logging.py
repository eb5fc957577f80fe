"""Cloud Logging through the stock clients: the low-level one, and the high-level one over gRPC and HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import logging as cloud_logging
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.types import LogEntry

from tests.emulator.clients import Clients

pytestmark = pytest.mark.slow
PROJECT = "projects/demo-project"


@pytest.fixture
def client(cloud: Clients) -> Any:
    return cloud.of(LoggingServiceV2Client)


def write(client: Any, service: str, *entries: dict[str, Any]) -> None:
    resource = {"type": "cloud_run_revision", "labels": {"service_name": service}}
    named = [
        LogEntry({"log_name": f"{PROJECT}/logs/run.googleapis.com%2Fstderr", "resource": resource, **one})
        for one in entries
    ]
    client.write_log_entries(entries=named)


def texts(client: Any, condition: str, order: str = "") -> list[str]:
    listed = client.list_log_entries(
        request={"resource_names": [PROJECT], "filter": condition, "order_by": order, "page_size": 2}
    )
    return [one.text_payload for one in listed]


def test_filters_select_by_resource_severity_and_time(client: Any) -> None:
    name = f"s-{uuid.uuid4().hex[:6]}"
    write(
        client,
        name,
        {"text_payload": "one", "severity": "INFO", "timestamp": "2026-02-01T10:00:00Z"},
        {
            "text_payload": "two",
            "severity": "ERROR",
            "timestamp": "2026-02-01T11:00:00Z",
            "labels": {"a.b/c": "x"},
        },
        {"text_payload": "three", "severity": "CRITICAL", "timestamp": "2026-02-01T12:00:00Z"},
    )
    base = f'resource.type="cloud_run_revision" resource.labels.service_name="{name}"'
    assert texts(client, base) == ["one", "two", "three"]
    assert texts(client, base, "timestamp desc") == ["three", "two", "one"]
    assert texts(client, f"{base} AND severity>=ERROR") == ["two", "three"]
    assert texts(client, f'{base}\ntimestamp>="2026-02-01T11:00:00Z" timestamp<"2026-02-01T12:00:00Z"') == [
        "two"
    ]
    assert texts(client, f'{base} labels."a.b/c"="x"') == ["two"]
    assert texts(client, f'{base} (textPayload:"ONE" OR textPayload=~"^thr") NOT severity=CRITICAL') == [
        "one"
    ]
    assert texts(client, f'{base} -textPayload="two" severity=(ERROR OR CRITICAL)') == ["three"]
    assert texts(client, f"{base.replace('cloud_run_revision', 'cloud_function')}") == []


@pytest.mark.parametrize(
    "text", ["severity>=LOUD", "a=(b", "textPayload=~'['", 'timestamp>"yesterday"', "= x", "\x00"]
)
def test_a_filter_that_cannot_be_read_is_refused(client: Any, text: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        list(client.list_log_entries(request={"resource_names": [PROJECT], "filter": text}))


def test_the_high_level_client_writes_and_reads_over_http(cloud: Clients) -> None:
    name = f"log-{uuid.uuid4().hex[:6]}"
    client = cloud_logging.Client(
        project="demo-project",
        credentials=AnonymousCredentials(),
        _use_grpc=False,
        client_options={"api_endpoint": cloud.address},
    )
    client.logger(name).log_struct({"message": "hello", "n": 3}, severity="WARNING")
    (entry,) = client.list_entries(filter_=f'logName="{PROJECT}/logs/{name}" jsonPayload.n>2')
    assert (entry.payload["message"], entry.severity) == ("hello", "WARNING")
