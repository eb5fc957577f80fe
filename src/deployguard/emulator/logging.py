"""Cloud Logging API v2 (google/logging/v2/logging.proto): entries written and read."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from google.cloud.logging_v2 import types
from google.protobuf import empty_pb2, json_format

from deployguard.emulator.log import Log
from deployguard.emulator.logfilter import compiled, moment_of
from deployguard.emulator.refusal import Refusal, invalid
from deployguard.emulator.stock import HttpRule
from deployguard.emulator.store import Store

HTTP = {
    "ListLogEntries": (HttpRule("POST", "/v2/entries:list", "*"),),
    "WriteLogEntries": (HttpRule("POST", "/v2/entries:write", "*"),),
    "DeleteLog": (HttpRule("DELETE", "/v2/{log_name=projects/*/logs/*}"),),
}
_LogEntry = types.LogEntry.pb()
_BOUND = re.compile(r"""\btimestamp\s*(>=|>|<=|<)\s*["']([^"']+)["']""")
_ALL_TIME = (0.0, 1e12)


class Logging:
    """The methods of google.logging.v2.LoggingServiceV2."""

    def __init__(self, store: Store, log: Log) -> None:
        self._store = store
        self._log = log

    def write_log_entries(self, request: Any) -> Any:
        if request.dry_run:
            return types.WriteLogEntriesResponse.pb()()
        for given in request.entries:
            entry = _LogEntry.FromString(given.SerializeToString())
            entry.log_name = entry.log_name or request.log_name
            if not entry.HasField("resource"):
                entry.resource.CopyFrom(request.resource)
            if not re.fullmatch(r"projects/[^/]+/logs/[^/]+", entry.log_name):
                raise invalid(
                    f"Log name {entry.log_name!r} must be projects/PROJECT/logs/LOG, with LOG URL-encoded"
                )
            for key, value in request.labels.items():
                if key not in entry.labels:
                    entry.labels[key] = value
            self._log.append(entry)
        return types.WriteLogEntriesResponse.pb()()

    def list_log_entries(self, request: Any) -> Any:
        if not request.resource_names:
            raise invalid("resource_names: at least one is required")
        newest_first = _order(request.order_by)
        size = min(request.page_size or 50, 1000)
        skipped = _skipped(request.page_token)
        response = types.ListLogEntriesResponse.pb()()
        for number, entry in enumerate(self._matching(request, newest_first)):
            if number < skipped:
                continue
            if number == skipped + size:
                response.next_page_token = base64.urlsafe_b64encode(str(number).encode()).decode()
                break
            response.entries.append(entry)
        return response

    def delete_log(self, request: Any) -> Any:
        if not self._store.unlog(request.log_name):
            raise Refusal("NOT_FOUND", f"Log {request.log_name} was not found")
        return empty_pb2.Empty()

    def _matching(self, request: Any, newest_first: bool) -> Iterator[Any]:
        test = compiled(request.filter)
        since, until = _bounds(request.filter)
        for resource in request.resource_names:
            prefix = f"{'/'.join(resource.split('/')[:2])}/logs/"
            for _, body in self._store.logged(prefix, since, until, newest_first=newest_first):
                entry = _LogEntry.FromString(body)
                if test(_as_json(entry)):
                    yield entry


def _as_json(entry: Any) -> dict[str, Any]:
    found: dict[str, Any] = json_format.MessageToDict(entry)
    found.setdefault("severity", "DEFAULT")
    return found


def _order(text: str) -> bool:
    if text not in {"", "timestamp asc", "timestamp desc"}:
        raise invalid(f"order_by: {text!r} must be 'timestamp asc' or 'timestamp desc'")
    return text == "timestamp desc"


def _skipped(token: str) -> int:
    try:
        return int(base64.b64decode(token, altchars=b"-_", validate=True) or b"0")
    except (binascii.Error, ValueError) as problem:
        raise invalid(f"page_token: {token!r} was not given out") from problem


def _bounds(text: str) -> tuple[float, float]:
    """Narrow the read to a filter's time bounds, where nothing in it could lift them."""
    if re.search(r"\b(OR|NOT)\b|(?<![\w.])-", text):
        return _ALL_TIME
    since, until = _ALL_TIME
    for operator, moment in _BOUND.findall(text):
        at = moment_of(moment).timestamp()
        since, until = (
            (max(since, at), until) if operator.startswith(">") else (since, min(until, at + 0.001))
        )
    return since, until
