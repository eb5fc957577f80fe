"""Entries of Cloud Logging, written and looked for (google/logging/v2/logging.proto)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals

Entry = Mapping[str, Any]


class LogEntries:
    """The log entries of one project, in the JSON form of `LogEntry`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, entry: Entry) -> None:
        """Write one entry; `entry` has logName, resource, insertId and a payload.

        Raises:
            CloudError: the call failed.
        """
        from google.cloud.logging_v2 import types
        from google.protobuf import json_format

        message = json_format.ParseDict(dict(entry), types.LogEntry.pb()())
        with refusals(f"writing to {entry['logName']}"):
            self._client.write_log_entries(
                types.WriteLogEntriesRequest(entries=[types.LogEntry.wrap(message)])
            )

    def matching(self, text: str, most: int = 100) -> tuple[Entry, ...]:
        """Return the newest entries that a filter lets through, `most` at most.

        Raises:
            CloudError: the call failed, or the filter cannot be read.
        """
        from google.cloud.logging_v2 import types
        from google.protobuf import json_format

        request = types.ListLogEntriesRequest(
            resource_names=[f"projects/{self._connection.project}"],
            filter=text,
            order_by="timestamp desc",
            page_size=most,
        )
        with refusals(f"reading the log of {self._connection.project}"):
            page = next(iter(self._client.list_log_entries(request).pages))
            return tuple(json_format.MessageToDict(type(one).pb(one)) for one in page.entries)

    @cached_property
    def _client(self) -> Any:
        from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client

        return self._connection.client(LoggingServiceV2Client)
