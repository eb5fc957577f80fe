"""A plain folder as a source tree: an unpacked upload, which no git knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from deployguard.model.entry import Entry
from deployguard.source.blobs import MemoryBlobs, OverlaidBlobs
from deployguard.source.disk import blob_id, content_of, mode_of
from deployguard.source.tree import SourceTree


def folder_tree(folder: Path) -> SourceTree:
    """Read every file and link below a folder, as git would record them; what cannot be read is left out."""
    entries: dict[str, Entry] = {}
    on_disk: dict[str, Path] = {}
    for path in _files(folder):
        content = content_of(path)
        if content is None:
            continue
        blob = blob_id(content)
        on_disk[blob] = path
        entries[path.relative_to(folder).as_posix()] = Entry(mode_of(path), blob)
    return SourceTree("folder", entries, OverlaidBlobs(MemoryBlobs({}), on_disk))


def _files(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as found:
        for one in sorted(found, key=lambda entry: entry.name):
            if one.is_dir(follow_symlinks=False):
                yield from _files(Path(one.path))
            elif one.is_symlink() or one.is_file():
                yield Path(one.path)
