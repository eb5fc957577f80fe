"""The trees of many commits: folders are read when they are looked at, and each only once for all commits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from deployguard.model.entry import EXECUTABLE, LINK, REGULAR, SUBMODULE, Entry
from deployguard.model.errors import SourceError
from deployguard.source.blobs import Blobs
from deployguard.source.history import History
from deployguard.source.tree import SourceTree

_FOLDER = "40000"


class Folders:
    """Tree objects by id; a folder that did not change between commits has the same id in both."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._parsed: dict[str, Mapping[str, Entry | str]] = {}

    def listing(self, tree: str) -> Mapping[str, Entry | str]:
        """Return what a folder holds: an entry, or the id of another folder.

        Raises:
            SourceError: the tree is not in this clone.
        """
        if tree not in self._parsed:
            content = self._read(tree)
            if content is None:
                raise SourceError(f"tree {tree} is not in this clone; fetch it, or run in a full clone")
            self._parsed[tree] = dict(_records(content, len(tree) // 2))
        return self._parsed[tree]


class LazyTree(SourceTree):
    """The tree of a commit that reads no more than it is asked for."""

    @classmethod
    def of(cls, folders: Folders, root: str, blobs: Blobs, sha: str) -> LazyTree:
        entries = _Entries(folders, root)
        tree = cls("commit", entries, blobs, sha=sha)
        tree.__dict__["_targets"] = _Targets(tree)
        return tree

    @property
    def root(self) -> str:
        """The id of the top folder: equal ones are equal trees."""
        return self._own.root

    @property
    def _own(self) -> _Entries:
        assert isinstance(self.entries, _Entries)  # noqa: S101  made so in `of`
        return self.entries

    @cached_property
    def digest(self) -> str:
        return self.root

    def entry(self, path: str) -> Entry | None:
        return self._own.find(path)

    def is_folder(self, path: str) -> bool:
        return self._own.folder(path) is not None

    def children(self, folder: str) -> tuple[str, ...]:
        return tuple(sorted(self._own.folder(folder) or ()))


class _Entries(Mapping[str, Entry]):
    def __init__(self, folders: Folders, root: str) -> None:
        self.root = root
        self._objects = folders
        self._at: dict[str, Mapping[str, Entry | str] | None] = {"": folders.listing(root)}

    def folder(self, path: str) -> Mapping[str, Entry | str] | None:
        if path not in self._at:
            above, _, name = path.rpartition("/")
            holding = self.folder(above)
            found = holding.get(name) if holding is not None else None
            self._at[path] = self._objects.listing(found) if isinstance(found, str) else None
        return self._at[path]

    def find(self, path: str) -> Entry | None:
        above, _, name = path.rpartition("/")
        holding = self._at[above] if above in self._at else self.folder(above)
        found = holding.get(name) if holding is not None else None
        return found if isinstance(found, Entry) else None

    def __getitem__(self, path: str) -> Entry:
        found = self.find(path)
        if found is None:
            raise KeyError(path)
        return found

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.find(path) is not None

    def __iter__(self) -> Iterator[str]:
        waiting = [""]
        while waiting:
            at = waiting.pop()
            for name, found in (self.folder(at) or {}).items():
                path = f"{at}/{name}" if at else name
                if isinstance(found, Entry):
                    yield path
                else:
                    waiting.append(path)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Targets(Mapping[str, str]):
    """What links say, by the id of their content, read when it is asked for."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree

    def __getitem__(self, blob: str) -> str:
        return os.fsdecode(self._tree.contents((blob,))[blob] or b"")

    def __iter__(self) -> Iterator[str]:
        return iter({entry.blob for entry in self._tree.entries.values() if entry.mode == LINK})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class HistoryBlobs:
    """Contents from the one open `cat-file` of a history; `asked` are the ids of all that was ever wanted."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.asked: set[str] = set()

    def read(self, wanted: Iterable[str]) -> dict[str, bytes | None]:
        ids = tuple(dict.fromkeys(wanted))
        self.asked.update(ids)
        return self._history.objects(ids)


class Trees:
    """The trees of the commits of one history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._folders = Folders(history.object)
        self._blobs = HistoryBlobs(history)
        self._made: dict[str, LazyTree] = {}

    def at(self, commit: str) -> LazyTree:
        """Return the tree of a commit, by its full id.

        Raises:
            SourceError: the commit or its tree is not in this clone.
        """
        if commit not in self._made:
            self._made[commit] = self.fresh(commit)
        return self._made[commit]

    def fresh(self, commit: str) -> LazyTree:
        """Return the tree of a commit as nobody has read it yet. Raises as `at`."""
        content = self._history.object(commit)
        if content is None or not content.startswith(b"tree "):
            raise SourceError(f"commit {commit} is not in this clone; `git fetch` may bring it")
        root = content[5 : content.index(b"\n")].decode("ascii")
        return LazyTree.of(self._folders, root, self._blobs, commit)

    def bring_alike(self, known: str, others: Iterable[str]) -> None:
        """Fetch for a partial clone, in one request, what was read of one commit, as the other commits have it."""
        if self._history.promised is None:
            return
        asked = self._blobs.asked
        paths = [path for path, entry in self.at(known).entries.items() if entry.blob in asked]
        found = (self.at(other).entry(path) for other in others for path in paths)
        self._history.promised.bring({entry.blob for entry in found if entry is not None})


def _records(content: bytes, size: int) -> Iterator[tuple[str, Entry | str]]:
    """Read a tree object: mode, name and raw id of each entry (git-fsck knows no other form)."""
    at = 0
    while at < len(content):
        space = content.index(b" ", at)
        end = content.index(b"\0", space)
        mode, name = content[at:space].decode("ascii"), os.fsdecode(content[space + 1 : end])
        at = end + 1 + size
        identity = content[end + 1 : at].hex()
        yield name, identity if mode == _FOLDER else Entry(_canonical(mode), identity)


def _canonical(mode: str) -> str:
    """Old repositories hold 100664 and its like; git itself reads two kinds of files alone."""
    if mode in {LINK, SUBMODULE}:
        return mode
    return EXECUTABLE if int(mode, 8) & 0o100 else REGULAR
