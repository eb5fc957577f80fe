"""Data files that modules open beside themselves."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.imports.closure import Module
from deployguard.imports.facts import DataUse, PathValue
from deployguard.imports.finder import Finder

_READS = {"read", "mention"}


def artifact_path(value: PathValue, file: str, finder: Finder) -> str | None:
    """Return where a computed path lies in the artifact; None when it leads out of it.

    `file` is the path in the artifact of the module that computes it. A function's top folder is `/workspace`, and its
    process starts there.
    """
    if value.anchor == "file":
        return _walked(file.split("/"), value.parts)
    if value.anchor == "root":
        parts = value.parts
        return "/".join(
            parts[1:] if parts[:1] == ("workspace",) and not finder.is_folder("workspace") else parts
        )
    if value.anchor == "cwd":
        return _walked([], value.parts)
    found = finder.find(value.anchor.partition(":")[2])
    return _walked(found.folders[0].split("/"), value.parts) if found and found.folders else None


def repository_path(value: PathValue, module: Module) -> str | None:
    """Return where the repository would have a path beside a module's own origin; None when it leads out of it."""
    if value.anchor == "file" and module.origin:
        return _walked(module.origin.split("/"), value.parts)
    return None


def data_uses(module: Module) -> Iterator[DataUse]:
    """Yield what a module reads: each path once, by its plainest use; what it also writes is its own business."""
    if module.facts is None:
        return
    tested = {use.path for use in module.facts.data if use.use == "test"}
    written = {use.path for use in module.facts.data if use.use == "write"}
    seen: set[PathValue] = set()
    for use in sorted(module.facts.data, key=lambda use: (use.unit, use.use != "read", use.line)):
        readable = use.use in _READS and _is_file_like(use.path)
        if (readable or use.use == "list") and use.path not in seen | written:
            seen.add(use.path)
            yield use._replace(guarded=use.guarded or use.path in tested)


def _is_file_like(path: PathValue) -> bool:
    last = path.parts[-1] if path.parts else ".."
    return "." in last.strip(".") and last != ".." and not last.endswith((".py", ".env"))


def _walked(start: list[str], parts: tuple[str, ...]) -> str | None:
    at = [part for part in start if part]
    for part in parts:
        if part != "..":
            at.append(part)
        elif at:
            at.pop()
        else:
            return None
    return "/".join(at)
