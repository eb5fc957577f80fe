"""Objects that a partial clone has not, and its remote promised: fetched on purpose, many in one request.

Everything else here reads without the network (see `source/git.py`); git itself would fetch such objects one by one.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.source.git import Repository

_OFFLINE = {"GIT_ALLOW_PROTOCOL", "GIT_NO_LAZY_FETCH"}
# As git's own promisor-remote.c asks for them: no negotiation, and nothing that hangs on them.
_FETCH = ("--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin")


class Promised:
    """What the clone at `repository` lacks; `requests` counts how often the remote was asked.

    `failure` says why the remote could not be asked; it is then not asked again.
    """

    def __init__(self, repository: Repository, remote: str) -> None:
        self._repository = repository
        self._remote = remote
        listing = repository.attempt(
            "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"
        )
        self._present = set(listing.stdout.decode("ascii", "replace").split())
        self.requests = 0
        self.failure = ""

    def bring(self, wanted: Iterable[str]) -> None:
        """Fetch those of the wanted objects that are not here."""
        absent = [sha for sha in dict.fromkeys(wanted) if sha not in self._present]
        if not absent or self.failure:
            return
        self.requests += 1
        words = ("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", self._remote, *_FETCH)
        done = online(self._repository).attempt(*words, given="".join(f"{sha}\n" for sha in absent).encode())
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            self.failure = f"{self._remote} did not give what this partial clone lacks: {said[-1] if said else 'no word'}"
        else:
            self._present.update(absent)

    def has(self, sha: str) -> bool:
        return sha in self._present


def promised_of(repository: Repository) -> Promised | None:
    """Return what a partial clone lacks, None for a clone that has everything (gitrepository-layout, "promisor")."""
    done = repository.attempt("config", "--get-regexp", r"^remote\..*\.promisor$", "^true$")
    line = done.stdout.decode("utf-8", "replace").partition("\n")[0]
    if not line:
        return None
    return Promised(repository, line.split(" ")[0].removeprefix("remote.").removesuffix(".promisor"))


def online(repository: Repository) -> Repository:
    """Return the repository with an environment that lets git use the network."""
    environment = tuple(pair for pair in repository.environment if pair[0] not in _OFFLINE)
    return Repository(repository.git_dir, repository.work_tree, environment)
