"""Which commit a branch is at, here and on the remote."""

from __future__ import annotations

from dataclasses import dataclass

from deployguard.model.errors import SourceError
from deployguard.source.git import Repository
from deployguard.source.history import History
from deployguard.source.promised import online

REMOTE = "origin"


@dataclass(frozen=True, slots=True)
class Tip:
    """A commit to compare with, and the branch that it is the tip of ("" for none)."""

    commit: str
    branch: str = ""


def tip_of(history: History, branch: str) -> Tip:
    """Return the tip of a branch of this clone, of the remote's where there is no such one here, or else HEAD.

    Raises:
        SourceError: there is no commit at all.
    """
    for name in (f"refs/heads/{branch}", f"refs/remotes/{REMOTE}/{branch}") if branch else ():
        found = history.named(name)
        if found:
            return Tip(found, branch)
    head = history.named("HEAD")
    if head is None:
        raise SourceError(
            f"{history.repository.folder}: there is no commit yet; commit, or name one with --rev"
        )
    return Tip(head)


def remote_note(history: History, tip: Tip, branch: str) -> str:
    """Say how a commit stands to the remote's tip as it was last fetched; "" where it is that tip."""
    known = history.named(f"refs/remotes/{REMOTE}/{branch}") if branch else None
    if known is None:
        where = f"{REMOTE}/{branch}" if branch else "a remote branch"
        return f"{tip.commit[:12]} was not compared with the remote: {where} is not known here"
    if known == tip.commit:
        return f"{tip.commit[:12]} is {REMOTE}/{branch} as it was last fetched; --remote asks the remote"
    return f"{tip.commit[:12]} is not {REMOTE}/{branch}, which was at {known[:12]} when it was last fetched"


def asked_remote_note(repository: Repository, tip: Tip, branch: str) -> str:
    """Ask the remote itself; this is the one thing that needs the network.

    Raises:
        SourceError: the remote cannot be asked, or has no such branch.
    """
    done = online(repository).attempt("ls-remote", "--exit-code", REMOTE, f"refs/heads/{branch}")
    found = done.stdout.decode("ascii", "replace").split()
    if done.returncode or not found:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(
            f"{REMOTE} cannot be asked for {branch or 'a branch'}: {said[-1] if said else 'no such branch'}"
        )
    if found[0] == tip.commit:
        return f"{tip.commit[:12]} is the tip of {branch} on {REMOTE}"
    return f"{tip.commit[:12]} is not the tip of {branch} on {REMOTE}, which is {found[0][:12]}: `git fetch {REMOTE}`"
