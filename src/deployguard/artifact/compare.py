"""What differs between two artifacts of one service, told by trees alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from deployguard.model.artifact import Artifact


class Change(NamedTuple):
    """A path of the artifact, the repository path its bytes come from, and what became of it.

    `kind`: `added`, `removed`, `modified` (other bytes), or `mode` (other permissions alone). `origin` is that of the
    later artifact, of the earlier one where the path is gone.
    """

    path: str
    origin: str
    kind: str


def changed_files(before: Artifact, after: Artifact) -> tuple[Change, ...]:
    """Return the paths that arrive differently, sorted; the same bytes from another place are no change."""
    found: list[Change] = []
    for path in sorted({*before.files, *after.files}):
        old, new = before.files.get(path), after.files.get(path)
        if new is None:
            found.append(Change(path, before.files[path].origin, "removed"))
        elif old is None:
            found.append(Change(path, new.origin, "added"))
        elif old.blob != new.blob:
            found.append(Change(path, new.origin, "modified"))
        elif old.mode != new.mode:
            found.append(Change(path, new.origin, "mode"))
    return tuple(found)


def changed_build(before: Artifact, after: Artifact) -> tuple[str, ...]:
    """Return in words what else differs: how it is built and started, and what keeps it from being whole."""
    return tuple(word for word, view in _VIEWS if view(before) != view(after))


_VIEWS: tuple[tuple[str, Callable[[Artifact], object]], ...] = (
    ("runtime", lambda artifact: artifact.runtime),
    ("recipe", lambda artifact: artifact.recipe),
    # Places move with every line that is added above them, and mean nothing here.
    (
        "start",
        lambda artifact: (
            artifact.launch.by,
            artifact.launch.roots,
            artifact.launch.module,
            artifact.launch.file,
            artifact.launch.target,
            artifact.launch.runs_main,
            artifact.launch.needs,
        ),
    ),
    (
        "installs",
        lambda artifact: [(each.kind, each.origin, each.text, each.extras) for each in artifact.installs],
    ),
    ("problems", lambda artifact: {(each.kind, each.subject) for each in artifact.problems}),
    ("doubts", lambda artifact: {(each.covers, each.reason) for each in artifact.unknowns}),
)
