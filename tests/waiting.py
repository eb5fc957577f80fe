"""Waiting for what another process does: by the clock, so that a busy machine only makes it slower."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_Seen = TypeVar("_Seen")


def eventually(look: Callable[[], _Seen], seconds: float = 60) -> _Seen:
    """Return what `look` sees once it is true; looks twenty times a second.

    Raises:
        AssertionError: it saw nothing true within that many seconds.
    """
    ends = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < ends, f"not within {seconds:g} s"
        time.sleep(0.05)
    return seen
