"""What a judgement looked at in a source tree, so that it holds for as long as that looks the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from typing import NamedTuple

from deployguard.model.entry import Entry
from deployguard.source.tree import SourceTree

_FOLDER = "folder"


class Seen(NamedTuple):
    """The answers that a source tree gave, as plain values.

    `entries` maps a path to its mode and content (None: nothing is there), `folders` a folder to a digest of the names
    in it, `existing` a folder to whether it is one, `disk` a path to what lies there untracked (with a slash at its end: to
    whether a folder lies there). `whole` is the digest of the tree where somebody went through all of it.
    """

    entries: Mapping[str, tuple[str, str] | None]
    folders: Mapping[str, str]
    existing: Mapping[str, bool]
    disk: Mapping[str, str | None]
    whole: str | None

    def holds_in(self, tree: SourceTree) -> bool:
        """Tell whether the tree would still give the same answers."""
        return (
            (self.whole is None or self.whole == tree.digest)
            and all(_entry(tree, path) == value for path, value in self.entries.items())
            and all(tree.is_folder(path) is value for path, value in self.existing.items())
            and all(_names(tree.children(path)) == value for path, value in self.folders.items())
            and lies_in(tree, self.disk)
        )


def lies_in(tree: SourceTree, disk: Mapping[str, str | None]) -> bool:
    """Tell whether the same files lie untracked on disk."""
    return all(_lying(tree, path) == value for path, value in disk.items())


@dataclass
class _Trace:
    entries: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    existing: dict[str, bool] = field(default_factory=dict)
    disk: dict[str, str | None] = field(default_factory=dict)
    whole: str | None = None


class TracedTree(SourceTree):
    """A source tree that remembers what it was asked."""

    @classmethod
    def of(cls, tree: SourceTree) -> TracedTree:
        traced = cls(**{one.name: getattr(tree, one.name) for one in fields(tree)})
        trace = _Trace()
        traced.__dict__.update(
            base=tree, trace=trace, entries=_Entries(tree, trace), digest=tree.digest, _targets=tree.targets
        )
        return traced

    @property
    def seen(self) -> Seen:
        trace = self._trace
        return Seen(trace.entries, trace.folders, trace.existing, trace.disk, trace.whole)

    def is_folder(self, path: str) -> bool:
        return self._trace.existing.setdefault(path, self._base.is_folder(path))

    def children(self, folder: str) -> tuple[str, ...]:
        names = self._base.children(folder)
        self._trace.folders[folder] = _names(names)
        return names

    def untracked(self, path: str) -> Entry | None:
        lying = self._base.untracked(path)
        self._trace.disk[path] = _written(lying)
        return lying

    def is_folder_on_disk(self, path: str) -> bool:
        found = self._base.is_folder_on_disk(path)
        self._trace.disk[f"{path}/"] = _FOLDER if found else None
        return found

    def depend_on_all(self) -> None:
        """Make the judgement depend on every path: it used what others looked at."""
        self._trace.whole = self._base.digest

    @property
    def _trace(self) -> _Trace:
        trace: _Trace = self.__dict__["trace"]
        return trace

    @property
    def _base(self) -> SourceTree:
        base: SourceTree = self.__dict__["base"]
        return base


class _Entries(Mapping[str, Entry]):
    """The entries of a tree; going through them all makes a judgement depend on them all."""

    def __init__(self, tree: SourceTree, trace: _Trace) -> None:
        self.tree, self.trace = tree, trace

    def __getitem__(self, path: str) -> Entry:
        self.trace.entries[path] = _entry(self.tree, path)
        return self.tree.entries[path]

    def __iter__(self) -> Iterator[str]:
        self.trace.whole = self.tree.digest
        return iter(self.tree.entries)

    def __len__(self) -> int:
        return len(self.tree.entries)


def _entry(tree: SourceTree, path: str) -> tuple[str, str] | None:
    entry = tree.entries.get(path)
    return (entry.mode, entry.blob) if entry else None


def _lying(tree: SourceTree, path: str) -> str | None:
    if path.endswith("/"):
        return _FOLDER if tree.is_folder_on_disk(path[:-1]) else None
    return _written(tree.untracked(path))


def _written(lying: Entry | None) -> str | None:
    return f"{lying.mode} {lying.blob}" if lying else None


def _names(names: Iterable[str]) -> str:
    return blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=9).hexdigest()
