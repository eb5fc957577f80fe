"""Where something stands in the repository."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A repository path and a line in it, counted from 1; line 0 means the file as a whole."""

    path: str
    line: int = 0
