"""Names of distributions."""

from __future__ import annotations

import re

_RUNS = re.compile(r"[-_.]+")


def normalised(name: str) -> str:
    """A distribution's name as an index compares it ("Names and normalization", packaging.python.org; PEP 503)."""
    return _RUNS.sub("-", name).lower()
