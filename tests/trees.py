"""Made-up source trees, as small as a case needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from deployguard.model.entry import LINK, REGULAR, Entry
from deployguard.source.blobs import MemoryBlobs
from deployguard.source.disk import blob_id
from deployguard.source.tree import SourceTree


class Link(NamedTuple):
    """A symbolic link in a made-up tree."""

    target: str


def tree_of(files: Mapping[str, str | bytes | Link]) -> SourceTree:
    """Make a tree that looks like a commit."""
    entries: dict[str, Entry] = {}
    contents: dict[str, bytes] = {}
    for path, value in files.items():
        content = os.fsencode(value.target) if isinstance(value, Link) else _bytes(value)
        blob = blob_id(content)
        contents[blob] = content
        entries[path] = Entry(LINK if isinstance(value, Link) else REGULAR, blob)
    return SourceTree("commit", entries, MemoryBlobs(contents))


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
