"""Names of resources, such as `projects/p/locations/us-west2/services/orders`."""

from __future__ import annotations


def short(name: str) -> str:
    """Return the last part of a resource name."""
    return name.rpartition("/")[2]
