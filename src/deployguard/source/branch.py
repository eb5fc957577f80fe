"""The branch that a repository ships from."""

from __future__ import annotations

from deployguard.source.git import Repository


def default_branch(repository: Repository) -> str:
    """Return the branch that the remote calls its own, or else the one that is checked out; "" for neither."""
    for name in ("refs/remotes/origin/HEAD", "HEAD"):
        done = repository.attempt("symbolic-ref", "--quiet", "--short", name)
        if not done.returncode:
            return done.stdout.decode("utf-8", "replace").strip().removeprefix("origin/")
    return ""
