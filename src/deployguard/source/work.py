"""The work tree: what git tracks, with the bytes that lie on disk now."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from deployguard.model.entry import Entry
from deployguard.model.errors import SourceError
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.source.blobs import OverlaidBlobs
from deployguard.source.disk import blob_id, content_of, mode_of
from deployguard.source.git import Repository
from deployguard.source.index import index_tree
from deployguard.source.tree import SourceTree


def work_tree(repository: Repository) -> SourceTree:
    """Read the tracked files as they are on disk; a deleted one is gone, an untracked one does not ship.

    Raises:
        SourceError: a bare repository, which has no work tree.
    """
    if repository.work_tree is None:
        raise SourceError(
            f"{repository.git_dir}: a bare repository has no work tree; name a commit with --rev"
        )
    staged = index_tree(repository)
    entries = dict(staged.entries)
    on_disk: dict[str, Path] = {}
    unreadable: list[Problem] = []
    algorithm = "sha256" if _uses_sha256(entries) else "sha1"
    for path in _changed(repository):
        entry = entries.get(path)
        if entry is None or not (entry.is_file or entry.is_link):
            continue
        at = repository.work_tree / path
        content = content_of(at)
        if content is None:
            del entries[path]
            unreadable += _unreadable(at, path)
            continue
        blob = blob_id(content, algorithm)
        on_disk[blob] = at
        entries[path] = Entry(mode_of(at), blob)
    return replace(
        staged,
        kind="worktree",
        entries=entries,
        blobs=OverlaidBlobs(staged.blobs, on_disk),
        problems=(*staged.problems, *unreadable),
        _contents={},
    )


def _unreadable(at: Path, path: str) -> list[Problem]:
    """A tracked file that is there and cannot be read is not the same as a deleted one."""
    if not at.is_file():
        return []
    return [Problem(ProblemKind.UNREADABLE, path, Place(path), "the file is there and cannot be read")]


def _changed(repository: Repository) -> list[str]:
    listing = repository.run("ls-files", "-z", "-m", "-d", "--full-name", ":/")
    return [path for path in dict.fromkeys(os.fsdecode(listing).split("\0")) if path]


def _uses_sha256(entries: dict[str, Entry]) -> bool:
    return any(len(entry.blob) > 40 for entry in entries.values())
