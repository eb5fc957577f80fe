"""The log: what instances write, what the proxy saw, and what clients write themselves."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from google.cloud.logging_v2 import types
from google.logging.type import log_severity_pb2
from google.protobuf import json_format

from deployguard.emulator.store import Store

_LogEntry = types.LogEntry.pb()
_SEVERITIES = dict(log_severity_pb2.LogSeverity.items())
_SPECIAL = {"severity", "time", "timestamp"}


class Log:
    """Appends and reads log entries."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, entry: Any) -> None:
        """Store one entry; its time and insert id are filled in where they are missing."""
        received = time.time_ns()
        entry.receive_timestamp.FromNanoseconds(received)
        if not entry.HasField("timestamp"):
            entry.timestamp.FromNanoseconds(received)
        entry.insert_id = entry.insert_id or uuid.uuid4().hex[:20]
        self._store.log(entry.timestamp.ToNanoseconds() / 1e9, entry.log_name, entry.SerializeToString())

    def line(self, revision: str, stream: str, text: str) -> None:
        """Store what an instance of a revision wrote to `stdout` or `stderr`.

        Plain text has severity DEFAULT, on both streams; a JSON object keeps its fields, and its `severity` counts
        (cloud.google.com/run/docs/logging).
        """
        self._line(_entry(revision, stream), text)

    def job_line(self, execution: str, stream: str, text: str) -> None:
        """Store what an execution of a job wrote; it counts as a line of an instance does."""
        _, project, _, region, _, job, _, short = execution.split("/")
        entry = _LogEntry(log_name=f"projects/{project}/logs/run.googleapis.com%2F{stream}")
        entry.resource.type = "cloud_run_job"
        entry.resource.labels.update(project_id=project, location=region, job_name=job)
        entry.labels.update({"run.googleapis.com/execution_name": short})
        self._line(entry, text)

    def _line(self, entry: Any, text: str) -> None:
        content = _object(text)
        if content is None:
            entry.text_payload = text
        else:
            entry.severity = _SEVERITIES.get(str(content.get("severity", "DEFAULT")).upper(), 0)
            rest = {key: value for key, value in content.items() if key not in _SPECIAL}
            json_format.ParseDict(rest, entry.json_payload)
        self.append(entry)

    def system(self, revision: str, text: str, severity: str) -> None:
        """Store what Cloud Run itself says about an instance."""
        entry = _entry(revision, "varlog%2Fsystem")
        entry.text_payload = text
        entry.severity = _SEVERITIES[severity]
        self.append(entry)

    def request(self, revision: str, asked: tuple[str, str], status: int, took: tuple[float, int]) -> None:
        """Store the request entry that Cloud Run writes: ERROR from 500 on, WARNING from 400 on.

        `asked` is the request's method and URL, `took` the seconds and the bytes of the answer.
        """
        entry = _entry(revision, "requests")
        entry.severity = _SEVERITIES["ERROR" if status >= 500 else "WARNING" if status >= 400 else "INFO"]
        entry.http_request.request_method, entry.http_request.request_url = asked
        entry.http_request.status = status
        entry.http_request.response_size = took[1]
        entry.http_request.latency.FromNanoseconds(int(took[0] * 1e9))
        self.append(entry)

    def note(self, log_name: str, labels: Mapping[str, str], resource: str, text: str) -> None:
        """Store a line of another resource's log, such as a build's."""
        entry = _LogEntry(log_name=log_name, text_payload=text)
        entry.resource.type = resource
        entry.resource.labels.update(labels)
        self.append(entry)


def _entry(revision: str, stream: str) -> Any:
    _, project, _, region, _, service, _, short = revision.split("/")
    entry = _LogEntry(log_name=f"projects/{project}/logs/run.googleapis.com%2F{stream}")
    entry.resource.type = "cloud_run_revision"
    entry.resource.labels.update(
        project_id=project,
        location=region,
        service_name=service,
        configuration_name=service,
        revision_name=short,
    )
    return entry


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
