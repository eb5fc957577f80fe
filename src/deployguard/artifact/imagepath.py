"""Paths inside an image: normalised, without the leading slash; the top is the empty path."""

from __future__ import annotations


def absolute(path: str, workdir: str = "") -> str:
    """Return the image path that `path` names from `workdir`; `..` stops at the top, as in a root file system."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{workdir}/{path}").split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def joined(folder: str, path: str) -> str:
    """Return `path` below `folder`, where either may be empty."""
    return f"{folder}/{path}" if folder and path else folder or path


def within(path: str, folder: str) -> bool:
    """Tell whether `path` is `folder` or lies below it."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def relative(path: str, folder: str) -> str:
    """Return `path` as seen from `folder`, which it lies within; empty for the folder itself."""
    return path[len(folder) :].lstrip("/") if folder else path


def parent(path: str) -> str:
    """Return the folder that holds `path`, empty at the top."""
    return path.rpartition("/")[0]
