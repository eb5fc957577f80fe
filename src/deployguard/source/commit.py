"""The tree of any commit: no checkout, no write, bare and mirror repositories too."""

from __future__ import annotations

import os

from deployguard.model.entry import Entry
from deployguard.model.errors import SourceError
from deployguard.source.blobs import GitBlobs
from deployguard.source.git import Repository
from deployguard.source.tree import SourceTree


def commit_tree(repository: Repository, revision: str) -> SourceTree:
    """Read the tree of a revision.

    Raises:
        SourceError: the revision is unknown here, or is no commit.
    """
    if not revision:
        raise SourceError("an empty revision names no commit; say which one, such as HEAD")
    done = repository.attempt(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    sha = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not sha:
        raise SourceError(no_such_commit(revision, repository))
    listing = repository.run("ls-tree", "-r", "-z", "--full-tree", sha)
    return SourceTree("commit", _entries(listing), GitBlobs(repository), sha=sha)


def no_such_commit(revision: str, repository: Repository) -> str:
    """Return what to tell somebody who names a commit that is not there; HEAD is not where nothing was committed yet."""
    if revision == "HEAD":
        return f"HEAD: no such commit in {repository.folder}: there is none yet, `git commit` makes the first"
    return f"{revision}: no such commit in {repository.folder}; if it is on the remote, `git fetch` brings it"


def _entries(listing: bytes) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for record in os.fsdecode(listing).split("\0"):
        if record:
            about, _, path = record.partition("\t")
            mode, _, blob = about.split(" ")
            entries[path] = Entry(mode, blob)
    return entries
