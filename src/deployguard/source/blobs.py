"""Contents by object id, from git's object store or from the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deployguard.source.disk import content_of
from deployguard.source.git import Repository

_HEADER_FIELDS = 3


class Blobs(Protocol):
    """Contents by object id."""

    def read(self, wanted: Iterable[str]) -> dict[str, bytes | None]:
        """Return the bytes of each wanted id; None for one that this clone does not have."""
        ...


@dataclass(frozen=True, slots=True)
class GitBlobs:
    """The object store of a repository, read by one `git cat-file --batch` a call."""

    repository: Repository

    def read(self, wanted: Iterable[str]) -> dict[str, bytes | None]:
        ids = list(dict.fromkeys(wanted))
        found: dict[str, bytes | None] = {}
        present: frozenset[str] | None = None
        while ids:
            done = self.repository.attempt("cat-file", "--batch", given=_lines(ids))
            answered = _parse_batch(done.stdout)
            found.update(answered)
            if not done.returncode:
                return found
            # A partial clone whose promisor cannot be asked makes git stop at the first missing object, and a broken
            # object at itself: ask once what is there, so that thousands of missing ones cost no process each.
            rest = [blob for blob in ids if blob not in answered]
            present = self._present() if present is None else present
            ids = [blob for blob in rest[1:] if blob in present]
            found.update(dict.fromkeys(blob for blob in rest if blob not in ids))
        return found

    def _present(self) -> frozenset[str]:
        """Return the ids of all objects of this clone, without asking a promisor (git-cat-file, "--batch-all-objects")."""
        listing = self.repository.attempt(
            "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"
        )
        return frozenset(listing.stdout.decode("ascii", "replace").split())


@dataclass(frozen=True, slots=True)
class OverlaidBlobs:
    """Files on disk (`on_disk`: id to path) before the object store below."""

    below: Blobs
    on_disk: dict[str, Path] = field(default_factory=dict)

    def read(self, wanted: Iterable[str]) -> dict[str, bytes | None]:
        ids = list(dict.fromkeys(wanted))
        found: dict[str, bytes | None] = {
            blob: content_of(self.on_disk[blob]) for blob in ids if blob in self.on_disk
        }
        rest = [blob for blob in ids if blob not in self.on_disk]
        return found | (self.below.read(rest) if rest else {})


@dataclass(frozen=True, slots=True)
class MemoryBlobs:
    """Contents held in memory: made-up trees of tests and of staged changes."""

    contents: Mapping[str, bytes]

    def read(self, wanted: Iterable[str]) -> dict[str, bytes | None]:
        return {blob: self.contents.get(blob) for blob in wanted}


def _lines(ids: list[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in ids).encode("ascii")


def _parse_batch(output: bytes) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {}
    at = 0
    while (end := output.find(b"\n", at)) != -1:
        fields = output[at:end].decode("ascii", "replace").split(" ")
        if len(fields) != _HEADER_FIELDS:
            found[fields[0]] = None
            at = end + 1
            continue
        size = int(fields[2])
        content = output[end + 1 : end + 1 + size]
        if len(content) < size:
            break
        found[fields[0]] = content
        at = end + 2 + size
    return found
