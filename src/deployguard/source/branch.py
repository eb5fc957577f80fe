"""The branch that a repository ships from."""

from __future__ import annotations

import os
from dataclasses import dataclass

from deployguard.source.git import Repository


def default_branch(repository: Repository) -> str:
    """Return the branch that the remote calls its own, or else the one that is checked out; "" for neither.

    In full, for git's short names grow (`heads/main`) where a tag is named like the branch.
    """
    for name, start in (("refs/remotes/origin/HEAD", "refs/remotes/origin/"), ("HEAD", "refs/heads/")):
        done = repository.attempt("symbolic-ref", "--quiet", name)
        if not done.returncode:
            return os.fsdecode(done.stdout).strip().removeprefix(start)
    return ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether a branch holds a commit, here and at a remote. None: that branch is not known in this clone.

    `remotes` tells whether the clone has any remote at all.
    """

    here: bool | None
    remote: bool | None
    remotes: bool


def holding(repository: Repository, branch: str, commit: str) -> Holding:
    """Tell whether `branch` contains `commit`, by what this clone knows; nothing is fetched.

    In a bare repository the branches are themselves what was pushed.

    Raises:
        SourceError: git cannot read the repository.
    """
    refs = _branches(repository, branch)
    with_commit = _branches(repository, branch, "--contains", commit)
    bare = repository.work_tree is None
    here = {ref for ref in refs if ref.startswith("refs/heads/")}
    there = refs if bare else refs - here
    return Holding(
        bool(refs & with_commit) if refs else None,
        bool(there & with_commit) if there else None,
        bare or bool(repository.run("remote").strip()),
    )


def _branches(repository: Repository, branch: str, *which: str) -> set[str]:
    """Return the full names of the local branch and of its remote-tracking ones."""
    listing = repository.run("for-each-ref", "--format=%(refname)", *which, "refs/heads", "refs/remotes")
    names = listing.decode("utf-8", "surrogateescape").splitlines()
    return {
        name
        for name in names
        if name == f"refs/heads/{branch}"
        or (name.startswith("refs/remotes/") and name.split("/", 3)[3] == branch)
    }
