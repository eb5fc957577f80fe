"""Paths of the repository, as scripts write them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator


def joined(base: str, path: str) -> str:
    """Join paths of the repository, `.` its root; a path that begins with `//` starts there already."""
    whole = posixpath.join(base or ".", path or ".")
    if whole.startswith("//"):
        whole = f"//{whole.lstrip('/')}"  # of three slashes, normpath would leave one
    return posixpath.normpath(whole).removeprefix("//") or "."


def above(folder: str) -> Iterator[str]:
    """Yield the folders around a folder, the nearest first; the last is the root, `""`."""
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def holds(folder: str, path: str) -> bool:
    """Whether a path is a folder, or lies in it."""
    return f"{path}/".startswith(f"{folder}/")
