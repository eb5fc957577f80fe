"""Entries of Cloud Logging: looked for page by page, and written (google/logging/v2/logging.proto)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE, patiently

MOST_AT_ONCE = 1000  # of entries.list


def entries(connection: Connection, wanted: str, doing: str, page: int = MOST_AT_ONCE) -> Iterator[Any]:
    """Yield the `LogEntry` messages that a filter lets through, newest first, page by page.

    Raises:
        CloudError: the log cannot be read.
    """
    from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
    from google.cloud.logging_v2.types import ListLogEntriesRequest, ListLogEntriesResponse

    client = connection.client(LoggingServiceV2Client)
    request = ListLogEntriesRequest(
        resource_names=[f"projects/{connection.project}"],
        filter=wanted,
        order_by="timestamp desc",
        page_size=page,
    )

    def ask() -> Any:
        with refusals(doing):
            pages = client.list_log_entries(request, **ONCE).pages
            return ListLogEntriesResponse.pb(next(iter(pages)))

    while True:
        answer = patiently(ask, connection.patience)
        yield from answer.entries
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


def has_entry(connection: Connection, wanted: str) -> bool:
    """Tell whether a filter lets any entry through.

    Raises:
        CloudError: the log cannot be read, or the filter.
    """
    found = entries(connection, wanted, f"reading the log of {connection.project}", page=1)
    return next(found, None) is not None


def write_entry(connection: Connection, entry: Mapping[str, Any]) -> None:
    """Write one entry in the JSON form of `LogEntry`: with logName, resource, insertId and a payload.

    Raises:
        CloudError: the call failed.
    """
    from google.cloud.logging_v2 import types
    from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
    from google.protobuf import json_format

    message = json_format.ParseDict(dict(entry), types.LogEntry.pb()())
    with refusals(f"writing to {entry['logName']}"):
        connection.client(LoggingServiceV2Client).write_log_entries(
            types.WriteLogEntriesRequest(entries=[types.LogEntry.wrap(message)])
        )
