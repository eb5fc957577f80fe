"""Names and times of resources."""

from __future__ import annotations

import re
import time
from typing import Any, NamedTuple

from google.protobuf import timestamp_pb2

from deployguard.emulator.refusal import invalid

PROJECT_NUMBER = "123456789012"
_PARENT = re.compile(r"projects/([^/]+)/locations/([^/]+)")


class Location(NamedTuple):
    """A project and a region, `-` for any."""

    project: str
    region: str


def location_of(name: str) -> Location:
    """Read the project and region that a resource name starts with; raises Refusal."""
    match = _PARENT.match(name)
    if match is None:
        raise invalid(f"{name!r} must start with projects/PROJECT/locations/LOCATION")
    return Location(match[1], match[2])


def now() -> Any:
    """Return the time as a protobuf Timestamp."""
    stamp = timestamp_pb2.Timestamp()
    stamp.FromNanoseconds(time.time_ns() // 1000 * 1000)
    return stamp
