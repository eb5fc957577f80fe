"""What lies on disk, as git would store it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from deployguard.model.entry import EXECUTABLE, LINK, REGULAR


def content_of(path: Path) -> bytes | None:
    """Return a link's target or a file's bytes; None when there is neither, or it cannot be read.

    What is neither, such as a named pipe, is not opened: that could wait forever.
    """
    try:
        if path.is_symlink():
            return os.fsencode(path.readlink())
        return path.read_bytes() if path.is_file() else None
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None


def mode_of(path: Path) -> str:
    """Return git's mode of a link or file (gitformat-index, "mode")."""
    if path.is_symlink():
        return LINK
    return EXECUTABLE if os.access(path, os.X_OK) else REGULAR


def blob_id(content: bytes, algorithm: str = "sha1") -> str:
    """Return the object id that git gives to a blob of this content (gitformat-loose, "blob")."""
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
