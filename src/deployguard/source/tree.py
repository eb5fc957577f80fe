"""A source tree: the work tree, the index, or a commit, read in one way."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha1
from pathlib import Path

from deployguard.model.entry import LINK, Entry
from deployguard.model.errors import SourceError
from deployguard.model.problem import Problem
from deployguard.source.blobs import Blobs
from deployguard.source.disk import blob_id, content_of, mode_of


@dataclass(frozen=True)
class SourceTree:
    """Every path with its mode and content; what a rule does not find here does not ship.

    `kind` is `worktree`, `index` or `commit`; `sha` the commit's full id. `disk` is the folder of the work tree,
    where something untracked may lie (None for a commit).
    """

    kind: str
    entries: Mapping[str, Entry]
    blobs: Blobs
    sha: str | None = None
    disk: Path | None = None
    problems: tuple[Problem, ...] = ()
    _contents: dict[str, bytes | None] = field(default_factory=dict, repr=False, compare=False)

    def entry(self, path: str) -> Entry | None:
        return self.entries.get(path)

    def is_folder(self, path: str) -> bool:
        return path in self._folders

    def children(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; empty when there is no such folder."""
        return tuple(sorted(self._folders.get(folder, ())))

    def below(self, folder: str) -> Iterable[str]:
        """Yield the paths of all entries below a folder, links not followed, in a stable order."""
        waiting = self._paths_in(folder)
        while waiting:
            at = waiting.pop()
            if at in self.entries:
                yield at
            else:
                waiting += self._paths_in(at)

    def _paths_in(self, folder: str) -> list[str]:
        return [f"{folder}/{name}" if folder else name for name in reversed(self.children(folder))]

    def content(self, entry: Entry) -> bytes:
        """Return the bytes of a file, or of a link's target.

        Raises:
            SourceError: the object is not in this clone.
        """
        found = self.contents((entry.blob,))[entry.blob]
        if found is None:
            raise SourceError(f"object {entry.blob} is not in this clone; fetch it, or run in a full clone")
        return found

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes | None]:
        """Read many contents at once; None stands for an object that this clone does not have."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self._contents]
        if wanted:
            self._contents.update(self.blobs.read(wanted))
        return self._contents

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Read these files, where they are there, and what all links say, in one request."""
        files = {entry.blob for path in paths if (entry := self.entries.get(path)) is not None}
        self.contents(files | self._links)

    @property
    def lacks_contents(self) -> bool:
        """Whether something was asked for that this clone does not have; a fetch may bring it any time."""
        return None in self._contents.values()

    def link_target(self, path: str) -> str:
        """Return what the link at `path` says, as it says it; an unreadable one reads as empty."""
        return self._targets.get(self.entries[path].blob, "")

    def untracked(self, path: str) -> Entry | None:
        """Return what lies at `path` on disk without being in this tree; None when nothing does.

        A path below a tracked link is another path's business.
        """
        if self.disk is None or path in self.entries or self._is_below_a_link(path):
            return None
        at = self.disk / path
        content = content_of(at)
        if content is None:
            return None
        blob = blob_id(content)
        self._contents[blob] = content
        return Entry(mode_of(at), blob, tracked=False)

    def _is_below_a_link(self, path: str) -> bool:
        folder = path.rpartition("/")[0]
        while folder:
            entry = self.entries.get(folder)
            if entry is not None:
                return entry.is_link
            folder = folder.rpartition("/")[0]
        return False

    def is_folder_on_disk(self, path: str) -> bool:
        return self.disk is not None and (self.disk / path).is_dir()

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        folders: dict[str, set[str]] = {"": set()}
        for path in self.entries:
            folder, _, name = path.rpartition("/")
            while folder not in folders:
                folders[folder] = {name}
                folder, _, name = folder.rpartition("/")
            folders[folder].add(name)
        return folders

    @cached_property
    def digest(self) -> str:
        """A digest of every path with its mode and content."""
        text = "\0".join(
            [f"{path}\0{entry.mode}{entry.blob}" for path, entry in sorted(self.entries.items())]
        )
        return sha1(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()

    @property
    def targets(self) -> Mapping[str, str]:
        """What links say, by the id of their content."""
        return self._targets

    @cached_property
    def _targets(self) -> dict[str, str]:
        contents = self.contents(self._links)
        return {blob: os.fsdecode(contents[blob] or b"") for blob in self._links}

    @cached_property
    def _links(self) -> set[str]:
        return {entry.blob for entry in self.entries.values() if entry.mode == LINK}
