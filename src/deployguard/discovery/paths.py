"""Paths of the repository, as scripts write them."""

from __future__ import annotations

import posixpath


def joined(base: str, path: str) -> str:
    """Join paths of the repository, `.` its root; a path that begins with `//` starts there already."""
    whole = posixpath.join(base or ".", path or ".")
    if whole.startswith("//"):
        whole = f"//{whole.lstrip('/')}"  # of three slashes, normpath would leave one
    return posixpath.normpath(whole).removeprefix("//") or "."
