"""Filters of Monitoring's listings (cloud.google.com/monitoring/api/v3/sorting-and-filtering)."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format

from deployguard.emulator.logfilter import compiled


def matching(rows: list[tuple[str, Any]], text: str) -> list[tuple[str, Any]]:
    """Return the rows whose resource a filter takes; raises Refusal for a filter that cannot be read.

    `display_name = "..."`, `type = "email"` and `user_labels.team = "data"`.
    """
    if not text:
        return rows
    test = compiled(text)
    return [(name, resource) for name, resource in rows if test(_flat(resource))]


def _flat(resource: Any) -> dict[str, Any]:
    return dict(json_format.MessageToDict(resource, preserving_proto_field_name=False))
