"""The index: what the next commit will hold, whatever lies on disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

from deployguard.model.entry import Entry
from deployguard.model.errors import SourceError
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.source.blobs import GitBlobs
from deployguard.source.git import Repository
from deployguard.source.tree import SourceTree

_EMPTY_BLOBS = {
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
}
_INTENT_TO_ADD = 1 << 29  # CE_INTENT_TO_ADD, as `git ls-files --debug` prints it
_DEBUGGED = re.compile(r"([^\0]*)\0  ctime: .*?\tflags: ([0-9a-f]+)\n", re.DOTALL)
_FIRST_EXTENDED_VERSION = 3


def index_tree(repository: Repository) -> SourceTree:
    """Read the index; unmerged and intent-to-add paths are problems, not entries.

    Raises:
        SourceError: the index cannot be read, or there is none.
    """
    if repository.work_tree is None:
        raise SourceError(f"{repository.git_dir}: a bare repository has no index; name a commit with --rev")
    entries: dict[str, Entry] = {}
    unmerged: set[str] = set()
    for record in os.fsdecode(repository.run("ls-files", "-s", "-z", "--full-name", ":/")).split("\0"):
        if record:
            about, _, path = record.partition("\t")
            mode, blob, stage = about.split(" ")
            if stage == "0":
                entries[path] = Entry(mode, blob)
            else:
                unmerged.add(path)
    intended = _intent_to_add(repository, entries)
    for path in intended:
        del entries[path]
    problems = [
        _problem(ProblemKind.UNMERGED, path, "resolve the merge and stage it") for path in sorted(unmerged)
    ]
    problems += [
        _problem(ProblemKind.INTENT_TO_ADD, path, "its content is not staged yet") for path in intended
    ]
    return SourceTree(
        "index", entries, GitBlobs(repository), disk=repository.work_tree, problems=tuple(problems)
    )


def _problem(kind: ProblemKind, path: str, detail: str) -> Problem:
    return Problem(kind, path, Place(path), detail)


def _intent_to_add(repository: Repository, entries: dict[str, Entry]) -> list[str]:
    """`git add -N` leaves an entry with the empty blob; only index version 3 and later can hold the flag."""
    if _index_version(repository) < _FIRST_EXTENDED_VERSION and not _is_split(repository):
        return []
    if not any(entry.blob in _EMPTY_BLOBS for entry in entries.values()):
        return []
    listing = os.fsdecode(repository.run("ls-files", "--debug", "-z", "--full-name", ":/"))
    flagged = (path for path, flags in _DEBUGGED.findall(listing) if int(flags, 16) & _INTENT_TO_ADD)
    return [path for path in flagged if path in entries]


def _is_split(repository: Repository) -> bool:
    """Whether part of the index may lie in another file, of a version of its own (gitformat-index, "Split index")."""
    return any(repository.git_dir.glob("sharedindex.*"))


def _index_version(repository: Repository) -> int:
    environment = dict(repository.environment)
    at = Path(environment.get("GIT_INDEX_FILE") or repository.git_dir / "index")
    if not at.is_absolute():
        at = repository.folder / at
    try:
        with at.open("rb") as index:
            header = index.read(8)
    except OSError:
        return 0
    return int.from_bytes(header[4:8], "big") if header[:4] == b"DIRC" else 0
