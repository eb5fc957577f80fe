"""The log of a revision: how many of its requests failed, and what it wrote last."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from deployguard.gcp.connection import Connection
from deployguard.gcp.log_entries import MOST_AT_ONCE, entries

_MOST_REQUESTS = 5_000  # entries.list may be called 60 times a minute: cloud.google.com/logging/quotas


class Counts(NamedTuple):
    """Requests that a revision answered, and those with a status from 500 on.

    `complete` is False where there were more than were read: the counts are then of the latest ones.
    """

    requests: int
    errors: int
    complete: bool = True


def request_counts(
    connection: Connection, service: str, revision: str, since: datetime, until: datetime
) -> Counts:
    """Count the requests of one revision from its request log, those to its tagged address included.

    `since` (inclusive) and `until` (exclusive) are timezone-aware. Entries come late: some seconds, at times a minute.

    Raises:
        CloudError: the log cannot be read.
    """
    wanted = (
        f"{_of_revision(service, revision)} AND {_between(since, until)} "
        f'AND logName="projects/{connection.project}/logs/run.googleapis.com%2Frequests" '
        "AND httpRequest.status>=100"
    )
    found = entries(connection, wanted, f"counting the requests of {revision}")
    statuses = [entry.http_request.status for entry in islice(found, _MOST_REQUESTS)]
    return Counts(len(statuses), sum(status >= 500 for status in statuses), next(found, None) is None)


def log_tail(
    connection: Connection, service: str, revision: str, lines: int, since: datetime
) -> tuple[str, ...]:
    """Return the last lines that a revision, or Cloud Run about it, wrote since then, oldest first.

    Raises:
        CloudError: the log cannot be read.
    """
    wanted = (
        f"{_of_revision(service, revision)} AND {_between(since, None)} "
        f'AND logName!="projects/{connection.project}/logs/run.googleapis.com%2Frequests" '
        'AND NOT logName:"cloudaudit.googleapis.com"'
    )
    return tail(connection, wanted, lines, f"reading the log of {revision}")


def tail(connection: Connection, wanted: str, lines: int, doing: str) -> tuple[str, ...]:
    """Return the last lines of the entries that a filter lets through, oldest first."""
    newest = list(islice(entries(connection, wanted, doing, page=min(lines, MOST_AT_ONCE)), lines))
    texts = [line for entry in reversed(newest) for line in _text(entry).splitlines()]
    return tuple(texts[-lines:]) if lines > 0 else ()


def _of_revision(service: str, revision: str) -> str:
    return (
        f'resource.type="cloud_run_revision" AND resource.labels.service_name="{service}" '
        f'AND resource.labels.revision_name="{revision}"'
    )


def _between(since: datetime, until: datetime | None) -> str:
    # without a lower bound Google looks at the last day only
    end = f' AND timestamp<"{_written(until)}"' if until is not None else ""
    return f'timestamp>="{_written(since)}"{end}'


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(entry: Any) -> str:
    if entry.WhichOneof("payload") != "json_payload":
        return str(entry.text_payload)
    from google.protobuf import json_format

    content = json_format.MessageToDict(entry.json_payload)
    message = content.get("message")
    return message if isinstance(message, str) else json.dumps(content, sort_keys=True)
