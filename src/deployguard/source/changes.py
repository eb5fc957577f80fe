"""What commits changed, as `git diff-tree` tells it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple


class Changed(NamedTuple):
    """The ids of a path's content before and after, all zeros where there was or is nothing."""

    before: str
    after: str


Changes = tuple[Mapping[str, Changed], ...]
"""The changed paths of a commit against each of its parents, in their order; a root commit has one, against nothing."""


def changes_of(listing: bytes) -> dict[str, Changes]:
    """Read `git diff-tree --stdin -m -z --raw`: for each commit and parent its id, then pairs of record and path.

    What equals one parent has no record for it.
    """
    found: dict[str, list[dict[str, Changed]]] = {}
    fields = iter(os.fsdecode(listing).split("\0"))
    paths: dict[str, Changed] = {}
    for field in fields:
        word = field.strip("\n")
        if word.startswith(":"):
            _, _, before, after, _ = word.split(" ")
            paths[next(fields)] = Changed(before, after)
        elif word:
            paths = {}
            found.setdefault(word, []).append(paths)
    return {sha: tuple(parts) for sha, parts in found.items()}


def told_by(changes: Changes, parents: int) -> Mapping[str, Changed]:
    """Return what a commit itself changed: for a merge, what it has from none of its parents."""
    if not changes or len(changes) < parents:  # it is as one of its parents is
        return {}
    first, *others = changes
    return {path: how for path, how in first.items() if all(path in other for other in others)}


def brought_by(changes: Changes) -> Mapping[str, Changed]:
    """Return every path in which a commit differs from any of its parents."""
    return {path: how for part in changes for path, how in part.items()}
