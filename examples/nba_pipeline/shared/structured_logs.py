"""One JSON object a line on stdout, as Cloud Logging reads it: severity, message, time, and the fields given."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_SEVERITIES = {"WARN": "WARNING", "FATAL": "CRITICAL"}


class CloudLoggingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "severity": _SEVERITIES.get(record.levelname, record.levelname),
            "message": self._text(record),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
        }
        fields = getattr(record, "fields", {})
        return json.dumps({**fields, **entry}, default=str, ensure_ascii=False)

    def _text(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        # Error Reporting groups by the stack trace, and looks for it in the message.
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def log_as_json(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(CloudLoggingFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def with_fields(**fields: object) -> dict[str, object]:
    """For `extra=`: what a log line is about, as fields one can filter by."""
    return {"fields": fields}
